"""A desk: one person of the demo at a browser. Its methods are what people do, in their words."""

import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Self
from urllib.parse import urlencode

from playwright.sync_api import Locator, Page, expect

from service.domain.tasks import Folder
from service.operations.demo.stories import PASSWORD
from service.translations import catalogue, terms, translate


def expect_fits(page: Page) -> None:
    """The page is not wider than the screen; a page that is just being exchanged is waited for."""
    page.wait_for_function("() => document.documentElement?.scrollWidth <= innerWidth")


class Desk:
    """One person's page. Sentences are named by their English and looked for in the person's language."""

    def __init__(self, page: Page, address: str, language: str = "vi") -> None:
        self.page = page
        self.address = address
        self.language = language

    def words(self, sentence: str, **params: object) -> str:
        """A sentence of the screens in this person's language."""
        text = catalogue(self.language).gettext(sentence)
        return text % params if params else text

    def term(self, member: StrEnum) -> str:
        """The word of the screens for a status, outcome, folder or the like."""
        return translate(terms.of_member(member), self.language)

    def go(self, path: str) -> Self:
        """Opens an address of the demo."""
        self.page.goto(self.address + path)
        return self

    def sign_in(self, name: str, password: str = PASSWORD) -> Self:
        """Signs in from wherever the demo leads, and lands in the inbox."""
        self.go("/sign-in")
        self.give_name_and_password(name, password)
        expect(self.page.locator("#inbox")).to_be_visible()
        return self

    def give_name_and_password(self, name: str, password: str = PASSWORD) -> None:
        """Fills in the form for signing in and sends it."""
        self.page.get_by_label(self.words("Sign-in name")).fill(name)
        self.page.get_by_label(self.words("Password")).fill(password)
        self.press("Sign in")

    def speak(self, language: str) -> Self:
        """Chooses the language by the switch at the top, unless the page speaks it already."""
        if self.page.locator("html").get_attribute("lang") != language:
            self.page.locator(f"button[name=language][value={language}]").click()
        expect(self.page.locator("html")).to_have_attribute("lang", language)
        self.language = language
        return self

    def button(self, sentence: str, **params: object) -> Locator:
        """The button with that label."""
        return self.page.get_by_role("button", name=self.words(sentence, **params), exact=True)

    def press(self, sentence: str, **params: object) -> None:
        """Presses the button with that label."""
        self.button(sentence, **params).click()

    def follow(self, sentence: str) -> None:
        """Follows the link with that label."""
        self.page.get_by_role("link", name=self.words(sentence), exact=True).click()

    # The inbox.

    def open_folder(self, folder: Folder) -> Self:
        """Opens a folder of the inbox by its tab."""
        if not self.page.locator("#folders").is_visible():
            self.go("/")
        self.folder_tab(folder).click()
        expect(self.folder_tab(folder)).to_have_attribute("aria-current", "page")
        self.page.wait_for_load_state()
        return self

    def open_folder_at(self, folder: Folder, text: str) -> Self:
        """Opens a folder where it shows some rows; a page has a dozen, and others may lie before them."""
        self.open_folder(folder)
        if not self.row(text).count():
            self.go(f"/inbox/{folder.value}?{urlencode({'q': text})}")
        return self

    def folder_tab(self, folder: Folder) -> Locator:
        """The tab of a folder, with its count."""
        return self.page.locator("#folders a").filter(has_text=self.term(folder))

    def count_in(self, folder: Folder) -> int:
        """How many tasks a tab says its folder holds."""
        return int(self.folder_tab(folder).locator(".folders__count").inner_text())

    def row(self, code: str) -> Locator:
        """The row of a dossier in a list, by its code or title."""
        return self.page.locator("[data-inbox-row]").filter(has_text=code)

    def claim(self, code: str) -> Self:
        """Takes a task nobody holds, from its row, which opens it."""
        self.open_folder_at(Folder.GROUP, code)
        self.row(code).get_by_role("button", name=self.words("Claim")).click()
        self.expect_form()
        return self

    def open_mine(self, code: str) -> Self:
        """Opens a task this person holds."""
        self.open_folder_at(Folder.MINE, code)
        self.row(code).locator("[data-inbox-open]").click()
        self.expect_form()
        return self

    # A task.

    def expect_form(self) -> None:
        """Waits until the form is drawn."""
        expect(self.page.locator("form[data-form-ready]")).to_be_visible()

    def fill(self, answers: Mapping[str, str]) -> Self:
        """Fills fields of the form by their keys; an `outcome` is chosen, the rest typed."""
        for key, answer in answers.items():
            if key == "outcome":
                self.page.locator(f"#field-outcome input[value={answer}]").check()
            else:
                self.page.locator(f"#field-{key}").fill(answer)
        return self

    def send(self) -> None:
        """Presses the main button below the form, however the form names it."""
        self.page.locator("main form .actions > .btn-primary").click()

    def expect_done(self) -> None:
        """Waits for the line that tells a step is done."""
        expect(self.page.locator(".alert-success")).to_be_visible()

    def open_dossier(self) -> Self:
        """Goes from a task to the whole dossier."""
        self.follow("Whole dossier")
        expect(self.page.locator("#papers")).to_be_visible()
        self.page.wait_for_load_state()
        return self

    def open_dossier_page(self, code: str, part: str = "") -> Self:
        """Finds a dossier by its code and opens its page, or a part of it: history, diagram."""
        self.go("/dossiers")
        self.page.locator("[data-search]").fill(code)
        self.page.locator("[data-search]").press("Enter")
        self.row(code).locator("[data-inbox-open]").click()
        expect(self.page.locator(".banner")).to_contain_text(code)
        if part:
            self.page.locator(f".nav-tabs a[href$='/{part}']").click()
            expect(self.page.locator(f".nav-tabs a[href$='/{part}']")).to_have_attribute(
                "aria-current", "page"
            )
        return self

    # A dossier in preparation.

    def add_nomination(self, *, award: str, kind: str, name: str, achievement: str) -> None:
        """Adds a nominee from the dossier's page."""
        self.follow("Add a nomination")
        self.page.locator("#field-award_key").select_option(award)
        self.page.locator("#field-nominee_kind").select_option(kind)
        self.page.locator("#field-nominee_name").fill(name)
        self.page.locator("#field-achievement").fill(achievement)
        self.press("Save")
        expect(self.page.get_by_role("row").filter(has_text=name)).to_be_visible()

    def attach(self, file: Path, label: str | None = None) -> None:
        """Attaches a file, to the paper of the checklist with that label or to the one that is chosen."""
        if label is not None:
            self.page.locator("#field-item").select_option(label=label)
        self.page.locator("#field-file").set_input_files(file)
        self.press("Attach")

    def missing_papers(self) -> list[str]:
        """The papers of the checklist that are still missing, as the choice above the file names them."""
        mark = f"({self.words('missing')})"
        options = self.page.locator("#field-item option").all_inner_texts()
        return [" ".join(text.split()) for text in options if mark in text]

    # The demo's own screens.

    def jump_to(self, day: str, hour: str) -> None:
        """Moves the simulated clock, as an administrator."""
        self.go("/demo/clock")
        self.page.locator("#field-day").fill(day)
        self.page.locator("#field-time").fill(hour)
        self.press("Move the clock")
        expect(self.page.locator(".clock-bar")).to_contain_text(day)
        expect(self.page.locator(".banner--done")).to_be_visible()

    def mails(self, to: str, about: str | re.Pattern[str]) -> Locator:
        """The mails in the demo's mailbox to a person with such a subject."""
        self.go("/demo/mailbox")
        rows = self.page.locator("#mails tbody tr")
        return rows.filter(has_text=to).filter(has_text=about)

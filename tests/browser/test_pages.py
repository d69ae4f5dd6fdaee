"""Every page: is answered without a fault, breaks no rule of the content policy, is usable by everybody."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from lxml import html
from playwright.sync_api import APIResponse, Page, ViewportSize, expect

from service.domain.tasks import Folder
from tests.browser.demos import Demo
from tests.browser.desks import Desk
from tests.support import axe

PEOPLE = {"quantri": "vi", "vangia": "vi", "chutich": "vi", "laodong2": "en"}
"""Who walks, in which language."""
UNDRAWN = "form[data-form-schema-id]:not([data-form-ready]), .diagram:not([data-diagram-ready])"
"""What a script has still to draw."""
DRAWN_BY_A_SCRIPT = "//form[@data-form-schema-id] | //*[@data-diagram-url]"
PHONE: ViewportSize = {"width": 390, "height": 844}
NAMED = re.compile(r"\b(deadlines|ladders|steps)/(?!new\b)[^/]+|\b(rounds|duties|inbox)/[^/]+(?=/)")
TELLING = frozenset({"class", "role", "type", "lang"})


@dataclass(frozen=True, slots=True)
class Served:
    """A page as the server answers: its path, of what kind its elements are, and whether scripts draw on."""

    path: str
    shapes: frozenset[str]
    drawn: bool


@pytest.mark.timeout(400)
def test_whatever_a_link_leads_to_opens_and_is_usable(desk: Callable[..., Desk]) -> None:
    """Every page is asked for. What shows anything not seen before is looked at closely, and what shows
    anything not seen before in its language must fit a phone.
    """
    known: set[str] = set()
    fitted: dict[str, set[str]] = {"vi": set(), "en": set()}
    found: list[str] = []
    for who, language in PEOPLE.items():
        person = desk(who)
        own = person.language
        if own != language:
            person.speak(language)
        for served in _linked_from(person, "/"):
            path, shapes, fits = served.path, served.shapes, fitted[language]
            if not served.drawn and shapes <= known and shapes <= fits:
                continue
            person.go(path)
            for diagram in person.page.locator(".diagram").all():
                diagram.scroll_into_view_if_needed()  # It is drawn when somebody comes to see it.
            expect(person.page.locator(UNDRAWN), f"{path} is drawn whole").to_have_count(0)
            if (wide := _width_on_a_phone(person.page)) > PHONE["width"]:
                found.append(f"{path}: is {wide} wide on a phone")
            if served.drawn or not shapes <= known:
                found += [f"{path}: {violation}" for violation in axe.grave_violations(person.page)]
            known |= shapes
            fits |= shapes
        if own != language:
            person.speak(own)
    assert not found, "\n".join(found)


def test_the_way_in_is_usable(shared_demo: Demo, page: Page) -> None:
    page.goto(shared_demo.address)
    expect(page.get_by_role("button", name="Đăng nhập", exact=True)).to_be_visible()
    assert not axe.grave_violations(page)


@pytest.mark.parametrize(
    ("who", "sentence"),
    [
        ("laodong1", "Forward the ticked ones with one letter"),
        ("chutich", "Review the ticked ones for one decision"),
    ],
)
def test_the_pages_of_papers_are_usable(desk: Callable[..., Desk], who: str, sentence: str) -> None:
    person = desk(who).open_folder(Folder.GROUP)
    for box in person.page.locator("[data-inbox-row]").get_by_role("checkbox").all():
        box.check()
    person.press(sentence)
    person.expect_form()
    assert not axe.grave_violations(person.page)


def _width_on_a_phone(page: Page) -> int:
    """How wide a page is where it should fit the width of a phone."""
    usual = page.viewport_size
    page.set_viewport_size(PHONE)
    width = page.evaluate("document.documentElement.scrollWidth")
    if usual is not None:
        page.set_viewport_size(usual)
    return int(width)


def _linked_from(person: Desk, start: str) -> Iterator[Served]:
    """Asks for one page of each kind that links lead to, from a first one on."""
    waiting, known = [start], {_kind(start)}
    while waiting:
        path = waiting.pop(0)
        answer = person.page.request.get(person.address + path)
        assert answer.status < 400, f"{path} answers {answer.status}"
        if not answer.headers["content-type"].startswith("text/html"):
            _expect_a_whole_file(answer, path)
            continue
        page = html.document_fromstring(answer.text())
        yield Served(path, frozenset(_shapes(page)), bool(page.xpath(DRAWN_BY_A_SCRIPT)))
        for link in page.xpath("//a[starts-with(@href, '/')][not(@download)]/@href"):
            target = str(link).partition("#")[0]
            if _kind(target) not in known and "/attachments/" not in target:
                known.add(_kind(target))
                waiting.append(target)


def _shapes(page: html.HtmlElement) -> Iterator[str]:
    """Of what kind every element of a page is, without its words, numbers and addresses."""
    for one in page.xpath("//body | //body//*"):
        parent = one.getparent()
        told = (value if name in TELLING else name for name, value in one.items())
        yield " ".join([parent.get("class", "") if parent is not None else "", one.tag, *told])


def _expect_a_whole_file(answer: APIResponse, path: str) -> None:
    """What a link leads to is no page but a file with a name, and with something in it."""
    assert answer.headers["content-disposition"].startswith("attachment; filename"), path
    assert answer.body(), path


def _kind(path: str) -> str:
    """A path with its numbers, the names of what it is about, and its filters left out.

    Every round and every folder is visited, for each shows something else; of what lies behind them one.
    """
    named = NAMED.sub(r"\1\2/…", path.partition("?")[0])
    return re.sub(r"[0-9a-f]*\d[0-9a-f.-]*", "N", named)

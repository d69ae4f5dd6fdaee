"""Every page: opens without a fault, breaks no rule of the content policy, and is usable by everybody."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Error, Page, ViewportSize, expect

from service.domain.tasks import Folder
from tests.browser.demos import Demo
from tests.browser.desks import Desk
from tests.support import axe

PEOPLE = ({"quantri": "vi", "vangia": "vi", "chutich": "vi"}, {"laodong2": "en"})
"""Who walks, in which language; who walks together shares what has been looked at."""
DRAWN = "form[data-form-schema-id]:not([data-form-ready]), .diagram:not([data-diagram-ready])"
"""What a script has still to draw."""
PHONE: ViewportSize = {"width": 390, "height": 844}
NAMED = re.compile(r"\b(deadlines|ladders|steps)/(?!new\b)[^/]+|\b(rounds|duties|inbox)/[^/]+(?=/)")
SHAPES = """() => [...document.querySelectorAll("body, body *")].map(one => {
  const telling = /^(class|role|type|lang)$/
  const told = [...one.attributes].map(({name, value}) => telling.test(name) ? value : name)
  return [one.parentElement.className, one.tagName, ...told].join(" ")
})"""
"""Of what kind every element of a page is, without its words, numbers and addresses."""


@pytest.mark.timeout(400)
@pytest.mark.parametrize("people", PEOPLE, ids=["vi", "en"])
def test_whatever_a_link_leads_to_opens_and_is_usable(
    desk: Callable[..., Desk], people: dict[str, str]
) -> None:
    """Every page is opened; what shows anything not seen before is looked at closely, on a phone too."""
    seen: set[str] = set()
    found: list[str] = []
    for who, language in people.items():
        person = desk(who)
        own = person.language
        if own != language:
            person.speak(language)
        for path in _linked_from(person, "/"):
            shapes = set(person.page.evaluate(SHAPES))
            if not shapes <= seen:
                if (wide := _width_on_a_phone(person.page)) > PHONE["width"]:
                    found.append(f"{path}: is {wide} wide on a phone")
                found += [f"{path}: {violation}" for violation in axe.grave_violations(person.page)]
                seen |= shapes
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


def _linked_from(person: Desk, start: str) -> Iterator[str]:
    """Visits one page of each kind that links lead to, from a first one on, and stops at each."""
    waiting, known = [start], {_kind(start)}
    while waiting:
        path = waiting.pop(0)
        try:
            answer = person.page.goto(person.address + path)
        except Error as error:
            if "Download is starting" not in error.message:
                raise
            _is_a_whole_file(person, path)
            continue
        assert answer is not None
        assert answer.status < 400, f"{path} answers {answer.status}"
        expect(person.page.locator(DRAWN)).to_have_count(0)
        yield path
        for link in person.page.locator("a[href^='/']:not([download])").all():
            target = (link.get_attribute("href") or "").partition("#")[0]
            if _kind(target) not in known and "/attachments/" not in target:
                known.add(_kind(target))
                waiting.append(target)


def _is_a_whole_file(person: Desk, path: str) -> None:
    """What a link leads to is no page but a file with a name, and with something in it."""
    answer = person.page.request.get(person.address + path)
    assert answer.status == 200, f"{path} answers {answer.status}"
    assert answer.headers["content-disposition"].startswith("attachment; filename"), path
    assert answer.body(), path


def _kind(path: str) -> str:
    """A path with its numbers, the names of what it is about, and its filters left out.

    Every round and every folder is visited, for each shows something else; of what lies behind them one.
    """
    named = NAMED.sub(r"\1\2/…", path.partition("?")[0])
    return re.sub(r"[0-9a-f]*\d[0-9a-f.-]*", "N", named)

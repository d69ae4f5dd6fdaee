"""Working without a mouse: the way in, the order, what is focused, and focus that survives a swap."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from service.domain.tasks import Folder
from tests.browser.desks import Desk

FOCUSED = """() => {
  const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect();
  return {
    what: `${one.localName} ${one.getAttribute("href") ?? one.name} ${one.textContent.trim().slice(0, 30)}`,
    body: one === document.body,
    drawn: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
    seen: box.width > 0 && box.height > 0 && box.bottom > 0,
  };
}"""
MOST_STOPS = 150


def stops(page: Page) -> list[dict[str, object]]:
    """What Tab comes to, one after another, until it leaves the page."""
    found: list[dict[str, object]] = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused["body"]:
            break
        found.append(focused)
    return found


def test_an_inbox_is_worked_through_by_keyboard_alone(desk: Callable[..., Desk]) -> None:
    person = desk("laodong1").open_folder(Folder.GROUP)
    page = person.page

    page.evaluate("document.activeElement.blur()")
    found = stops(page)
    assert "#main" in str(found[0]["what"]), "the first stop skips to the content"
    hidden = [one["what"] for one in found if not (one["drawn"] and one["seen"])]
    assert not hidden, f"focus cannot be seen on {hidden}"
    assert sum("/tasks/" in str(one["what"]) for one in found) >= 1, "the tasks are stops"

    person.open_folder(Folder.GROUP)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()

    menu = page.locator("details.menu").last
    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(menu).to_have_attribute("open", "")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(menu.locator("summary")).to_be_focused()

    page.keyboard.press("j")
    row = page.locator("[data-inbox-open]").first
    expect(row).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("[data-inbox-row][aria-current]")).to_have_count(1)
    expect(page.locator("h1, h2").and_(page.locator(":focus"))).to_have_count(1)

    page.clock.install()
    person.open_folder(Folder.GROUP)
    folder = page.locator(".folders a").nth(1)
    folder.focus()
    with page.expect_response(re.compile("/counts")):
        page.clock.fast_forward(31_000)
    expect(folder).to_be_focused()

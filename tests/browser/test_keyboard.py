"""Working without a mouse: the way in, the order, what is focused, and focus that survives a swap."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from service.domain.tasks import Folder
from service.operations.demo.stories import PASSWORD
from tests.browser.demos import Demo
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
REASON = "Đề nghị bổ sung xác nhận của UBND xã."


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


def go_to(page: Page, selector: str) -> None:
    """Presses Tab until what the selector names has the focus, and it is seen."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if page.evaluate("one => document.activeElement.matches(one)", selector):
            focused = page.evaluate(FOCUSED)
            assert focused["drawn"], f"focus cannot be seen on {focused['what']}"
            return
    raise AssertionError(f"Tab never comes to {selector}")


def test_a_task_is_claimed_filled_in_reviewed_and_sent_without_a_mouse(
    shared_demo: Demo, submitted: Callable[..., str], page: Page
) -> None:
    code = submitted()
    keys = page.keyboard
    page.goto(f"{shared_demo.address}/sign-in")
    go_to(page, "[name=sign_in_name]")
    keys.type("laodong2")
    go_to(page, "[name=password]")
    keys.type(PASSWORD)
    keys.press("Enter")
    expect(page.locator("#inbox")).to_be_visible()

    go_to(page, "#folders a[href*=group]")
    keys.press("Enter")
    expect(page.locator("#folders a[href*=group]")).to_have_attribute("aria-current", "page")
    page.wait_for_load_state()
    keys.press("/")
    expect(page.locator("[data-search]")).to_be_focused()
    keys.type(code)
    keys.press("Enter")
    row = page.locator("[data-inbox-row]")
    expect(row).to_have_count(1)
    keys.press("j")
    expect(row.locator("[data-inbox-open]")).to_be_focused()
    keys.press("?")
    expect(page.locator("dialog[data-keys-help]")).to_be_visible()
    keys.press("Escape")
    expect(row.locator("[data-inbox-open]")).to_be_focused()

    go_to(page, "[formaction$='/claim']")
    keys.press("Enter")
    expect(page.locator("form[data-form-ready]")).to_be_visible()
    expect(page.locator(".file-choice__names")).to_have_text("Chưa chọn tệp nào")
    go_to(page, "#field-outcome input")
    keys.press("Space")
    keys.press("Enter")  # Chosen, and not sent by that.
    keys.press("ArrowDown")
    expect(page.locator("#field-outcome input[value=return_unit]")).to_be_checked()
    go_to(page, "#field-reason")
    keys.type(REASON)
    go_to(page, "button[name=review]")
    keys.press("Enter")
    expect(page.locator("main")).to_contain_text(REASON)
    go_to(page, "main form .btn-primary")
    keys.press("Enter")
    expect(page.locator(".alert-success")).to_be_visible()

"""An administrator rehearses a round, with a change, and reads what it would do; on a desk and on a phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.demos import Demo
from tests.browser.desks import Desk, expect_fits
from tests.support import axe

REHEARSED_WITHIN_MS = 150_000
PHONE = 390


@pytest.mark.timeout(400)
def test_a_change_is_rehearsed_before_it_holds(
    shared_demo: Demo, desk: Callable[..., Desk], new_page: Callable[..., Page]
) -> None:
    admin = desk("quantri").go("/rounds/annual-2024")
    admin.follow("Rehearse this round")
    page = admin.page
    assert not axe.grave_violations(page)
    page.locator("#field-units").fill("2")
    page.locator("#field-late").fill("50")
    page.locator("#field-day-labour_review").fill("03/12/2024")
    admin.press("Start the rehearsal")
    expect(page.locator(".rehearsal")).to_be_visible(timeout=REHEARSED_WITHIN_MS)
    assert not axe.grave_violations(page)
    page.get_by_text(admin.words("The same numbers as a table")).click()
    assert mails_in(page) == int(page.locator(".counts td.number").nth(1).inner_text())
    result = page.url
    admin.follow("Difference")
    expect(page.locator("details.rehearsal-part").first).to_be_visible()
    assert not axe.grave_violations(page)

    phone = new_page(width=PHONE)
    phone.context.add_cookies(page.context.cookies())
    for part in ("overview", "difference", "mails", "overdue", "escalations", "actions"):
        phone.goto(f"{result}?part={part}")
        expect_fits(phone)
    assert not axe.grave_violations(phone)
    phone.goto(f"{shared_demo.address}/rounds/annual-2024/rehearsals")
    expect_fits(phone)
    assert not axe.grave_violations(phone)


def mails_in(page: Page) -> int:
    """The mails of all days and offices in the table, with the change where it makes a difference."""
    cells = page.locator("details[open] tbody td:nth-child(3)").all_inner_texts()
    return sum(int(text.rsplit("→", 1)[-1].strip()) for text in cells)

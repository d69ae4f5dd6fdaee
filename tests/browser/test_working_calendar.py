"""An administrator keeps the working calendar and the ladders, and sees what moves before it does."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.desks import Desk, expect_fits
from tests.support import axe

LABOUR = "/rounds/annual-2024/deadlines/labour_review/change?locality=van-ninh"
SWAP = (
    ("day", "04/12/2024"),
    ("name_vi", "Nghỉ hoán đổi"),
    ("number", "6150/TB-BLĐTBXH"),
    ("issuer", "Bộ LĐTBXH"),
    ("issued_on", "01/11/2024"),
    ("section", "2"),
    ("quote", "nghỉ hoán đổi ngày làm việc"),
    ("reason", "Theo thông báo của Bộ"),
)


@pytest.fixture
def admin(ruled_desk: Callable[..., Desk]) -> Desk:
    """The administrator of the demo in which rules are changed: swap days concern everybody."""
    return ruled_desk("quantri")


def test_a_swap_day_moves_the_deadline_that_rolls_off_rest_days(admin: Desk) -> None:
    page = admin.go(LABOUR).page
    page.locator("details.more summary").click()
    page.locator("#field-roll").select_option("next_working_day")
    page.locator("#field-reason").fill("Dời khi gặp ngày nghỉ")
    admin.press("See what would move")
    admin.press("Confirm")
    admin.go("/working-calendar?locality=van-ninh&year=2024").follow("Enter a swap day")
    for field, text in SWAP:
        page.locator(f"#field-{field}").fill(text)
    assert not axe.grave_violations(page)
    admin.press("See what would move")
    moved = page.get_by_role("row").filter(has_text="04/12/2024")
    expect(moved).to_contain_text("05/12/2024")
    assert not axe.grave_violations(page)
    admin.press("Confirm")
    expect(page.get_by_role("row").filter(has_text="Thứ Tư, 04/12/2024")).to_contain_text("Nghỉ hoán đổi")
    expect(page.locator("tr#day-2024-12-05")).to_be_visible()
    expect(page.locator("td.calendar-day--off[title='Nghỉ hoán đổi']")).to_be_visible()
    assert not axe.grave_violations(page)


def test_an_edited_ladder_shows_its_dates_before_it_holds(admin: Desk) -> None:
    page = admin.go("/ladders/default/change?locality=van-ninh").page
    rungs = page.locator("li.rung")
    rungs.first.locator("[name=days]").fill("5")
    rungs.first.locator("[name=count]").select_option("working")
    admin.press("Show the dates")
    expect(page.locator(".rung-dates").first).to_contain_text("25/11/2024 08:00")
    admin.press("Add a reminder")
    expect(rungs).to_have_count(7)
    rungs.last.get_by_role("button").click()
    expect(rungs).to_have_count(6)
    page.locator("#field-reason").fill("Nhắc sớm hơn")
    assert not axe.grave_violations(page)
    admin.press("See what would move")
    expect(page.locator(".rung-dates").first).to_contain_text("25/11/2024 08:00")
    admin.press("Confirm")
    expect(page.locator("main")).to_contain_text(admin.words("changed here"))


def test_the_year_fits_a_phone(desk: Callable[..., Desk]) -> None:
    page = desk("vangia", width=390, height=844).go("/working-calendar?year=2024").page
    expect(page.locator("table.calendar-month")).to_have_count(12)
    expect_fits(page)
    assert not axe.grave_violations(page)

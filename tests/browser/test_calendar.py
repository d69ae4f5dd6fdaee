"""One's own calendar: the month on the screen, and an address that a calendar program reads."""

from collections.abc import Callable
from urllib.request import urlopen

import pytest
from icalendar import Calendar
from playwright.sync_api import expect

from tests.browser.desks import Desk, expect_fits
from tests.support import axe

PHONE = {"width": 390, "height": 844}


@pytest.mark.parametrize("screen", [{}, PHONE])
def test_the_month_leads_to_its_days_and_to_the_tasks(
    desk: Callable[..., Desk], screen: dict[str, int]
) -> None:
    unit = desk("vangia", **screen).go("/calendar?month=2024-11")
    expect(unit.page.locator(".agenda-month")).to_be_visible()
    assert not axe.grave_violations(unit.page)
    expect_fits(unit.page)
    unit.page.locator(".agenda-month a[href='#day-2024-11-30']").click()
    day = unit.page.locator("#day-2024-11-30")
    expect(day).to_be_in_viewport()
    day.locator("a[href^='/tasks/']").first.click()
    unit.expect_form()


def test_an_address_is_opened_copied_read_and_revoked(desk: Callable[..., Desk]) -> None:
    unit = desk("vangia").go("/calendar/addresses")
    unit.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    unit.page.locator("#field-label").fill("điện thoại")
    unit.press("Open an address")
    assert not axe.grave_violations(unit.page)
    unit.press("Copy")
    expect(unit.page.locator("[data-copied]")).to_be_visible()
    address = unit.page.evaluate("navigator.clipboard.readText()")
    assert address == unit.page.locator("#feed-address").input_value()
    with urlopen(address) as answer:  # noqa: S310 - the demo on this machine
        events = Calendar.from_ical(answer.read()).walk("VEVENT")
    assert any(str(event.decoded("DTSTART")) == "2024-11-30" for event in events)
    unit.go("/calendar/addresses")
    expect(unit.page.locator("#feed-address")).to_have_count(0)
    unit.page.get_by_role("row").filter(has_text="điện thoại").locator(
        "form[action$='/revoke'] button"
    ).click()
    expect(unit.page.locator(".alert-success")).to_be_visible()

"""Finding, following and exporting, through the screens alone: in Vietnamese, in English, on a phone."""

import re
from collections.abc import Callable
from io import BytesIO

from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.browser.desks import Desk, expect_fits
from tests.support import axe


def test_a_reviewer_finds_follows_and_exports(desk: Callable[..., Desk]) -> None:
    page = desk("laodong1").page
    field = page.get_by_role("searchbox", name="Tìm tất cả")
    field.fill("ngheo van")
    field.press("Enter")
    expect(page.locator("mark").first).to_be_visible()
    assert not axe.grave_violations(page)
    page.locator(".result a").first.press("Enter")
    page.wait_for_url("**/dossiers/*")

    page.get_by_role("link", name="Tiến độ").first.click()
    expect(page.get_by_role("img", name="Tiếp nhận và xét chọn").first).to_be_visible()
    assert not axe.grave_violations(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Danh sách đề nghị ra Excel").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    book = load_workbook(BytesIO(download.value.path().read_bytes()))
    assert [cell.value for cell in book.worksheets[0][1]][:2] == ["STT", "Đối tượng"]
    number = page.locator(".progress-sum a").first
    counted = int(number.inner_text())
    number.click()
    expect(page.locator("tr[data-inbox-row]")).to_have_count(counted)
    assert not axe.grave_violations(page)


def test_a_clerk_searches_on_a_phone_in_english(desk: Callable[..., Desk]) -> None:
    clerk = desk("vanhung", width=390, height=844, language="en")
    page = clerk.page
    page.get_by_role("link", name="Search", exact=True).click()
    page.get_by_role("searchbox").fill("hung")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.get_by_role("heading", name="Dossiers")).to_be_visible()
    expect_fits(page)
    clerk.go("/progress")
    expect(page.locator("main")).to_contain_text("Only the dossiers of your own unit")
    expect_fits(page)
    assert not axe.grave_violations(page)


def test_marks_on_the_diagram_of_operations_say_the_numbers_of_the_table_and_lead_to_those_rows(
    desk: Callable[..., Desk],
) -> None:
    administrator = desk("quantri", language="en").go("/operations")
    page = administrator.page
    told: dict[str | None, str] = {}
    expected: dict[str | None, str] = {}
    for section in page.locator("section", has=page.locator(".diagram[data-standing]")).all():
        section.locator(".diagram").scroll_into_view_if_needed()  # It is drawn when somebody comes to see it.
        expect(section.locator(".diagram[data-diagram-ready]")).to_be_visible()
        told |= {
            mark.get_attribute("href"): mark.inner_text() for mark in section.locator("a.diagram-badge").all()
        }
        for row in section.locator("tbody tr").all():
            waiting, overdue = row.locator("td").nth(1).locator("a"), row.locator("td").nth(2).inner_text()
            said = f"{waiting.inner_text()} waiting"
            expected[waiting.get_attribute("href")] = f"{said}, {overdue} overdue" if overdue != "0" else said
    assert told == expected
    assert {"overdue" in words for words in told.values()} == {True, False}
    mark = page.locator("a.diagram-badge--late").first
    number, late = (int(found) for found in re.findall(r"\d+", mark.inner_text()))
    mark.click()
    expect(page.locator("main h1")).to_contain_text(f"({number})")
    expect(page.locator("main tbody tr")).to_have_count(number)
    page.goto(f"{page.url}?late=1")
    expect(page.locator("main tbody tr")).to_have_count(late)
    expect(page.locator("main tbody .chip--overdue")).to_have_count(late)

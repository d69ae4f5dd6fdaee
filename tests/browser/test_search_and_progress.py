"""Finding, following and exporting, through the screens alone: in Vietnamese, in English, on a phone."""

from collections.abc import Callable
from io import BytesIO

from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.browser.desks import Desk
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
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    clerk.go("/progress")
    expect(page.locator("main")).to_contain_text("Only the dossiers of your own unit")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert not axe.grave_violations(page)

"""A reviewer's day at the screens: many tasks at once, a dossier that comes back, lists, papers, opinions."""

from collections.abc import Callable
from io import BytesIO

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Download, FilePayload, expect

from service.documents.spreadsheets import MEDIA_TYPE
from service.domain.queues import Wanted
from service.domain.reports import ExportKind
from service.domain.tasks import Folder
from service.operations.report import exports
from service.operations.report.exports import Asked
from service.operations.services import Services
from service.settings import Settings
from tests.browser.demos import Demo
from tests.browser.desks import Desk, expect_fits
from tests.builders import World
from tests.support import axe

PHONE = {"width": 390, "height": 844}
NEWEST_FIRST = "/inbox/group?sort=-code"
REASON = "Đề nghị nêu rõ số hộ được giúp."


def cells(download: Download) -> list[list[object]]:
    """The first sheet of a workbook that a browser has got."""
    sheet = load_workbook(BytesIO(download.path().read_bytes())).worksheets[0]
    return [[cell.value for cell in row] for row in sheet.rows]


def test_ticked_tasks_are_taken_together_and_the_list_goes_to_excel(
    desk: Callable[..., Desk], submitted: Callable[..., str]
) -> None:
    codes = [submitted(), submitted()]
    person = desk("laodong2").go(NEWEST_FIRST)
    with person.page.expect_download() as download:
        person.press("Export to Excel")
    listed = [str(row[1]) for row in cells(download.value)[1:]]
    assert listed[:2] == codes[::-1], "the file has the order of the list"
    for code in codes:
        person.row(code).get_by_role("checkbox").check()
    person.press("Claim the ticked ones")
    person.expect_done()
    person.open_folder(Folder.MINE)
    for code in codes:
        expect(person.row(code)).to_contain_text(person.words("you"))


def test_a_dossier_comes_back_from_correction_with_what_has_changed(
    desk: Callable[..., Desk], submitted: Callable[..., str]
) -> None:
    code = submitted("laodong1")
    reviewer = desk("laodong1").open_mine(code)
    reviewer.fill({"outcome": "return_unit", "reason": REASON}).send()
    reviewer.expect_done()
    clerk = desk("vanphu").open_mine(code)
    expect(clerk.page.locator("main")).to_contain_text(REASON)
    expect(clerk.page.locator("#field-letter_number")).to_have_value("15/TTr")
    clerk.open_dossier()
    clerk.page.get_by_role("link", name=clerk.words("Change")).first.click()
    clerk.page.locator("#field-achievement").fill("Giúp năm hộ thoát nghèo bền vững.")
    clerk.press("Save")
    clerk.open_mine(code)
    clerk.fill({"letter_number": "16/TTr"}).send()
    clerk.expect_done()
    reviewer.open_mine(code)  # It is theirs again: they know what was missing.
    changed = reviewer.page.get_by_role("region", name="Thay đổi từ lần trước hồ sơ ở bước này")
    expect(changed.locator("del").first).to_have_text("Thoát nghèo bền vững.")
    expect(changed.locator("ins").first).to_have_text("Giúp năm hộ thoát nghèo bền vững.")
    expect(changed).to_contain_text(REASON)
    assert not axe.grave_violations(reviewer.page)


def test_a_workbook_with_a_bad_row_is_reported_by_its_cell_and_the_right_rows_come_in(
    desk: Callable[..., Desk],
) -> None:
    clerk = desk("dailanh").go("/dossiers/new")
    clerk.page.locator("#field-title").fill("Khen thưởng xã Đại Lãnh năm 2024")
    clerk.press("Open the dossier")
    clerk.follow("Import from a workbook")
    with clerk.page.expect_download() as download:
        clerk.page.get_by_role("link", name=clerk.words("Template")).click()
    book = load_workbook(BytesIO(download.value.path().read_bytes()))
    sheet = book["Danh sách đề nghị"]
    award = "Giấy khen của Chủ tịch UBND huyện"
    for row, name in ((6, "Hộ bà Đặng Thị Ánh"), (7, None)):
        for column, value in enumerate((name, "Hộ gia đình", None, award, "Tự nguyện thoát nghèo."), 2):
            sheet.cell(row, column, value)
    filled = BytesIO()
    book.save(filled)
    workbook = FilePayload(name="danh-sach.xlsx", mimeType=MEDIA_TYPE, buffer=filled.getvalue())
    clerk.page.locator("#field-file").set_input_files(workbook)
    clerk.press("Check and import")
    expect(clerk.page.locator("#report li")).to_have_text("B7: Hãy điền mục này.")
    assert not axe.grave_violations(clerk.page)
    clerk.press("Import the %(number)s right rows", number=1)
    table = clerk.page.locator("#nominations table tbody tr")
    expect(table).to_have_count(1)
    expect(table).to_contain_text("Hộ bà Đặng Thị Ánh")


def test_paper_originals_are_received_on_a_phone(
    desk: Callable[..., Desk], submitted: Callable[..., str]
) -> None:
    code = submitted("laodong1")
    phone = desk("laodong1", **PHONE).open_dossier_page(code)
    phone.follow("Record paper originals")
    phone.page.locator("#field-received_on").fill("31/02/2024")
    phone.page.locator("#field-received_from").fill("Bưu điện Vạn Ninh")
    sets = phone.page.locator("input[name^=sets-]")
    for at in range(sets.count()):
        sets.nth(at).fill("1")
    phone.press("Record the receipt")
    expect(phone.page.locator(".error-summary")).to_be_visible()
    expect(phone.page.locator("#field-received_on")).to_have_value("31/02/2024")
    expect_fits(phone.page)
    assert not axe.grave_violations(phone.page)
    phone.page.locator("#field-received_on").fill("25/11/2024")
    phone.press("Record the receipt")
    expect(phone.page.locator("main")).to_contain_text("Bưu điện Vạn Ninh")
    phone.open_dossier_page(code)
    expect(phone.page.locator("#originals")).to_contain_text(phone.words("all sets have come"))
    expect_fits(phone.page)


def test_another_office_is_asked_and_its_answer_stands_with_the_task(
    desk: Callable[..., Desk], submitted: Callable[..., str]
) -> None:
    code = submitted("laodong1")
    asker = desk("laodong1").open_mine(code)
    asker.follow("Ask for an opinion …")
    asker.page.get_by_role("radio", name="Phòng Nội vụ").check()
    asker.page.locator("#field-question").fill(f"Hồ sơ {code} có trùng khen thưởng năm trước không?")
    asker.press("Ask")
    asker.expect_form()
    asked = desk("noivu2").go("/opinions")
    asked.page.get_by_role("link", name=code).click()
    asked.page.locator("input[name=answer]").first.check()
    asked.page.locator("#field-said").fill("Không trùng.")
    asked.press("Send the answer")
    expect(asked.page.locator("main")).to_contain_text("Không trùng.")
    asker.page.reload()
    together = asker.page.get_by_role("region", name=asker.words("Working together"))
    expect(together.locator("blockquote")).to_have_text("Không trùng.")


def test_a_long_file_tells_how_far_it_is_until_it_can_be_fetched(
    desk: Callable[..., Desk],
    shared_demo: Demo,
    shared_world: World,
    submitted: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    code, person = submitted(), desk("laodong.truong")
    monkeypatch.setattr(exports, "SMALL", 0)  # Every file is a long one: the demo's worker writes it.
    settings = Settings(
        data_folder=shared_demo.folder,
        database_url=shared_world.address(),
        host="127.0.0.1",
        port=1,
        base_url=shared_demo.address,
    )
    asked = Asked(ExportKind.INBOX, tasks=Wanted(Folder.OFFICE))
    services = Services(settings, shared_world.database, shared_world.clock)
    made = exports.ask(services, shared_world.actor("laodong.truong"), asked)
    person.go(f"/exports/{made.id}")
    fetch = person.page.get_by_role("link", name=person.words("Download"))
    expect(person.page.locator("#progress").or_(fetch)).to_be_visible()
    expect(fetch).to_be_visible()
    with person.page.expect_download() as download:
        fetch.click()
    assert code in {str(row[1]) for row in cells(download.value)}


def test_a_clerk_asks_in_english_why_a_task_is_not_theirs(
    desk: Callable[..., Desk], submitted: Callable[..., str]
) -> None:
    code = submitted("laodong2")
    person = desk("vanphu.truong", language="en").go("/")
    person.follow("Why can I not see a task?")
    person.page.get_by_label("Code of the dossier").fill(code.lower())
    person.press("Tell me")
    told = person.page.get_by_role("main").get_by_role("status")
    expect(told).to_contain_text("is with Ngô Văn Ân of")
    expect(told).to_contain_text("You are not in the group whose step it is.")
    assert not axe.grave_violations(person.page)
    person.page.get_by_label("Code of the dossier").fill("VN-HN2024-9999")
    person.press("Tell me")
    expect(told).to_contain_text("that you may know of")

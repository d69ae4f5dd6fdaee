"""The main job, through the screens alone: a dossier travels from a commune to a signed decision, on time."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from service.domain.dossiers import Verdict
from service.domain.tasks import Folder
from tests.browser.demos import Demo
from tests.browser.desks import Desk
from tests.support.files import paper

CODE = "VN-HN2024-0001"
ALONG = "VN-HN2024-0005"
"""Another unit's dossier that waits for its letter in the Labour office: it goes along."""
NOMINEE = "Tổ phụ nữ khu phố Năm"
DROPPED = "Hộ bà Trần Thị Ngọc"
REASON = "Biên bản xét khen thưởng thiếu chữ ký của Chủ tịch Hội đồng."


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    """A small real PDF to attach."""
    path = tmp_path / "biên bản.pdf"
    path.write_bytes(paper(CODE))
    return path


def test_a_dossier_travels_from_the_commune_to_a_signed_decision(
    own_demo: Demo, new_page: Callable[[], Page], scan: Path
) -> None:
    def desk(name: str) -> Desk:
        return Desk(new_page(), own_demo.address).sign_in(name)

    clerk, administrator = desk("vangia"), desk("quantri")
    _the_clerk_is_reminded_before_the_deadline(administrator)
    _the_clerk_fills_and_submits(clerk, scan)

    labour = desk("laodong1")
    _labour_returns_it_with_a_reason(labour)
    _the_clerk_reads_why_and_supplements(clerk, scan)
    _labour_keeps_one_nominee_and_drops_the_other(labour)
    _labour_sends_two_dossiers_with_one_letter(labour)

    interior = desk("noivu1")
    _the_diagram_stands_at(interior, "appraise", passed="select")
    _the_appraisal_becomes_overdue(administrator)
    _the_interior_office_sees_it_late(interior)
    _its_head_gets_a_task_of_their_own(desk("noivu.truong"))
    _interior_appraises_and_sends_on(interior)

    chairman = desk("chutich")
    _the_chairman_signs_one_decision(chairman)
    _the_history_names_who_when_and_why(clerk)
    _the_diagram_stands_at(clerk, "decided", passed="decide")


def _the_clerk_is_reminded_before_the_deadline(administrator: Desk) -> None:
    administrator.jump_to("27/11/2024", "08:00")
    reminder = administrator.mails("vangia@demo.trinh.invalid", CODE).first
    reminder.locator("[data-inbox-open]").click()
    mail = administrator.page.locator(".mail")
    expect(mail).to_contain_text("30/11/2024")
    expect(mail).to_contain_text("27/11/2024 08:0")
    expect(mail.locator("a[href*='/tasks/']")).to_be_visible()


def _the_clerk_fills_and_submits(clerk: Desk, scan: Path) -> None:
    clerk.open_mine(CODE).open_dossier()
    clerk.add_nomination(
        award="giay_khen", kind="collective", name=NOMINEE, achievement="Góp vốn xoay vòng cho 12 hộ nghèo."
    )
    while missing := clerk.missing_papers():
        clerk.attach(scan, missing[0])
        expect(clerk.page.locator("#field-item option").filter(has_text=missing[0])).to_have_count(0)
    clerk.follow("Open in the inbox")
    clerk.fill({"letter_number": "21/TTr-UBND", "letter_date": "27/11/2024"}).send()
    clerk.expect_done()


def _labour_returns_it_with_a_reason(labour: Desk) -> None:
    labour.claim(CODE).fill({"outcome": "return_unit", "reason": REASON}).send()
    labour.expect_done()


def _the_clerk_reads_why_and_supplements(clerk: Desk, scan: Path) -> None:
    clerk.open_folder(Folder.SUPPLEMENT)
    clerk.row(CODE).locator("[data-inbox-open]").click()
    expect(clerk.page.get_by_text(REASON)).to_be_visible()
    clerk.expect_form()
    clerk.open_dossier()
    expect(clerk.page.locator(".banner")).to_contain_text(REASON)
    clerk.attach(scan, "Biên bản xét khen thưởng")
    expect(clerk.page.locator("#papers").get_by_role("link", name=scan.name, exact=True)).to_have_count(5)
    # The form stands on the page of the dossier as well.
    clerk.expect_form()
    clerk.fill({"letter_number": "22/TTr-UBND", "letter_date": "27/11/2024"}).send()
    expect(clerk.page.locator("#task-form")).to_have_count(0)
    clerk.expect_done()


def _labour_keeps_one_nominee_and_drops_the_other(labour: Desk) -> None:
    labour.open_mine(CODE)  # Who returned it gets it back.
    verdict = labour.page.locator("tr").filter(has_text=DROPPED)
    verdict.get_by_label(labour.term(Verdict.DROP), exact=True).check()
    verdict.locator("input[type=text], input:not([type])").fill("Đã được khen năm 2023.")
    labour.fill({"outcome": "accept"}).send()
    labour.expect_done()


def _labour_sends_two_dossiers_with_one_letter(labour: Desk) -> None:
    labour.open_folder(Folder.GROUP)
    for code in (CODE, ALONG):
        labour.row(code).get_by_role("checkbox").check()
    labour.press("Forward the ticked ones with one letter")
    for code in (CODE, ALONG):
        expect(labour.page.get_by_text(code)).to_be_visible()
    expect(labour.page.get_by_text(DROPPED)).to_have_count(0)
    labour.expect_form()
    labour.fill({"number": "42/TTr-LĐTBXH", "signed_on": "27/11/2024", "note": "Đủ điều kiện"}).send()
    expect(labour.page.locator("h1")).to_contain_text("42/TTr-LĐTBXH")


def _the_diagram_stands_at(anybody: Desk, step: str, *, passed: str) -> None:
    anybody.open_dossier_page(CODE, "diagram")
    drawing = anybody.page.locator(".diagram[data-diagram-ready]")
    expect(drawing.locator(".djs-element.is-current")).to_have_attribute("data-element-id", step)
    expect(drawing.locator(f".djs-element[data-element-id={passed}].is-visited")).to_have_count(1)
    expect(anybody.page.locator(".way [aria-current=step]")).to_have_count(1)


def _the_appraisal_becomes_overdue(administrator: Desk) -> None:
    administrator.jump_to("11/12/2024", "08:00")
    expect(administrator.mails("noivu1@demo.trinh.invalid", CODE).first).to_be_visible()
    to_the_head = administrator.mails("noivu.truong@demo.trinh.invalid", CODE)
    expect(to_the_head).to_have_count(2)
    to_the_head.last.locator("[data-inbox-open]").click()
    expect(administrator.page.locator(".mail")).to_contain_text("10/12/2024 08:00")
    expect(administrator.page.locator(".mail")).to_contain_text("09/12/2024")


def _the_interior_office_sees_it_late(interior: Desk) -> None:
    interior.open_folder(Folder.OVERDUE)
    expect(interior.row(CODE).locator(".chip--overdue")).to_contain_text("2")


def _its_head_gets_a_task_of_their_own(head: Desk) -> None:
    head.claim(CODE)
    head.fill({"note": "Đồng chí Quý thẩm định xong trong ngày 11/12."}).send()
    head.expect_done()


def _interior_appraises_and_sends_on(interior: Desk) -> None:
    for code in (CODE, ALONG):
        interior.claim(code).fill({"outcome": "accept"}).send()
        interior.expect_done()
    interior.open_folder(Folder.GROUP)
    for code in (CODE, ALONG):
        interior.row(code).get_by_role("checkbox").check()
    interior.press("Forward the ticked ones with one letter")
    interior.expect_form()
    late = {"late_reason": "Chờ xác minh tại xã"}
    interior.fill({"number": "61/TTr-NV", "signed_on": "11/12/2024", "note": "Đủ điều kiện", **late}).send()
    expect(interior.page.locator("h1")).to_contain_text("61/TTr-NV")


def _the_chairman_signs_one_decision(chairman: Desk) -> None:
    chairman.open_folder(Folder.GROUP)
    for code in (CODE, ALONG):
        chairman.row(code).get_by_role("checkbox").check()
    chairman.press("Review the ticked ones for one decision")
    expect(chairman.page.locator("input[type=radio][value=drop]")).to_have_count(2)
    chairman.expect_form()
    chairman.fill({"decision_number": "2301/QĐ-UBND", "signed_on": "11/12/2024"}).send()
    for nominee in (NOMINEE, "Thôn Phú Cang"):
        expect(chairman.page.get_by_text(nominee)).to_be_visible()
    chairman.send()
    expect(chairman.page.locator("h1")).to_contain_text("2301/QĐ-UBND")
    expect(chairman.page.get_by_text(NOMINEE)).to_be_visible()
    expect(chairman.page.get_by_text(DROPPED)).to_have_count(0)


def _the_history_names_who_when_and_why(clerk: Desk) -> None:
    clerk.open_dossier_page(CODE, "history")
    lines = clerk.page.locator(".timeline li")
    signed = lines.filter(has_text="2301/QĐ-UBND").first
    expect(signed).to_contain_text("Trịnh Văn Vinh")
    expect(signed).to_contain_text("11/12/2024 08:")
    expect(signed).to_contain_text("IV.3.b(2)")
    returned = lines.filter(has_text=REASON)
    expect(returned).to_contain_text("Đặng Thị Thu")
    expect(returned).to_contain_text("27/11/2024 08:")
    expect(lines.filter(has_text="Mai Văn Sơn").first).to_be_visible()

"""A yearly report, through the screens alone: overdue in the unit, sent late, received, seen by all."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from service.domain.tasks import Folder
from tests.browser.desks import Desk
from tests.support import axe
from tests.support.files import paper

TITLE = "Báo cáo kết quả thực hiện phong trào năm 2024"
UNIT = "UBND xã Vạn Khánh"
WHY = "Chờ số liệu rà soát của thôn Nhơn Thọ."
ADDRESS = "/duties/result_report-2024"


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    """A small real PDF to attach."""
    path = tmp_path / "báo cáo.pdf"
    path.write_bytes(paper("report"))
    return path


def test_a_late_report_is_sent_and_received(desk: Callable[..., Desk], scan: Path) -> None:
    interior = desk("noivu1").go(ADDRESS)
    row = interior.page.get_by_role("row").filter(has_text=UNIT)
    expect(row).to_contain_text("quá hạn")
    expect(row).to_contain_text("lần, gần nhất ngày 22/11/2024")

    clerk = desk("vankhanh", width=390, height=844)
    clerk.claim(TITLE)
    clerk.follow("Attach the report as a file")
    clerk.attach(scan)
    expect(clerk.page.locator("#papers")).to_contain_text(scan.name)
    clerk.follow("Open in the inbox")
    clerk.expect_form()
    clerk.fill(
        {
            "outcome": "submit",
            "letter_number": "30/BC-UBND",
            "letter_date": "25/11/2024",
            "late_reason": WHY,
        }
    ).send()
    clerk.expect_done()

    interior.open_folder(Folder.GROUP)
    interior.row(UNIT).get_by_role("button", name=interior.words("Claim")).click()
    interior.expect_form()
    expect(interior.page.locator("main")).to_contain_text(WHY)
    expect(interior.page.locator("main")).to_contain_text(scan.name)
    interior.fill({"outcome": "accept"}).send()
    interior.expect_done()

    interior.go(ADDRESS)
    row = interior.page.get_by_role("row").filter(has_text=UNIT)
    expect(row).to_contain_text("Đã tiếp nhận báo cáo")
    expect(row).to_contain_text("gửi muộn")
    clerk.go(ADDRESS)
    expect(clerk.page.get_by_role("row")).to_have_count(2)
    for person in (interior, clerk):
        for path in ("/duties", ADDRESS):
            person.go(path)
            assert not axe.grave_violations(person.page)

"""Duty reports on the screens: the overview, opening by hand, writing, receiving."""

import pytest
from flask import Flask

from service.domain.tasks import Folder
from service.operations.schedule import duties
from service.operations.watch import ticks
from tests.builders import LOCALITY, World
from tests.functional.web.browsers import in_english, in_folder, signed_in, words
from tests.support import files
from tests.support.reports import deploy_reports, send_report

REPORT = "result_report-2024"


@pytest.fixture
def world(world: World) -> World:
    """The yearly reports have just opened."""
    deploy_reports(world)
    world.on("2024-10-21 08:00")
    ticks.tick(world.database)
    return world


def report_of(world: World, unit: str) -> int:
    with world.database.read() as work:
        page = duties.show(work, LOCALITY, REPORT)
        return next(line.report.id for line in page.lines if line.unit.key == unit and line.report)


def test_the_overview_tells_who_has_sent_and_who_is_missing(world: World, app: Flask) -> None:
    send_report(world, report_of(world, "van_gia"))
    said = words(in_english(app, "interior").get(f"/duties/{REPORT}"))
    assert "Sent 1 of 16" in said
    assert "Missing 15" in said
    assert "before 20/11/2024 (that day is late)" in said
    assert "trước ngày **20/11 hàng năm**" in said
    assert "20/10/2024 (a setting, not in the plan)" in said
    assert "sent: 1 of 16" in words(in_english(app, "interior").get("/duties"))


def test_a_unit_sees_its_own_line_only(app: Flask) -> None:
    said = words(signed_in(app, "clerk").get(f"/duties/{REPORT}"))
    assert "Vạn Giã" in said
    assert "Vạn Phú" not in said


def test_the_owner_writes_and_a_recipient_receives(world: World, app: Flask) -> None:
    dossier_id = report_of(world, "van_gia")
    task = world.task(dossier_id)
    clerk = in_english(app, "clerk")
    clerk.post(in_folder(Folder.GROUP, task.id, "/claim"))
    page = words(clerk.get(in_folder(Folder.MINE, task.id)))
    assert "Files attached: 0" in page
    clerk.send_file(f"/dossiers/{dossier_id}/attachments", files.pdf(), "Báo cáo.pdf", item="")
    fields = {"outcome": "submit", "letter_number": "25/BC", "letter_date": "2024-10-21", "seen_version": 3}
    clerk.get(f"/dossiers/{dossier_id}")
    assert clerk.post(f"/tasks/{task.id}/complete", fields).status_code == 303
    interior = in_english(app, "interior")
    receiving = world.task(dossier_id)
    said = words(interior.get(in_folder(Folder.GROUP, receiving.id)))
    assert "25/BC" in said
    assert "Báo cáo.pdf" in said
    assert "Owed until 19/11/2024" in said
    assert "Nominations" not in said


def test_a_report_beside_an_award_dossier_names_its_step_in_the_readers_language(
    world: World, app: Flask
) -> None:
    send_report(world, report_of(world, "van_gia"))
    dossier_id = world.carry_to("appraise")
    page = words(in_english(app, "interior").get(in_folder(Folder.GROUP, world.task(dossier_id).id)))
    assert "Appraise the dossier" in page
    assert "Receive the report" in page
    assert "Tiếp nhận báo cáo" not in page


def test_the_page_of_a_report_speaks_of_a_report(world: World, app: Flask) -> None:
    page = words(in_english(app, "clerk").get(f"/dossiers/{report_of(world, 'van_gia')}"))
    assert "Nothing has been sent yet." in page
    assert "Nominations" not in page
    assert "Withdraw" not in page


def test_reports_are_listed_apart_from_dossiers(app: Flask) -> None:
    admin = in_english(app, "admin")
    assert "VN-BC-2024" not in words(admin.get("/dossiers"))
    assert "VN-BC-2024-0001" in words(admin.get("/dossiers?kind=duty"))
    assert admin.get("/dossiers?kind=other").status_code == 400
    assert "Report the results" not in words(admin.get("/rounds"))


def test_an_administrator_opens_what_is_not_open_and_nobody_else(app: Flask) -> None:
    admin = in_english(app, "admin")
    assert admin.post("/duties/result_report-2023/open").status_code == 303
    assert "Reports opened: 16" in words(admin.get("/duties/result_report-2023"))
    interior = in_english(app, "interior")
    assert interior.post("/duties/result_report-2022/open").status_code == 403
    assert interior.get("/duties/annual-2024").status_code == 404

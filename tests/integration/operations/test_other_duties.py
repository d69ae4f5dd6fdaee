"""The reports of another plan: other offices, other roles, other days. Nothing of Vạn Ninh is in the code."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from service.clock import FakeClock
from service.domain.duties import ReportState
from service.localities import read_folder
from service.operations.schedule import duties
from service.operations.schedule.duties import DutyPage
from service.operations.setup import deployments, localities
from service.operations.staff import people
from service.operations.watch import ticks
from service.store.tables import OutgoingMail, Reminder, UserTask
from service.store.work import Database
from tests.builders import ROOT, World, local
from tests.support.reports import deploy_reports, send_report

DEPARTMENT = "so-binh-phuoc"
REPORT = "bao_cao_nam-2019"
SEATS = {
    "bao_tro": ("bao_tro", "can_bo"),
    "trung_tam": ("trung_tam", "can_bo"),
    "van_thu": ("van_phong", "van_thu"),
    "giam_doc": ("giam_doc", "giam_doc"),
}


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    """A database that holds this department alone, on the day before its yearly report opens."""
    clock = FakeClock(local("2019-11-23 09:00"))
    database = Database(database_url, clock)
    world = World(database, clock, tmp_path / "files")
    with database.write() as work:
        localities.load(work, read_folder(ROOT / "tests" / "data" / "localities" / DEPARTMENT))
        for form in sorted((ROOT / "forms").glob("*.json")):
            deployments.deploy_form(work, form.stem, form.read_text(encoding="utf-8"))
        for who, seat in SEATS.items():
            people.add(
                work,
                sign_in_name=who,
                name=who,
                email=f"{who}@example.invalid",
                password=None,
                seats=[(DEPARTMENT, *seat)],
            )
    deploy_reports(world)
    yield world
    database.dispose()


def page(world: World, key: str = REPORT) -> DutyPage:
    with world.database.read() as work:
        return duties.show(work, DEPARTMENT, key)


def test_the_reports_of_another_plan_open_remind_and_are_received_by_its_own_rules(world: World) -> None:
    assert ticks.tick(world.database).opened == 0
    world.on("2019-11-24 00:00")
    assert ticks.tick(world.database).opened == 2
    world.on("2019-12-01 08:00")
    assert ticks.tick(world.database).opened == 1 + 1  # The office founded that day, and the month's report.
    told = page(world)
    assert told.deadline.last_day == date(2019, 12, 14)
    assert told.deadline.source.quote == "về Sở Lao động- Thương binh và Xã hội trước ngày 15/12 hàng năm."
    reports = {line.unit.key: line.report for line in told.lines}
    assert set(reports) == {"bao_tro", "trung_tam", "phong_huyen"}
    sent, missing = reports["bao_tro"], reports["trung_tam"]
    assert sent is not None
    assert missing is not None
    assert sent.code == "BP-BC-2019-0001"
    send_report(world, sent.id, "bao_tro")
    world.complete("van_thu", world.task(sent.id).id, {"outcome": "accept"})
    world.on("2019-12-15 08:00")
    ticks.tick(world.database)
    states = {line.unit.key: (line.standing.state, line.standing.late) for line in page(world).lines}
    assert states["bao_tro"] == (ReportState.RECEIVED, False)
    assert states["trung_tam"] == (ReportState.OPEN, True)
    with world.database.read() as work:
        notices = select(OutgoingMail.recipient_id).where(
            OutgoingMail.template == "report_overdue", OutgoingMail.dossier_id == missing.id
        )
        assert set(work.session.scalars(notices)) == {world.actor("van_thu").person_id}
        fired = (
            select(Reminder)
            .join(UserTask, UserTask.id == Reminder.task_id)
            .where(UserTask.dossier_id == missing.id, Reminder.fired_at.is_not(None))
        )
        reminded = {row.rule_key: row.group_id for row in work.session.scalars(fired)}
        assert set(reminded) == {"two", "late"}
        assert reminded["late"] in world.actor("van_thu").group_ids


def test_an_office_reports_to_somebody_who_has_heads_only(world: World) -> None:
    world.on("2019-12-05 08:00")
    ticks.tick(world.database)
    (line,) = page(world, "bao_cao_so-2019").lines
    assert line.report is not None
    send_report(world, line.report.id, "van_thu")
    world.complete("giam_doc", world.task(line.report.id).id, {"outcome": "accept"})
    assert page(world, "bao_cao_so-2019").sent == 1

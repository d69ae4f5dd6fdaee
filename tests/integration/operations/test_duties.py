"""Duty reports: opened for everybody who owes one, sent, returned, received; late and missing ones."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime
from io import BytesIO

import pytest
from sqlalchemy import func, select

from service.domain.deadlines import Yearly
from service.domain.duties import ReportState
from service.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from service.operations.dossier import attachments, dossiers
from service.operations.dossier.nominations import NominationInput
from service.operations.schedule import duties, report_openings
from service.operations.schedule.duties import DutyPage, Line
from service.operations.setup import localities
from service.operations.watch import ticks, verification
from service.store import localities as locality_rows
from service.store.tables import Dossier, Incident, Membership, OutgoingMail, UserTask
from service.store.work import Database, Work
from tests.builders import LOCALITY, World, shipped_locality
from tests.support.files import paper
from tests.support.reports import deploy_reports, send_report

REPORT = "result_report-2024"
UNITS = 16


@pytest.fixture
def world(world: World) -> World:
    """The shipped plan with the diagram of reports, on the day before the yearly report opens."""
    world.on("2024-10-19 09:00")
    deploy_reports(world)
    return world


def page(world: World, key: str = REPORT, who: str | None = None) -> DutyPage:
    with world.database.read() as work:
        return duties.show(work, LOCALITY, key, world.actor(who) if who else None)


def line(world: World, unit: str, key: str = REPORT) -> Line:
    return next(one for one in page(world, key).lines if one.unit.key == unit)


def report_of(world: World, unit: str, key: str = REPORT) -> int:
    report = line(world, unit, key).report
    assert report is not None
    return report.id


def open_by_hand(world: World, key: str, unit: str | None = None) -> list[Dossier]:
    with world.database.write() as work:
        return report_openings.open_by_hand(work, world.actor("admin"), LOCALITY, key, unit)


def say_nothing(world: World, dossier_id: int, **values: object) -> None:
    """Says that there is nothing to report."""
    left_out = {"letter_number": None, "letter_date": None, "summary": None}
    send_report(world, dossier_id, "clerk", outcome="not_applicable", **left_out, **values)


def receive(world: World, dossier_id: int, who: str, element: str = "receive_first") -> None:
    world.complete(who, world.task(dossier_id, element).id, {"outcome": "accept"})


def assert_sound(world: World) -> None:
    with world.database.read() as work:
        assert verification.verify(work).broken == ()


def test_nothing_opens_before_its_day_and_nothing_of_past_years_ever_does(world: World) -> None:
    assert ticks.tick(world.database).opened == 0
    world.on("2024-10-20 00:00")
    assert ticks.tick(world.database).opened == UNITS
    with world.database.read() as work:
        years = {one.round.year for one in duties.list_duties(work, LOCALITY) if one.sent or not one.unopened}
        assert years == {2024}
    assert ticks.tick(world.database).opened == 0
    assert_sound(world)


def test_a_report_lies_in_the_units_inbox_with_its_deadline_and_its_clause(world: World) -> None:
    world.on("2024-10-20 08:00")
    ticks.tick(world.database)
    dossier_id = report_of(world, "van_gia")
    task = world.task(dossier_id)
    with world.database.read() as work:
        row = work.session.get_one(UserTask, task.id)
        assert (row.act, row.group.organisation.key, row.group.role) == ("report", "van_gia", "proposer")
        assert row.last_day == date(2024, 11, 19)
        assert row.deadline is not None
        assert "20/11 hàng năm" in row.deadline.source_quote
        dossier = work.session.get_one(Dossier, dossier_id)
        assert (dossier.kind, dossier.created_by_id) == ("duty", None)
        assert dossier.code.startswith("VN-BC-2024-")


def test_every_report_of_a_year_has_a_code_of_its_own(world: World) -> None:
    world.on("2022-09-20 08:00")
    ticks.tick(world.database)
    with world.database.read() as work:
        codes = list(work.session.scalars(select(Dossier.code).order_by(Dossier.id)))
    assert len(codes) == len(set(codes)) == UNITS + 1
    assert codes[0] == "VN-BC-2022-0001"


def test_a_sent_report_is_received_and_the_unit_hears_of_it(world: World) -> None:
    world.on("2024-10-20 08:00")
    ticks.tick(world.database)
    dossier_id = report_of(world, "van_gia")
    send_report(world, dossier_id)
    assert line(world, "van_gia").standing.state is ReportState.SENT
    assert world.open_elements(dossier_id) == {"receive_first"}
    receive(world, dossier_id, "interior")
    told = line(world, "van_gia")
    assert told.standing.state is ReportState.RECEIVED
    assert told.standing.late is False
    with world.database.read() as work:
        assert work.session.scalars(select(OutgoingMail.template)).all() == ["report_settled"]
    assert_sound(world)


def test_an_empty_report_is_refused_but_a_file_alone_is_enough(world: World) -> None:
    world.on("2024-10-20 08:00")
    ticks.tick(world.database)
    dossier_id = report_of(world, "van_gia")
    world.claim("clerk", world.task(dossier_id).id)
    with pytest.raises(Invalid, match="Attach the report"):
        send_report(world, dossier_id, summary="  ")
    with world.database.write() as work:
        attachments.add(
            work,
            world.actor("clerk"),
            world.folder,
            dossier_id,
            display_name="Báo cáo.pdf",
            stream=BytesIO(paper("report")),
        )
    send_report(world, dossier_id, summary=None)
    assert world.open_elements(dossier_id) == {"receive_first"}


def test_a_report_has_neither_nominations_nor_a_title_to_change(world: World) -> None:
    world.on("2024-10-20 08:00")
    ticks.tick(world.database)
    dossier_id = report_of(world, "van_gia")
    world.claim("clerk", world.task(dossier_id).id)
    clerk = world.actor("clerk")
    nominee = NominationInput("giay_khen", "household", "Hộ ông A", "Thoát nghèo.")
    with world.database.write() as work:
        with pytest.raises(Conflict, match="duty report"):
            dossiers.add_nomination(work, clerk, dossier_id, nominee)
        with pytest.raises(Conflict, match="duty report"):
            dossiers.rename(work, clerk, dossier_id, "Khác")
        assert dossiers.show(work, clerk, dossier_id).checklist == []


def test_both_recipients_receive_and_one_return_sends_it_back_from_both(world: World) -> None:
    world.on("2022-09-01 08:00")
    ticks.tick(world.database)
    dossier_id = report_of(world, "van_gia", "unit_plan-2022")
    send_report(world, dossier_id)
    assert world.open_elements(dossier_id) == {"receive_first", "receive_second"}
    receive(world, dossier_id, "labour")
    world.complete(
        "interior",
        world.task(dossier_id, "receive_second").id,
        {"outcome": "return_unit", "reason": "Thiếu chỉ tiêu."},
    )
    assert world.open_elements(dossier_id) == {"report"}
    assert world.task(dossier_id).return_reason == "Thiếu chỉ tiêu."
    assert line(world, "van_gia", "unit_plan-2022").standing.state is ReportState.RETURNED
    send_report(world, dossier_id)
    receive(world, dossier_id, "interior", "receive_second")
    receive(world, dossier_id, "labour")
    assert line(world, "van_gia", "unit_plan-2022").standing.state is ReportState.RECEIVED
    assert_sound(world)


def test_nothing_to_report_needs_a_reason_and_the_recipients_word(world: World) -> None:
    world.on("2024-10-20 08:00")
    ticks.tick(world.database)
    dossier_id = report_of(world, "van_gia")
    with pytest.raises(Invalid):
        say_nothing(world, dossier_id)
    say_nothing(world, dossier_id, reason="Không được giao chỉ tiêu.")
    receive(world, dossier_id, "interior")
    assert line(world, "van_gia").standing.state is ReportState.EXCUSED
    assert page(world).missing == UNITS - 1


def test_owners_that_are_no_units_report_in_the_same_way(world: World) -> None:
    world.on("2022-09-20 08:00")
    ticks.tick(world.database)
    dossier_id = report_of(world, "labour_office", "district_plan-2022")
    send_report(world, dossier_id, "labour")
    receive(world, dossier_id, "chairman")
    assert line(world, "labour_office", "district_plan-2022").standing.state is ReportState.RECEIVED


def test_a_late_report_is_reminded_told_to_the_recipients_and_needs_a_reason(world: World) -> None:
    world.on("2024-10-20 08:00")
    ticks.tick(world.database)
    dossier_id = report_of(world, "van_gia")
    for day in ("2024-11-12", "2024-11-16", "2024-11-18", "2024-11-19", "2024-11-20"):
        world.on(f"{day} 08:00")
        ticks.tick(world.database)
    told = line(world, "van_gia")
    assert told.standing.late
    assert told.standing.missing
    assert told.reminded is not None
    assert told.reminded.times == 5
    with world.database.read() as work:
        notices = work.session.scalars(
            select(OutgoingMail).where(
                OutgoingMail.template == "report_overdue", OutgoingMail.dossier_id == dossier_id
            )
        ).all()
        assert {notice.recipient_id for notice in notices} == {world.actor("interior").person_id}
    with pytest.raises(Invalid):
        send_report(world, dossier_id)
    send_report(world, dossier_id, late_reason="Chờ số liệu của thôn.")
    assert line(world, "van_gia").standing.late
    assert (page(world).sent, page(world).missing, page(world).late) == (1, UNITS - 1, UNITS)


def test_workers_that_tick_together_open_each_report_once(world: World) -> None:
    world.on("2024-10-20 08:00")
    databases = [Database(world.address(), world.clock) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        opened = list(pool.map(report_openings.open_due, databases))
    for database in databases:
        database.dispose()
    report_openings.open_due(world.database)
    with world.database.read() as work:
        assert work.session.scalar(select(func.count()).select_from(Dossier)) == UNITS
    assert sum(one.opened for one in opened) <= UNITS
    assert all(one.failed == 0 for one in opened)


def test_an_administrator_opens_past_reports_by_hand_and_nobody_else_does(world: World) -> None:
    opened = open_by_hand(world, "result_report-2023", "van_gia")
    assert [one.unit.key for one in opened] == ["van_gia"]
    assert world.task(opened[0].id).due_at is not None
    with pytest.raises(Conflict, match="open already"):
        open_by_hand(world, "result_report-2023", "van_gia")
    with pytest.raises(NotFound):
        open_by_hand(world, "result_report-2023", "labour_office")
    with pytest.raises(NotFound):
        open_by_hand(world, "annual-2024")
    with world.database.write() as work, pytest.raises(NotAllowed):
        report_openings.open_by_hand(work, world.actor("interior"), LOCALITY, "result_report-2023")
    assert len(open_by_hand(world, "result_report-2023")) == UNITS - 1


def test_units_founded_later_owe_a_report_and_dissolved_ones_do_not(world: World) -> None:
    world.on("2024-10-25 08:00")
    _change(world, "dai_lanh", valid_to=date(2024, 11, 1))
    _change(world, "van_tho", valid_from=date(2024, 11, 5))
    assert ticks.tick(world.database).opened == UNITS - 2
    world.on("2024-11-05 08:00")
    assert ticks.tick(world.database).opened == 1
    assert {one.unit.key for one in page(world).lines} >= {"van_tho"}
    assert "dai_lanh" not in {one.unit.key for one in page(world).lines}


def test_a_moved_date_moves_the_reports_and_a_date_of_ours_stays(world: World) -> None:
    world.on("2024-10-20 08:00")
    ticks.tick(world.database)
    dossier_id = report_of(world, "van_gia")
    load_with(world, Yearly(12, 15))
    assert world.task(dossier_id).due_at == datetime.fromisoformat("2024-12-15T00:00+07:00")
    assert page(world).round.opens_on == date(2024, 11, 14)
    load_with(world, Yearly(12, 15))
    with world.database.read() as work:
        assert {one.key for one in locality_rows.rounds(work, LOCALITY) if one.kind == "duty"} == {
            round_.key for round_ in shipped_locality().duty_rounds()
        }


def test_what_cannot_be_opened_is_reported_once_and_does_not_hold_up_the_others(world: World) -> None:
    world.on("2024-10-20 08:00")
    with world.database.write() as work:
        unit = next(one for one in locality_rows.organisations(work, LOCALITY) if one.key == "van_gia")
        for group in locality_rows.groups(work, LOCALITY):
            if group.organisation_id == unit.id:
                for seat in _seats(work, group.id):
                    work.session.delete(seat)
                work.session.flush()
                work.session.delete(group)
        locality_rows.get(work, LOCALITY).edition += 1
    done = report_openings.open_due(world.database)
    assert (done.opened, done.failed) == (UNITS - 1, 1)
    assert report_openings.open_due(world.database) == report_openings.Opened()
    with world.database.read() as work:
        incidents = work.session.scalars(select(Incident).where(Incident.kind == "report")).all()
        assert [one.detail.partition(":")[0] for one in incidents] == [f"{LOCALITY}/{REPORT}/van_gia"]


def test_the_people_of_a_unit_see_their_own_report_only(world: World) -> None:
    world.on("2024-10-20 08:00")
    ticks.tick(world.database)
    assert [one.unit.key for one in page(world, who="clerk").lines] == ["van_gia"]
    assert len(page(world, who="interior").lines) == UNITS
    assert len(page(world, who="admin").lines) == UNITS


def test_reports_stand_in_no_list_of_award_dossiers(world: World) -> None:
    world.on("2024-10-20 08:00")
    ticks.tick(world.database)
    admin = world.actor("admin")
    with world.database.read() as work:
        assert dossiers.list_visible(work, admin) == []
        kinds = {round_.kind for round_, _ in dossiers.openable_rounds(work, world.actor("clerk"))}
        assert "annual" in kinds
        assert "duty" not in kinds


def _change(world: World, unit: str, **values: date) -> None:
    with world.database.write() as work:
        row = next(one for one in locality_rows.organisations(work, LOCALITY) if one.key == unit)
        for name, value in values.items():
            setattr(row, name, value)
        locality_rows.get(work, LOCALITY).edition += 1


def _seats(work: Work, group_id: int) -> list[Membership]:
    return list(work.session.scalars(select(Membership).where(Membership.group_id == group_id)))


def load_with(world: World, day: Yearly) -> None:
    """Loads the plan with another day for the yearly report."""
    locality = shipped_locality()
    moved = tuple(
        replace(duty, rule=replace(duty.rule, day=day)) if duty.rule.key == "result_report" else duty
        for duty in locality.duties
    )
    with world.database.write() as work:
        localities.load(work, replace(locality, duties=moved), reason="Văn bản mới")

"""Rehearsals: nothing leaves them, the seed decides, and they tell what really happens."""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from service.clock import FakeClock
from service.domain.errors import Conflict, Invalid, NotFound
from service.localities import read_ladder
from service.operations.schedule import duties
from service.operations.staff import people
from service.operations.watch import ticks
from service.rehearsals import Asked, Proposal, as_json, read_dates, rehearse
from service.rehearsals.results import Action, Seat
from service.rehearsals.writing import of_json
from service.store.localities import round_of
from service.store.tables import (
    CandidateGroup,
    Membership,
    Organisation,
    OutgoingMail,
    Person,
    Table,
)
from service.store.work import Database
from tests.builders import LATE, LOCALITY, ROOT, World, local
from tests.support.rehearsed import Plays
from tests.support.reports import deploy_reports

REPORTS = "result_report-2024"
ANNUAL = Asked(LOCALITY, "annual-2024", units=4, seed=7)
SMALL = Asked(LOCALITY, "annual-2024", units=1, seed=7)
FINAL = Asked(LOCALITY, "final-2025", units=2)
DAYS_AT_MOST = 400

pytestmark = pytest.mark.usefixtures("played_once")


def content(world: World) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    with world.database.read() as work:
        return {
            name: sorted((tuple(row) for row in work.session.execute(select(table))), key=repr)
            for name, table in Table.metadata.tables.items()
        }


def test_nothing_of_the_real_database_changes(world: World) -> None:
    world.carry_to("select")
    before = content(world)
    found = rehearse(world.database, SMALL, Proposal(read_dates(["labour_review=2024-12-03"]))).result
    assert found.mails
    assert content(world) == before


@pytest.mark.disable_socket
def test_no_mail_server_is_spoken_to(world_url_sqlite: str, played_once: Plays) -> None:
    database = Database(world_url_sqlite, FakeClock(local("2024-11-20 09:00")))
    try:
        with played_once.forgotten():
            assert rehearse(database, SMALL).result.mails
    finally:
        database.dispose()


def test_the_seed_decides(world: World, played_once: Plays) -> None:
    first = rehearse(world.database, SMALL)
    with played_once.forgotten():
        assert rehearse(world.database, SMALL) == first
    assert rehearse(world.database, replace(SMALL, seed=8)).result != first.result


def test_nothing_is_overdue_when_nobody_is_late(world: World) -> None:
    in_time = Asked(LOCALITY, "annual-2024", units=4, late=0, returned=0.5)
    found = rehearse(world.database, in_time).result
    assert (found.overdue, found.escalations, found.stuck) == ((), (), ())
    assert len(found.endings) == 4
    assert sum(action.outcome == "return_unit" for action in found.actions) == 2


def test_everybody_late_is_overdue_at_every_step_with_a_deadline(world: World) -> None:
    all_late = Asked(LOCALITY, "annual-2024", units=2, late=1, returned=0)
    found = rehearse(world.database, all_late).result
    assert {one.step for one in found.overdue} == {
        "prepare",
        "select",
        "forward_to_interior",
        "appraise",
        "forward_to_chairman",
    }
    assert {mail.rung for mail in found.mails} >= {"1_overdue", "3_overdue"}
    assert found.escalations


def test_without_dates_nothing_is_due_and_it_is_told_whose_guidance_is_awaited(world: World) -> None:
    found = rehearse(world.database, FINAL).result
    assert found.nothing_due
    assert {due.awaits for due in found.awaits} == {"UBND tỉnh Khánh Hòa"}
    assert not [mail for mail in found.mails if mail.template == "reminder"]
    assert (found.overdue, found.escalations) == ((), ())
    assert len(found.endings) == 2


def test_a_proposed_date_gives_an_unset_round_its_reminders(world: World) -> None:
    proposal = Proposal(read_dates(["unit_submission=2025-10-01"]))
    late = Asked(LOCALITY, "final-2025", units=2, late=1)
    rehearsed = rehearse(world.database, late, proposal)
    assert rehearsed.difference is not None
    assert {mail.rung for mail in rehearsed.difference.mails.added} >= {"7_before", "1_overdue"}


def test_a_change_that_changes_nothing_makes_no_difference(world: World) -> None:
    same = rehearse(world.database, ANNUAL, Proposal(read_dates(["labour_review=2024-12-05"])))
    assert same.difference is not None
    assert same.difference.is_empty


def test_an_earlier_review_moves_its_mails_and_its_escalations(world: World) -> None:
    all_late = Asked(LOCALITY, "annual-2024", units=2, late=1, returned=0)
    earlier = Proposal(read_dates(["labour_review=2024-12-03,bound=by"]))
    difference = rehearse(world.database, all_late, earlier).difference
    assert difference is not None
    review = [moved for moved in difference.overdue.moved if moved.before.step == "select"]
    assert {(moved.before.since, moved.after.since) for moved in review} == {
        (local("2024-12-05 00:00"), local("2024-12-04 00:00"))
    }
    assert difference.escalations.moved


def test_a_shorter_ladder_drops_its_mails(world: World) -> None:
    ladder = read_ladder(
        "ladders:\n  - key: default\n    rungs:\n"
        "      - {key: last_day, days: 0, count: calendar, at: 08:00, audience: candidates}\n"
    )
    difference = rehearse(world.database, ANNUAL, Proposal(ladder=ladder)).difference
    assert difference is not None
    assert {mail.rung for mail in difference.mails.dropped} >= {"7_before", "3_before", "1_before"}
    assert not difference.mails.added


def test_a_diagram_without_the_notice_drops_the_notices(world: World) -> None:
    diagram = (ROOT / "bpmn" / "award_dossier.bpmn").read_bytes()
    later = diagram.replace(
        b'deadline("unit_submission")</bpmn:timeDate>',
        b'deadline("unit_submission") + days(30)</bpmn:timeDate>',
    )
    assert later != diagram
    all_late = Asked(LOCALITY, "annual-2024", units=2, late=1, returned=0)
    difference = rehearse(world.database, all_late, Proposal(diagram=later)).difference
    assert difference is not None
    assert {mail.template for mail in difference.mails.dropped} == {"unit_overdue"}


@pytest.mark.parametrize(
    ("asked", "proposal", "error"),
    [
        (Asked(LOCALITY, "annual-1999"), Proposal(), NotFound),
        (Asked("nowhere", "annual-2024"), Proposal(), NotFound),
        (Asked(LOCALITY, "annual-2024", units=0), Proposal(), Invalid),
        (Asked(LOCALITY, "annual-2024", late=1.1), Proposal(), Invalid),
        (Asked(LOCALITY, "annual-2024", seed=-1), Proposal(), Invalid),
        (ANNUAL, Proposal(read_dates(["nothing=2024-12-03"])), Invalid),
        (FINAL, Proposal(read_dates(["unit_submission=bound=by"])), Invalid),
        (ANNUAL, Proposal(diagram=b"<not-bpmn/>"), Invalid),
    ],
)
def test_what_cannot_be_is_refused(
    world: World, asked: Asked, proposal: Proposal, error: type[Exception]
) -> None:
    with pytest.raises(error):
        rehearse(world.database, asked, proposal)


@pytest.mark.parametrize("line", ["", "=2024-12-03", "a", "a=2024-13-01", "a=2024-12-03,bound=x", "a=x=1"])
def test_a_change_that_cannot_be_read_says_how_to_write_it(line: str) -> None:
    with pytest.raises(Invalid, match="labour_review=2024-12-03"):
        read_dates([line])


def test_more_units_than_the_locality_has_are_invented(world: World) -> None:
    with world.database.write() as work:
        units = select(Organisation).where(Organisation.function == "unit").order_by(Organisation.id)
        for unit in list(work.session.scalars(units))[2:]:
            unit.valid_to = local("2020-01-01 00:00").date()
    found = rehearse(world.database, Asked(LOCALITY, "annual-2024", units=4, late=0, returned=0)).result
    assert found.dossiers == len({one.unit for one in found.openings}) == 4


def test_seats_are_those_of_the_offices_and_empty_ones_are_told(world: World) -> None:
    world.unseat("office")
    found = rehearse(world.database, ANNUAL).result
    assert {mail.to.number for mail in found.mails if mail.to.organisation == "labour_office"} >= {1, 2}
    assert ("chairman_office", "chairman_office") in found.empty_seats
    assert ("labour_office", "labour_reviewer") not in found.empty_seats


def test_what_is_written_reads_back_and_names_nobody_real(world: World) -> None:
    with world.database.read() as work:
        addresses = {
            person.email for person in work.session.scalars(select(Person).order_by(Person.sort_key))
        }
    rehearsed = rehearse(world.database, ANNUAL, Proposal(read_dates(["labour_review=2024-12-03"])))
    written = as_json(rehearsed)
    assert as_json(of_json(written)) == written
    assert not [address for address in addresses if address in str(written)]


def test_it_tells_what_really_happens(world: World) -> None:
    """The actions that a rehearsal tells of, done in the real database, cause the mails it tells of."""
    world.on("2024-10-01 08:00")
    units = [one.unit for one in rehearse(world.database, ANNUAL).result.openings]
    for unit in units:
        with world.database.write() as work:
            if not seated(world, Seat(unit, "proposer", 1)):
                people.add(
                    work,
                    sign_in_name=f"at.{unit}",
                    name=f"At {unit}",
                    email=f"{unit}@example.invalid",
                    password=None,
                    seats=[(LOCALITY, unit, "proposer")],
                )
    told = rehearse(world.database, ANNUAL).result
    assert not [seat for seat in told.empty_seats if seat[0] in units]
    happenings = [(one.at, one.unit, None) for one in told.openings] + [
        (action.at, action.unit, action) for action in told.actions
    ]
    opened: dict[str, int] = {}
    now, ends_at = told.opens_at, told.closes_at + timedelta(hours=1)
    # What comes too early is found by the tick before, what comes too late by its absence.
    days = {now.replace(minute=0, second=0) + timedelta(days=number) for number in range(1, DAYS_AT_MOST)}
    told_at = {mail.at for mail in told.mails}
    moments = sorted(days | told_at | {at - timedelta(seconds=1) for at in told_at})
    assert moments[-1] > ends_at
    for at, unit, action in sorted(happenings, key=lambda one: one[0]):
        tick_until(world, moments, now, at)
        now = at
        if action is None:
            opened[unit] = world.open_dossier(seated(world, Seat(unit, "proposer", 1))[0])
        else:
            really_do(world, opened[unit], action)
        ticks.tick(world.database)
    tick_until(world, moments, now, ends_at)
    assert Counter((m.at, m.unit, m.template, m.rung, m.to.organisation, m.to.role) for m in told.mails) == (
        really_sent(world)
    )


def tick_until(world: World, moments: list[datetime], since: datetime, until: datetime) -> None:
    """The tick at every moment between, and at the end."""
    for moment in moments:
        if since < moment < until:
            world.clock.set(moment)
            ticks.tick(world.database)
    world.clock.set(until)
    ticks.tick(world.database)


def really_do(world: World, dossier_id: int, action: Action) -> None:
    """Completes a step in the real database as the rehearsal says somebody did."""
    task = world.task(dossier_id, action.step)
    number, today = f"{task.id}/TT", world.today()
    values: dict[str, dict[str, object]] = {
        "submit": {"letter_number": number, "letter_date": today, "late_reason": "Trễ"},
        "accept": {"outcome": "accept"},
        "return_unit": {"outcome": "return_unit", "reason": "Bổ sung"},
        "forward": {"number": number, "signed_on": today, **LATE},
        "approve": {"outcome": "approve", "decision_number": number, "signed_on": today, **LATE},
        "handed_over": {
            "recipient": "Sở",
            "handed_over_on": today,
            "document_number": number,
            "sets_handed": 9,
        },
        "acknowledged": {"note": "Đôn đốc"},
    }
    who = seated(world, action.by)[action.by.number - 1]
    world.complete(who, task.id, values[action.outcome])


def seated(world: World, seat: Seat) -> list[str]:
    """The sign-in names of those who really hold a role in an organisation."""
    with world.database.read() as work:
        return [
            member.person.sign_in_name
            for member in work.session.scalars(
                select(Membership)
                .join(CandidateGroup, CandidateGroup.id == Membership.group_id)
                .join(Organisation, Organisation.id == CandidateGroup.organisation_id)
                .where(Organisation.key == seat.organisation, CandidateGroup.role == seat.role)
                .order_by(Membership.id)
            )
        ]


def really_sent(world: World) -> Counter[tuple[object, ...]]:
    """The mails in the real outbox, each with the seat that got it."""
    sent: Counter[tuple[object, ...]] = Counter()
    with world.database.read() as work:
        for mail in work.session.scalars(select(OutgoingMail)):
            group = mail.recipient.memberships[0].group
            assert mail.dossier is not None
            sent[
                mail.created_at,
                mail.dossier.unit.key,
                mail.template,
                mail.rule_key,
                group.organisation.key,
                group.role,
            ] += 1
    return sent


def test_a_round_that_refuses_what_is_late_says_who_is_stuck(world: World) -> None:
    with world.database.write() as work:
        for deadline in round_of(work, LOCALITY, "annual-2024").deadlines:
            deadline.late_policy = "refuse"
    found = rehearse(world.database, Asked(LOCALITY, "annual-2024", units=2, late=1, returned=0)).result
    assert [one.step for one in found.stuck].count("prepare") == 2
    assert not found.endings


def test_a_locality_without_units_cannot_be_rehearsed(world: World) -> None:
    with world.database.write() as work:
        for unit in work.session.scalars(select(Organisation).where(Organisation.function == "unit")):
            unit.valid_to = local("2020-01-01 00:00").date()
    with pytest.raises(Conflict):
        rehearse(world.database, ANNUAL)


def test_reports_open_by_themselves_and_are_sent_received_or_late(world: World) -> None:
    deploy_reports(world)
    asked = Asked(LOCALITY, REPORTS, units=4, late=0.5, returned=0.25)
    found = rehearse(world.database, asked).result
    assert (found.dossiers, len(found.endings), found.stuck) == (4, 4, ())
    assert {one.at for one in found.openings} == {found.opens_at}
    assert {one.step for one in found.overdue} == {"report"}
    assert len(found.overdue) == len(found.escalations) == 2
    assert {mail.template for mail in found.mails} >= {"reminder", "report_overdue"}
    assert "return_unit" in {action.outcome for action in found.actions}


def test_reports_without_a_diagram_cannot_be_rehearsed(world: World) -> None:
    with pytest.raises(Conflict, match="No diagram duty_report"):
        rehearse(world.database, Asked(LOCALITY, REPORTS, units=2))


def test_more_owners_than_there_are_are_invented_for_reports_too(world: World) -> None:
    deploy_reports(world)
    with world.database.read() as work:
        known = len(duties.show(work, LOCALITY, REPORTS).lines)
    found = rehearse(world.database, Asked(LOCALITY, REPORTS, units=known + 2, late=0)).result
    assert (found.dossiers, found.overdue, found.stuck) == (known + 2, (), ())


def test_reports_follow_a_proposed_date(world: World) -> None:
    deploy_reports(world)
    later = Proposal(read_dates(["report=2024-12-20"]))
    told = rehearse(world.database, Asked(LOCALITY, REPORTS, units=2, late=1), later)
    assert told.changed is not None
    assert told.difference is not None
    assert {due.last_day for due in told.changed.dues} == {date(2024, 12, 19)}
    assert len(told.difference.overdue.moved) == 2
    assert len(told.changed.endings) == 2

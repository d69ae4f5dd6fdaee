"""Dossiers under way in a rehearsal: taken further from where they stand, by the dates that hold for them."""

import json
from datetime import datetime

import pytest
from sqlalchemy import event

from service.domain.errors import Invalid
from service.operations.schedule import duties
from service.operations.setup import deployments
from service.operations.watch import ticks
from service.operations.work import delegations
from service.rehearsals import Asked, Proposal, read_dates, rehearse
from service.rehearsals.results import Result
from service.rehearsals.staging import coming_along
from service.rehearsals.writing import counts
from service.store import copies
from service.store.tables import Reminder
from tests.builders import LOCALITY, ROOT, World, local
from tests.integration.operations import readings
from tests.support.reports import deploy_reports, send_report
from tests.support.worlds import KINDS

ANNUAL = Asked(LOCALITY, "annual-2024", units=3, late=0, returned=0)
REPORTS = "result_report-2024"
NOW = "2024-11-27 08:30"


@pytest.fixture
def under_way(world: World) -> list[int]:
    """A dossier with the Labour office, delegated there, one with the Interior office, and a draft of
    nothing; after the first reminder of the selection."""
    select, forward = world.carry_to("select"), world.carry_to("forward_to_chairman", title="Hồ sơ hai")
    draft = world.open_dossier("neighbour", awards=(), with_papers=False)
    task = world.task(select)
    world.claim("labour", task.id)
    with world.database.write() as work:
        colleague = world.actor("labour2").person_id
        delegations.delegate(work, world.actor("labour"), task.id, colleague, "Xem giúp.")
    world.on(NOW)
    ticks.tick(world.database)
    return [select, forward, draft]


def mails_of(found: Result, code: str) -> set[tuple[str | None, str | None, datetime]]:
    """The reminders of one dossier: step, rung, instant."""
    return {
        (mail.step, mail.rung, mail.at)
        for mail in found.mails
        if code in mail.subject and mail.template == "reminder"
    }


@pytest.mark.parametrize("world", KINDS, indirect=True)
def test_they_are_taken_further_from_where_they_stand(world: World, under_way: list[int]) -> None:
    codes = [readings.page(world, one, "admin").dossier.code for one in under_way]
    units = {readings.page(world, one, "admin").dossier.unit.key for one in under_way}
    found = rehearse(world.database, ANNUAL).result
    assert found.opens_at == local(NOW)
    assert min(mail.at for mail in found.mails) >= local(NOW)
    assert found.under_way == 3
    assert found.dossiers == 3 + len(found.openings)
    assert not units & {opening.unit for opening in found.openings}, "their units open no other one"
    assert len(found.endings) == found.dossiers
    assert (found.overdue, found.stuck) == ((), ())
    assert "prepare" not in {one.step for one in found.actions if one.unit == "van_gia"}
    assert counts(found)["under_way"] == 3
    # Until somebody acts, what comes is what waits in earnest, and nothing that was sent comes again.
    acted = next(one.at for one in found.actions if one.unit == "van_gia" and one.step == "select")
    task = world.task(under_way[0], "select")
    rows = [row for row in readings.rows(world, Reminder) if row.task_id == task.id]
    assert {row.rule_key for row in rows if row.fired_at} == {"7_before"}
    waiting = {("select", row.rule_key, row.fire_at) for row in rows if not row.fired_at}
    assert mails_of(found, codes[0]) >= {one for one in waiting if one[2] < acted}
    assert not [one for one in mails_of(found, codes[0]) if one[:2] == ("select", "7_before")]


def test_they_keep_their_diagram_and_forms_and_follow_a_proposed_date(
    world: World, under_way: list[int]
) -> None:
    form = json.loads((ROOT / "forms" / "select.json").read_text(encoding="utf-8"))
    field = {"type": "textfield", "id": "new", "key": "new", "label": "Mới", "validate": {"maxLength": 50}}
    form["components"].append(field)
    diagram = (ROOT / "bpmn" / "award_dossier.bpmn").read_bytes()
    with world.database.write() as work:
        deployments.deploy_form(work, "select", json.dumps(form))
        deployments.deploy(work, diagram.replace(b'name="H', b'name="Newly h'))
    code = readings.page(world, under_way[0], "admin").dossier.code
    earlier = rehearse(world.database, ANNUAL, Proposal(read_dates(["labour_review=2024-12-03"])))
    assert earlier.changed is not None
    assert earlier.changed.under_way == 3
    assert (earlier.result.stuck, earlier.changed.stuck) == ((), ())
    before, after = (mails_of(one, code) for one in (earlier.result, earlier.changed))
    assert ("select", "3_before", local("2024-12-01 08:00")) in before
    assert ("select", "3_before", local("2024-11-29 08:00")) in after


@pytest.mark.parametrize("world", ["postgresql"], indirect=True)
def test_what_somebody_does_while_the_rows_are_read_is_not_half_in_it(world: World) -> None:
    dossier_id = world.carry_to("select")
    moved: list[int] = []

    def move_on(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "FROM user_tasks" in statement and not moved:
            moved.append(dossier_id)
            world.select(dossier_id)

    event.listen(world.database.engine, "before_cursor_execute", move_on)
    found = rehearse(world.database, Asked(LOCALITY, "annual-2024", units=1, late=0, returned=0)).result
    assert moved
    assert world.open_elements(dossier_id) == {"forward_to_interior"}
    assert "select" in {one.step for one in found.actions if one.unit == "van_gia"}, "as it was at first"
    assert (found.stuck, len(found.endings)) == ((), found.dossiers)


def test_a_whole_round_is_played_without_them_when_asked_for(world: World, under_way: list[int]) -> None:
    found = rehearse(world.database, Asked(LOCALITY, "annual-2024", units=1, from_opening=True)).result
    assert (found.under_way, found.dossiers) == (0, 1)
    assert found.opens_at < local(NOW)
    assert len(under_way) == 3


def test_neither_names_nor_papers_come_along_with_them(world: World, under_way: list[int]) -> None:
    with world.database.read() as work:
        copied = copies.take(work, LOCALITY, "annual-2024", under_way)
    assert {row["dossier_id"] for row in copied["user_tasks"]} == set(under_way)
    assert {row["person_name"] for row in copied["history"]} == {""}
    assert not [row for row in copied["user_tasks"] if row["assignee_id"] or row["closed_by_id"]]
    assert "attachments" not in copied


def test_more_than_can_be_borne_are_refused_with_what_to_do(world: World, under_way: list[int]) -> None:
    with world.database.read() as work:
        assert set(coming_along(work, ANNUAL, 3)) == set(under_way)
        with pytest.raises(Invalid) as refused:
            coming_along(work, ANNUAL, 2)
    assert set(refused.value.fields) == {"from_opening"}


def test_reports_under_way_are_taken_further_and_one_that_was_received_is_not_asked_for_again(
    world: World,
) -> None:
    deploy_reports(world)
    world.on("2024-10-21 08:00")
    ticks.tick(world.database)
    with world.database.read() as work:
        lines = duties.show(work, LOCALITY, REPORTS).lines
    received = next(line.report.id for line in lines if line.unit.key == "van_gia" and line.report)
    send_report(world, received)
    world.complete("interior", world.task(received, "receive_first").id, {"outcome": "accept"})
    assert world.open_elements(received) == set()
    found = rehearse(world.database, Asked(LOCALITY, REPORTS, late=0, returned=0)).result
    assert (found.dossiers, found.under_way) == (len(lines) - 1, len(lines) - 1)
    assert (found.openings, found.overdue) == ((), ())
    assert "van_gia" not in {one.unit for one in found.endings}
    assert len(found.endings) == found.dossiers

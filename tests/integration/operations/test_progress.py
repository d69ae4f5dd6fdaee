"""Where a round stands: every number equals a plain recount, and the list behind it has as many."""

import math
import random
from collections import Counter
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from service.domain.dossiers import DossierStatus
from service.domain.reports import UnitState
from service.domain.searches import Sent, Wanted
from service.operations.dossier import dossiers
from service.operations.report import progress
from service.operations.report.progress import Progress
from service.operations.schedule import deadlines
from service.operations.schedule.deadlines import Extending, Place
from service.store import searches
from service.store.tables import CandidateGroup, Dossier, Organisation, Round, UserTask
from tests.builders import LOCALITY, World

ROUND = "annual-2024"


def show(world: World, who: str) -> Progress:
    with world.database.read() as work:
        return progress.show(work, world.actor(who), LOCALITY, ROUND)


def mix_up(world: World, chance: random.Random) -> None:
    """Gives copies of a few dossiers that were really carried there random units, lateness, tasks."""
    for element in ("prepare", "select", "appraise", "decide", "nowhere"):
        world.carry_to(element, awards=("giay_khen", "giay_khen"))
    with world.database.write() as work:
        units = list(work.session.scalars(select(Organisation).where(Organisation.function == "unit")))
        groups = list(work.session.scalars(select(CandidateGroup)))
        for dossier in work.session.scalars(select(Dossier)):
            dossier.unit_id = chance.choice(units).id
            dossier.late = dossier.submitted_at is not None and chance.random() < 0.4
        for task in work.session.scalars(select(UserTask)):
            task.group_id = chance.choice(groups).id
            task.due_at = (
                work.now + timedelta(hours=chance.randint(-50, 50)) if chance.random() < 0.8 else None
            )
            task.opened_at -= timedelta(hours=chance.randint(0, 400))
            if chance.random() < 0.1:
                task.late_task_id = task.id  # An escalation: none of these numbers counts it.


def rank(values: list[float], part: int) -> float:
    return sorted(values)[math.ceil(len(values) * part / 100) - 1]


def recount(world: World, found: Progress) -> None:
    """Counts everything in Python, row by row, for somebody who sees all that was submitted."""
    with world.database.read() as work:
        round_id = work.session.scalars(select(Round.id).where(Round.key == ROUND)).one()
        every = list(work.session.scalars(select(Dossier).where(Dossier.round_id == round_id)))
        sent = {one.id: one for one in every if one.submitted_at is not None}
        tasks = [task for task in work.session.scalars(select(UserTask)) if task.late_task_id is None]
        open_tasks = [task for task in tasks if task.closed_at is None]
        overdue = {one.dossier_id for one in open_tasks if one.due_at is not None and one.due_at <= work.now}
        waiting = Counter(
            element
            for _, element in {(t.dossier_id, t.element_id) for t in open_tasks if t.dossier_id in sent}
        )
        assert {line.element_id: line.now.waiting for line in found.steps if line.now.waiting} == waiting
        at_office = Counter(
            office
            for _, office in {
                (t.dossier_id, t.group.organisation_id) for t in open_tasks if t.dossier_id in sent
            }
        )
        assert {line.office.id: line.now.waiting for line in found.offices} == at_office
        for line in found.units:
            own = [one for one in every if one.unit_id == line.unit.id]
            mine = line.numbers
            assert mine.in_time == sum(one.id in sent and not one.late for one in own)
            assert mine.late == sum(one.id in sent and one.late for one in own)
            drafts = [one for one in own if one.status == DossierStatus.DRAFT]
            assert mine.drafts == len(drafts)
            assert mine.drafts_overdue == sum(one.id in overdue for one in drafts)
            assert mine.overdue == sum(one.id in sent and one.id in overdue for one in own)
        ended = Counter(one.status for one in sent.values() if one.closed_at is not None)
        assert {status: number for status, number in found.endings.items() if number} == ended
        kinds = Counter((n.award.key, n.status) for one in sent.values() for n in one.nominations)
        assert kinds == {
            (line.award.key, status.value): number
            for line in found.awards
            for status, number in line.numbers.items()
            if number
        }
        taken: dict[str, list[float]] = {}
        for task in tasks:
            if task.closing == "completed" and task.closed_at is not None and task.dossier_id in sent:
                days = (task.closed_at - task.opened_at) / timedelta(days=1)
                taken.setdefault(task.element_id, []).append(days)
        assert {line.element_id for line in found.steps if line.taken} == set(taken)
        for line in found.steps:
            if line.taken:
                values = taken[line.element_id]
                assert line.taken.visits == len(values)
                assert line.taken.median == pytest.approx(rank(values, 50), abs=1e-6)
                assert line.taken.ninetieth == pytest.approx(rank(values, 90), abs=1e-6)


def test_every_number_equals_a_recount_and_its_list(world: World) -> None:
    chance = random.Random(random.random())  # noqa: S311 - another mixture with every seed of the run
    for _ in range(2):
        mix_up(world, chance)
        found = show(world, "labour")
        recount(world, found)
        here = Wanted(locality_id=LOCALITY, round_id=found.round.id)
        lists = [
            (here.but(sent=Sent.YES), found.submitted),
            (here.but(sent=Sent.YES, overdue=True), found.overdue),
        ]
        lists += [
            (here.but(step=line.element_id, sent=Sent.YES, overdue=late), number)
            for line in found.steps
            for late, number in ((False, line.now.waiting), (True, line.now.overdue))
        ]
        lists += [
            (here.but(office_id=line.office.id, sent=Sent.YES, overdue=late), number)
            for line in found.offices
            for late, number in ((False, line.now.waiting), (True, line.now.overdue))
        ]
        lists += [
            (here.but(unit_id=line.unit.id, sent=sent), number)
            for line in found.units
            for sent, number in ((Sent.IN_TIME, line.numbers.in_time), (Sent.LATE, line.numbers.late))
        ]
        with world.database.read() as work:
            for wanted, number in lists:
                ids = searches.every_dossier_id(work, world.actor("labour"), wanted, 1000)
                assert len(ids) == number, wanted


def test_a_unit_is_told_of_its_own_and_of_those_that_have_opened_nothing_only_reviewers(world: World) -> None:
    world.open_dossier("clerk")
    world.submit(world.open_dossier("neighbour"), "neighbour")
    own = show(world, "clerk")
    assert [line.unit.key for line in own.units] == ["van_gia"]
    assert (own.whole, own.drafts, own.submitted) == (False, 1, 0)
    whole = show(world, "interior")
    states = {line.unit.key: line.state for line in whole.units}
    assert states["van_gia"] is UnitState.PREPARING
    assert states["van_thanh"] is UnitState.IN_TIME
    assert whole.units_in(UnitState.UNOPENED) == len(whole.units) - 2
    assert not any(line.missing for line in whole.units)
    assert not whole.sees_drafts
    assert all(line.now.waiting == 0 for line in whole.steps if line.element_id == "prepare")


def test_a_unit_with_a_later_day_is_not_missing_before_it(world: World) -> None:
    """Nor is the round offered to it as one that has passed."""
    place, granted = Place(LOCALITY, ROUND, "unit_submission"), Extending("van_gia", date(2024, 12, 4))
    with world.database.write() as work:
        deadlines.extend(work, world.actor("admin"), place, granted, reason="Bão số 9")
    for day, missing in (("2024-12-01 00:00", False), ("2024-12-05 00:00", True)):
        world.on(day)
        found = show(world, "labour")
        assert {line.unit.key: line.missing for line in found.units}["van_gia"] is missing
        assert found.any_unopened_too_long, "the other units have no later day"
        with world.database.read() as work:
            first, unit = dossiers.openable_rounds(work, world.actor("clerk"))[0]
            assert (first.key == ROUND) is not missing
            assert dossiers.submit_before(work, first, unit) > work.now

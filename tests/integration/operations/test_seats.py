"""Who gives seats, from which day to which they hold, and what becomes of the work of who leaves."""

from datetime import date

import pytest

from service.domain.errors import NotAllowed
from service.domain.queues import Wanted
from service.domain.tasks import Folder
from service.operations.staff import people, seats, substitutions
from service.operations.watch import ticks
from service.operations.work import delegations, folders
from service.store import localities
from tests.builders import LOCALITY, ZONE, World
from tests.integration.operations.acting import away, do, person, sound
from tests.integration.operations.readings import history


def test_seats_are_given_by_heads_and_administrators_from_day_to_day(world: World) -> None:
    with world.database.read() as work:
        groups = {(one.organisation.key, one.role): one.id for one in localities.groups(work, LOCALITY)}
    mine, lead = groups["labour_office", "labour_reviewer"], groups["labour_office", "labour_head"]

    def give(by: str, group_id: int, first: date | None = None, last: date | None = None) -> None:
        with world.database.write() as work:
            seats.seat(
                work,
                world.actor(by),
                person_id=person(world, "neighbour"),
                group_id=group_id,
                first=first,
                last=last,
                reason="Biệt phái",
            )

    for by, group_id in (("labour", mine), ("labour_head", lead), ("interior_head", mine)):
        with pytest.raises(NotAllowed):
            give(by, group_id)
    give("labour_head", mine, date(2024, 11, 21), date(2024, 11, 21))
    assert world.actor("neighbour").seat_in(mine) is None
    world.on("2024-11-21 23:59")
    assert world.actor("neighbour").seat_in(mine) is not None
    world.on("2024-11-22 00:00")
    assert world.actor("neighbour").seat_in(mine) is None
    give("admin", lead)
    with world.database.read() as work:
        told = seats.changes(work, world.actor("admin"), LOCALITY)
        assert [(one.seated, one.reason) for one in told] == [(False, "Biệt phái"), (False, "Biệt phái")]


def test_the_tasks_of_whoever_leaves_the_office_lie_in_its_queue_again(world: World) -> None:
    held, worked_on, kept = (world.carry_to("select") for _ in range(3))
    for dossier_id, who in ((held, "labour2"), (worked_on, "labour"), (kept, "labour")):
        world.claim(who, world.task(dossier_id).id)
    do(world, delegations.delegate, "labour", world.task(worked_on).id, person(world, "labour2"), "Xem giúp")
    assert ticks.tick(world.database).released == 0
    world.unseat("labour2", world.clock.now().astimezone(ZONE).date())
    assert ticks.tick(world.database).released == 0, "the last day of a seat still counts"
    world.on("2024-11-21 00:00")
    assert ticks.tick(world.database).released == 2
    assert world.task(held).assignee_id is None
    for dossier_id in (worked_on, kept):
        assert world.task(dossier_id).assignee_id == person(world, "labour")
    assert world.task(worked_on).owner_id is None
    (step,) = history(world, held, "holder_left")
    assert step.params["name"] == "Labour2"
    assert ticks.tick(world.database).released == 0
    with world.database.read() as work:
        found = folders.look(work, world.actor("labour"), Wanted(Folder.GROUP)).tasks
    assert [task.dossier_id for task in found] == [held]
    sound(world)


def test_the_tasks_of_whoever_is_switched_off_lie_in_the_queue_again(world: World) -> None:
    held = world.carry_to("select")
    world.claim("labour2", world.task(held).id)
    with world.database.write() as work:
        people.set_active(work, "labour2", active=False)
    assert ticks.tick(world.database).released == 1
    assert world.task(held).assignee_id is None
    assert ticks.tick(world.database).released == 0
    sound(world)


def test_why_somebody_is_away_is_told_to_those_concerned_only(world: World) -> None:
    away(world, "labour", "labour2", "2024-11-20", "2024-11-22")
    with world.database.read() as work:
        (row,) = substitutions.list_for(work, world.actor("clerk"), LOCALITY)
        told = {
            who: substitutions.reason_told(world.actor(who), row)
            for who in ("labour", "labour2", "labour_head", "admin", "clerk", "interior")
        }
    why = "Nghỉ phép"
    assert told == {
        "labour": why,
        "labour2": why,
        "labour_head": why,
        "admin": why,
        "clerk": None,
        "interior": None,
    }

"""A deadline that is moved after it was missed: the escalation waits for the new date, too."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from service.domain.deadlines import OnDate, Unset
from service.operations.watch import ticks
from service.store.tables import Timer, UserTask
from tests.builders import World, local, shipped_locality
from tests.integration.operations.configurations import load, with_rule
from tests.integration.operations.readings import broken, history, mails, rows

MISSED = local("2024-12-06 00:00")


def give(world: World, day: OnDate | Unset) -> None:
    """The Labour office now has this date in the annual round."""
    load(world, with_rule("annual-2024", "labour_review", lambda rule: replace(rule, day=day)))


def extend(world: World, day: int) -> None:
    """The Labour office now has until before this day of December."""
    give(world, OnDate(date(2024, 12, day)))


def waiting(world: World, dossier_id: int) -> Mapping[str, Timer]:
    """The timers of a dossier that have not fired, by element."""
    return {
        row.element_id: row
        for row in rows(world, Timer)
        if row.dossier_id == dossier_id and row.fired_at is None
    }


def escalations(world: World, dossier_id: int) -> list[int]:
    """The open tasks of the head of the Labour office."""
    return [
        task.id
        for task in rows(world, UserTask)
        if task.dossier_id == dossier_id and task.element_id == "labour_overdue" and task.closed_at is None
    ]


def missed(world: World) -> int:
    """A dossier at the Labour office on the day after it should have gone on, its head told."""
    dossier_id = world.carry_to("select")
    world.on("2024-12-06 08:00")
    assert ticks.tick(world.database).timers == 1
    return dossier_id


def test_an_extension_that_is_missed_too_escalates_again(world: World) -> None:
    dossier_id = missed(world)
    first = escalations(world, dossier_id)
    extend(world, 12)
    assert {key: row.due_at for key, row in waiting(world, dossier_id).items()} == {
        "select_overdue": local("2024-12-13 00:00"),
        "labour_overdue_unanswered": local("2024-12-15 00:00"),
    }
    assert escalations(world, dossier_id) == first
    world.on("2024-12-12 23:59")
    assert ticks.tick(world.database).timers == 0
    world.on("2024-12-13 00:00")
    assert ticks.tick(world.database).timers == 1
    both = escalations(world, dossier_id)
    assert (len(both), both[:1]) == (2, first)
    assert mails(world, "escalation") == [("labour_head", None)] * 2
    assert len(history(world, dossier_id, "timer_fired")) == 2
    assert broken(world) == []


def test_each_escalation_is_acknowledged_on_its_own(world: World) -> None:
    dossier_id = missed(world)
    extend(world, 12)
    world.on("2024-12-13 00:00")
    ticks.tick(world.database)
    for left in (1, 0):
        task_id = escalations(world, dossier_id)[0]
        world.complete("labour_head", task_id, {"note": "Làm ngay."})
        assert len(escalations(world, dossier_id)) == left
    assert world.open_elements(dossier_id) == {"select"}
    world.select(dossier_id)
    assert broken(world) == []


def test_an_extension_that_is_kept_escalates_no_more(world: World) -> None:
    dossier_id = missed(world)
    extend(world, 12)
    world.select(dossier_id)
    assert set(waiting(world, dossier_id)) == {"forward_to_interior_overdue"}
    world.forward_to_interior(dossier_id)
    world.on("2024-12-13 08:00")
    ticks.tick(world.database)
    assert escalations(world, dossier_id) == []
    assert broken(world) == []


def test_an_extension_that_is_withdrawn_escalates_nothing_again(world: World) -> None:
    dossier_id = missed(world)
    extend(world, 12)
    load(world, shipped_locality())
    assert set(waiting(world, dossier_id)) == {"labour_overdue_unanswered"}
    world.complete("labour_head", escalations(world, dossier_id)[0], {"note": "Làm ngay."})
    world.on("2024-12-31 08:00")
    assert ticks.tick(world.database).timers == 0
    assert [row.due_at for row in rows(world, Timer) if row.element_id == "select_overdue"] == [MISSED]
    assert broken(world) == []


def test_a_missed_date_that_is_taken_away_leaves_the_escalation_waiting_for_the_next(world: World) -> None:
    dossier_id = missed(world)
    give(world, Unset("UBND tỉnh"))
    assert waiting(world, dossier_id)["select_overdue"].due_at is None
    world.on("2024-12-31 08:00")
    assert ticks.tick(world.database).timers == 0
    give(world, OnDate(date(2025, 1, 10)))
    assert waiting(world, dossier_id)["select_overdue"].due_at == local("2025-01-11 00:00")
    assert broken(world) == []

"""Swap days entered here: what rolls and counts working days follows in the same transaction."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

import pytest

from service.domain.calendars import DayKind
from service.domain.deadlines import Bound, LatePolicy, Roll
from service.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from service.domain.reminders import Audience, DayCount, Rung
from service.localities import read_folder
from service.operations import calendars
from service.operations.process import effects
from service.operations.process.effects import Effect
from service.operations.schedule import deadlines, swap_days
from service.operations.schedule.deadlines import Extending, Place, Terms
from service.operations.setup import localities
from service.operations.watch import ticks
from service.store import localities as store
from service.store.tables import Amendment, CalendarDay, Deadline, DeadlineChange, DeadlineExtension
from service.store.work import Work
from tests.builders import LOCALITY, ROOT, World, local
from tests.integration.operations.configurations import (
    NOTICE,
    enter,
    load,
    swap,
    with_ladder,
    with_override,
    with_rule,
    withdraw,
)
from tests.integration.operations.readings import broken, history, mails, pending, rows, timers

WORKING = (Rung("2_working", -2, Audience.CANDIDATES, DayCount.WORKING),)


def roll_to_the_next_working_day(world: World) -> None:
    """The labour office's last day of 2024, Wednesday 4 December, rolls off rest days."""
    load(world, with_rule("annual-2024", "labour_review", lambda rule: replace(rule, roll=Roll.NEXT)))


def is_working(world: World, day: date) -> bool:
    with world.database.read() as work:
        return calendars.of(work, store.get(work, LOCALITY)).is_working(day)


def labour_review(world: World) -> Deadline:
    with world.database.read() as work:
        round_ = store.round_of(work, LOCALITY, "annual-2024")
        return next(row for row in round_.deadlines if row.key == "labour_review")


def test_a_swap_day_changes_the_calendar_and_is_kept_with_its_document_and_reason(world: World) -> None:
    enter(world, date(2024, 12, 4))
    enter(world, date(2024, 12, 7), DayKind.WORKING)
    assert not is_working(world, date(2024, 12, 4))
    assert is_working(world, date(2024, 12, 7))
    first, _ = rows(world, Amendment)
    assert (first.subject, first.key, first.reason, first.person_name, first.before) == (
        "calendar", "2024-12-04", "Theo thông báo", "Admin", None,
    )  # fmt: skip
    assert first.guidance is not None
    assert first.guidance["number"] == "6150/TB-BLĐTBXH"
    assert first.after is not None
    assert first.after["kind"] == "off"


def test_a_deadline_that_rolls_moves_with_tasks_timers_and_reminders(world: World) -> None:
    roll_to_the_next_working_day(world)
    dossier_id = world.carry_to("select")
    task = world.task(dossier_id)
    assert task.last_day == date(2024, 12, 4)
    effect = enter(world, date(2024, 12, 4))
    moved = world.task(dossier_id)
    assert (moved.last_day, moved.due_at, moved.sequence) == (date(2024, 12, 5), local("2024-12-06 00:00"), 1)
    assert {key.partition("/")[2] for key in pending(world, moved)} == {"05-12"}
    (move,) = effect.moves
    assert (move.round_key, move.deadline_key, move.before, move.after) == (
        "annual-2024", "labour_review", date(2024, 12, 4), date(2024, 12, 5),
    )  # fmt: skip
    assert (effect.dossiers, effect.tasks) == (1, 1)
    assert effect.reminders == 6  # one for each rung, whose date moves
    assert effect.timers >= 1
    assert all(row.due_at != local("2024-12-05 00:00") for row in timers(world, dossier_id).values())
    (step,) = history(world, dossier_id, "redated")
    assert (step.reason, step.params) == (
        "Theo thông báo", {"labour_review": "04/12/2024 → 05/12/2024"},
    )  # fmt: skip
    change = rows(world, DeadlineChange)[-1]
    assert (change.day_before, change.day_after, change.due_after) == (
        date(2024, 12, 5), date(2024, 12, 5), local("2024-12-06 00:00"),
    )  # fmt: skip
    assert labour_review(world).sequence == 1
    assert broken(world) == []


def test_the_preview_tells_exactly_what_will_move_and_keeps_nothing(world: World) -> None:
    roll_to_the_next_working_day(world)
    dossier_id = world.carry_to("select")
    admin = world.actor("admin")

    def act(work: Work) -> Effect:
        return swap_days.enter(work, admin, LOCALITY, swap(date(2024, 12, 4)), reason="Theo thông báo")

    foreseen = effects.tried(world.database, act)
    assert is_working(world, date(2024, 12, 4))
    assert world.task(dossier_id).last_day == date(2024, 12, 4)
    assert rows(world, Amendment) == []
    assert enter(world, date(2024, 12, 4)) == foreseen
    assert foreseen.tasks == 1
    assert not is_working(world, date(2024, 12, 4))


def test_rungs_that_count_working_days_move_though_no_deadline_does(world: World) -> None:
    load(world, with_ladder(*WORKING))
    dossier_id = world.carry_to("select")
    assert fire_at(world, dossier_id) == local("2024-12-02 08:00")
    effect = enter(world, date(2024, 12, 3))
    assert fire_at(world, dossier_id) == local("2024-11-29 08:00")
    assert (effect.moves, effect.dossiers, effect.tasks, effect.reminders, effect.timers) == ((), 1, 0, 1, 0)
    assert history(world, dossier_id, "redated") == []


def fire_at(world: World, dossier_id: int) -> datetime:
    (row,) = pending(world, world.task(dossier_id)).values()
    return row.fire_at


def test_what_was_sent_for_a_day_is_not_sent_again_when_the_day_comes_back(world: World) -> None:
    roll_to_the_next_working_day(world)
    world.carry_to("select")
    world.on("2024-11-27 08:00")
    ticks.tick(world.database)
    enter(world, date(2024, 12, 4))
    withdraw(world, date(2024, 12, 4))
    world.on("2024-11-28 08:00")
    ticks.tick(world.database)
    assert mails(world, "reminder").count(("labour", "7_before")) == 1


def test_withdrawing_what_was_entered_here_takes_it_back(world: World) -> None:
    enter(world, date(2024, 12, 4))
    withdraw(world, date(2024, 12, 4))
    assert is_working(world, date(2024, 12, 4))
    assert date(2024, 12, 4) not in {row.day for row in rows(world, CalendarDay)}
    assert rows(world, Amendment)[-1].after is None


def test_a_day_of_the_files_can_be_withdrawn_and_restored_and_loading_keeps_it(world: World) -> None:
    withdraw(world, date(2026, 1, 2))
    assert is_working(world, date(2026, 1, 2))
    load(world, with_override(date(2026, 3, 3), DayKind.OFF))
    assert is_working(world, date(2026, 1, 2))
    assert not is_working(world, date(2026, 3, 3))
    with pytest.raises(Conflict, match="withdrawn already"):
        withdraw(world, date(2026, 1, 2))
    with world.database.write() as work:
        swap_days.restore(work, world.actor("admin"), LOCALITY, date(2026, 1, 2), reason="Vẫn hoán đổi")
    assert not is_working(world, date(2026, 1, 2))


def test_an_entry_before_one_of_the_files_gives_way_to_it_when_withdrawn(world: World) -> None:
    withdraw(world, date(2026, 1, 2))
    enter(world, date(2026, 1, 2))
    kept = {row.day: row for row in rows(world, CalendarDay)}[date(2026, 1, 2)]
    assert (kept.name_vi, kept.amended, kept.withdrawn) == ("Nghỉ hoán đổi", True, False)
    withdraw(world, date(2026, 1, 2))
    kept = {row.day: row for row in rows(world, CalendarDay)}[date(2026, 1, 2)]
    assert kept.name_vi == "Nghỉ hoán đổi (làm bù 10/01/2026)"
    assert (kept.amended, kept.withdrawn) == (False, False)


def test_loading_keeps_what_was_entered_here_and_resolves_with_it(world: World) -> None:
    enter(world, date(2024, 12, 4))
    roll_to_the_next_working_day(world)
    assert not is_working(world, date(2024, 12, 4))
    assert labour_review(world).last_day == date(2024, 12, 5)


@pytest.mark.parametrize(
    ("day", "kind", "told"),
    [
        (date(2024, 12, 7), DayKind.OFF, "is a rest day already"),
        (date(2024, 12, 4), DayKind.WORKING, "is a working day already"),
        (date(2070, 1, 6), DayKind.OFF, "reaches from"),
    ],
)
def test_a_day_that_is_so_anyway_or_out_of_reach_is_refused(
    world: World, day: date, kind: DayKind, told: str
) -> None:
    with pytest.raises(Invalid) as refused:
        enter(world, day, kind)
    assert told in str(refused.value.fields["day"])
    assert rows(world, Amendment) == []


def test_a_reason_and_a_name_are_asked_for(world: World) -> None:
    with pytest.raises(Invalid) as refused:
        enter(world, date(2024, 12, 4), reason=" ")
    assert refused.value.fields.keys() == {"reason"}
    with pytest.raises(Invalid) as refused:
        swap(date(2024, 12, 4), name="")
    assert refused.value.fields.keys() == {"name_vi"}
    assert is_working(world, date(2024, 12, 4))


def test_only_administrators_change_the_calendar_and_only_days_that_stand_are_withdrawn(world: World) -> None:
    with pytest.raises(NotAllowed), world.database.write() as work:
        swap_days.enter(work, world.actor("labour_head"), LOCALITY, swap(date(2024, 12, 4)), reason="Lý do")
    with pytest.raises(NotFound):
        withdraw(world, date(2024, 12, 4))


def test_what_was_looked_at_before_something_else_changed_is_not_confirmed(world: World) -> None:
    with world.database.read() as work:
        seen = store.get(work, LOCALITY).edition
    enter(world, date(2024, 12, 4))
    with pytest.raises(Conflict, match="have changed since you looked"), world.database.write() as work:
        swap_days.withdraw(work, world.actor("admin"), LOCALITY, date(2024, 12, 4), reason="Lý do", seen=seen)


def free_here(world: World, day: date) -> None:
    """An administrator enters the day."""
    enter(world, day)


def free_by_files(world: World, day: date) -> None:
    """The locality's files, which remind by working days, name the day and are loaded."""
    load(world, with_override(day, DayKind.OFF, with_ladder(*WORKING)))


@pytest.mark.parametrize("free", [free_here, free_by_files])
def test_a_later_day_granted_to_a_unit_stays_and_ends_when_the_deadline_reaches_it(
    world: World, free: Callable[[World, date], None]
) -> None:
    with world.database.write() as work:
        admin, place = world.actor("admin"), Place(LOCALITY, "annual-2024", "labour_review")
        terms = Terms(date(2024, 12, 5), Bound.BEFORE, Roll.NEXT, LatePolicy.ACCEPT_FLAGGED, "default")
        deadlines.change(work, admin, place, terms, reason="Dời khi gặp ngày nghỉ", guidance=NOTICE)
        for unit, day in (("van_gia", 5), ("van_binh", 6)):
            later = Extending(unit, date(2024, 12, day))
            deadlines.extend(work, admin, place, later, reason="Bão", guidance=NOTICE)
    dossier_id = world.carry_to("select")
    assert world.task(dossier_id).last_day == date(2024, 12, 5)
    sequence = labour_review(world).sequence
    free(world, date(2024, 12, 4))
    assert world.task(dossier_id).last_day == date(2024, 12, 5)
    assert world.task(dossier_id).extension_id is None
    standing = [one for one in rows(world, DeadlineExtension) if one.ended_at is None]
    assert [one.last_day for one in standing] == [date(2024, 12, 6)]
    assert labour_review(world).sequence > sequence
    assert {row.deadline_date for row in pending(world, world.task(dossier_id)).values()} == {
        date(2024, 12, 5)
    }
    assert broken(world) == []


@pytest.mark.parametrize("free", [free_here, free_by_files])
def test_reminders_of_an_extended_unit_count_working_days_by_the_calendar_as_it_is(
    world: World, free: Callable[[World, date], None]
) -> None:
    load(world, with_ladder(*WORKING))
    with world.database.write() as work:
        place = Place(LOCALITY, "annual-2024", "labour_review")
        later = Extending("van_gia", date(2024, 12, 11))
        deadlines.extend(work, world.actor("admin"), place, later, reason="Bão", guidance=NOTICE)
    dossier_id = world.carry_to("select")
    before = [row.fire_at for row in pending(world, world.task(dossier_id)).values()]
    free(world, date(2024, 12, 10))
    after = [row.fire_at for row in pending(world, world.task(dossier_id)).values()]
    assert (before, after) == ([local("2024-12-09 08:00")], [local("2024-12-06 08:00")])
    assert world.task(dossier_id).extension_id is not None
    assert broken(world) == []


def test_the_calendar_of_another_locality_stays(world: World) -> None:
    with world.database.write() as work:
        localities.load(work, read_folder(ROOT / "tests" / "data" / "localities" / "tinh-mau"))
    enter(world, date(2024, 12, 4))
    with world.database.read() as work:
        assert calendars.of(work, store.get(work, "tinh-mau")).is_working(date(2024, 12, 4))

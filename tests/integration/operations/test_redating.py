"""Loading a changed configuration: what runs follows it in the same transaction; nothing is sent twice."""

from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.clock import FakeClock
from service.domain.calendars import DayKind
from service.domain.deadlines import Bound, OnDate, Roll, Unset, Yearly
from service.domain.errors import EngineFailure
from service.domain.labels import Label
from service.domain.localities import Locality
from service.domain.reminders import Audience, DayCount, Ladder, Rung
from service.operations import calendars
from service.operations.schedule import rounds
from service.operations.watch import ticks
from service.store import localities as store
from service.store.tables import DeadlineChange, LocalityVersion, Reminder
from service.store.work import Database
from tests.builders import LOCALITY, World, local, shipped_locality
from tests.integration.operations import readings
from tests.integration.operations.configurations import (
    GUIDANCE,
    load,
    on,
    with_ladder,
    with_override,
    with_rule,
)
from tests.integration.operations.readings import broken, history, mails, pending, reminders, rows


def test_loading_the_same_configuration_again_changes_nothing(world: World) -> None:
    dossier_id = world.open_dossier(with_papers=False)
    before = pending(world, world.task(dossier_id)).keys()
    versions = len(rows(world, LocalityVersion))
    loaded = load(world, shipped_locality())
    assert (loaded.changed, loaded.version, loaded.moved_dossiers) == (False, versions, 0)
    assert pending(world, world.task(dossier_id)).keys() == before
    assert (len(rows(world, LocalityVersion)), rows(world, DeadlineChange)) == (versions, [])


def test_a_newer_list_of_holidays_moves_what_waits_under_the_same_files(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The country's holidays come with a library: a new version of it is loaded with files as they were."""
    rolled = with_rule("annual-2024", "unit_submission", lambda rule: replace(rule, roll=Roll.NEXT))
    load(world, rolled)
    dossier_id = world.open_dossier(with_papers=False)
    assert world.task(dossier_id).last_day == date(2024, 12, 2)
    days_off = {**rolled.calendar.days_off, date(2024, 12, 2): Label("Ngày nghỉ mới", "A new day off")}
    newer = replace(rolled.calendar, days_off=days_off)
    monkeypatch.setattr(calendars, "_calendar", lambda *_: newer)
    loaded = load(world, replace(rolled, calendar=newer))
    assert (loaded.changed, loaded.moved_dossiers) == (True, 1)
    assert world.task(dossier_id).last_day == date(2024, 12, 3)
    assert not load(world, replace(rolled, calendar=newer)).changed
    assert broken(world) == []


def test_a_date_set_by_guidance_reaches_every_running_dossier_at_once(world: World) -> None:
    dossier_id = world.open_dossier(round_key="final-2025", with_papers=False)
    other = world.open_dossier(with_papers=False)
    moved = with_rule(
        "final-2025",
        "unit_submission",
        lambda rule: replace(rule, day=OnDate(date(2025, 11, 1)), bound=Bound.BY, citation=GUIDANCE),
    )
    assert load(world, moved).moved_dossiers == 1
    task = world.task(dossier_id)
    assert (task.due_at, task.sort_at) == (local("2025-11-02 00:00"), local("2025-11-02 00:00"))
    assert readings.timers(world, dossier_id)["prepare_overdue"].due_at == local("2025-11-02 00:00")
    assert len(pending(world, task)) == 6
    (step,) = history(world, dossier_id, "redated")
    assert (step.reason, step.params) == ("Công văn 12/UBND", {"unit_submission": "– → 01/11/2025"})
    assert history(world, other, "redated") == []
    (change,) = rows(world, DeadlineChange)
    assert (change.reason, change.day_before, change.day_after, change.due_before, change.due_after) == (
        "Công văn 12/UBND", None, date(2025, 11, 1), None, local("2025-11-02 00:00"),
    )  # fmt: skip
    world.on("2025-11-02 00:00")
    assert ticks.tick(world.database).timers >= 1
    assert broken(world) == []


def test_an_extended_deadline_moves_tasks_timers_and_pending_reminders(world: World) -> None:
    dossier_id = world.open_dossier(with_papers=False)
    world.on("2024-11-27 09:00")
    ticks.tick(world.database)
    load(world, with_rule("annual-2024", "unit_submission", on(date(2024, 12, 4))))
    task = world.task(dossier_id)
    assert task.due_at == local("2024-12-04 00:00")
    assert readings.timers(world, dossier_id)["prepare_overdue"].due_at == local("2024-12-04 00:00")
    assert sorted(reminders(world, task)) == [
        "1_before/03-12", "1_overdue/03-12", "3_before/03-12", "3_before/30-11",
        "3_overdue/03-12", "7_before/30-11", "last_day/03-12",
    ]  # fmt: skip
    # The ticks paused twice: of what they missed only the latest is sent.
    world.on("2024-12-02 09:00")
    assert ticks.tick(world.database).timers == 0
    assert sorted(rule or "" for _, rule in mails(world, "reminder")) == [
        "1_before", "3_before",
    ]  # fmt: skip
    assert broken(world) == []


def test_a_date_moved_back_and_forth_sends_nothing_again(world: World) -> None:
    dossier_id = world.open_dossier(with_papers=False)
    world.on("2024-11-27 09:00")
    ticks.tick(world.database)
    load(world, with_rule("annual-2024", "unit_submission", on(date(2024, 12, 4))))
    load(world, shipped_locality(), "Thôi gia hạn")
    assert sorted(pending(world, world.task(dossier_id))) == [
        "1_before/30-11", "1_overdue/30-11", "3_overdue/30-11", "last_day/30-11",
    ]  # fmt: skip
    assert ticks.tick(world.database).reminders == 0
    assert [change.reason for change in rows(world, DeadlineChange)] == ["Công văn 12/UBND", "Thôi gia hạn"]
    assert len(history(world, dossier_id, "redated")) == 2


def test_a_date_moved_into_the_past_makes_running_dossiers_late_at_once(world: World) -> None:
    dossier_id = world.open_dossier(with_papers=False)
    load(world, with_rule("annual-2024", "unit_submission", on(date(2024, 11, 16))))
    ticked = ticks.tick(world.database)
    assert (ticked.timers, ticked.reminders) == (2, 2), "the head has a working day to answer"
    assert world.task(dossier_id).due_at == local("2024-11-16 00:00")
    assert broken(world) == []


def test_a_dropped_deadline_leaves_its_tasks_without_one(world: World) -> None:
    dossier_id = world.open_dossier(with_papers=False)
    load(world, with_rule("annual-2024", "unit_submission", lambda _: None))
    task = world.task(dossier_id)
    assert (task.due_at, pending(world, task)) == (None, {})
    assert readings.timers(world, dossier_id)["prepare_overdue"].due_at is None
    with world.database.read() as work:
        page = rounds.show(work, LOCALITY, "annual-2024")
    assert [deadline.key for deadline in page.deadlines] == [
        "labour_review", "interior_appraisal", "chairman_decision",
    ]  # fmt: skip
    assert "unit_submission" not in {due.row.key for due in readings.page(world, dossier_id).dues}
    world.on("2024-12-31 08:00")
    assert ticks.tick(world.database).timers == 0
    load(world, shipped_locality())
    assert world.task(dossier_id).due_at == local("2024-12-01 00:00")
    assert sorted(pending(world, world.task(dossier_id))) == ["1_overdue/30-11", "3_overdue/30-11"]
    assert [(one.day_before, one.day_after) for one in rows(world, DeadlineChange)] == [
        (date(2024, 12, 1), None),
        (None, date(2024, 12, 1)),
    ]
    assert broken(world) == []


def test_a_deadline_new_to_a_round_reaches_the_step_that_names_it(world: World) -> None:
    load(world, with_rule("annual-2024", "unit_submission", lambda _: None))
    dossier_id = world.open_dossier(with_papers=False)
    assert world.task(dossier_id).due_at is None
    assert load(world, shipped_locality()).moved_dossiers == 1
    assert world.task(dossier_id).due_at == local("2024-12-01 00:00")
    assert len(pending(world, world.task(dossier_id))) == 6


@pytest.mark.parametrize("at", ["2024-11-20 09:00", "2024-11-29 08:00"])
def test_changed_rungs_replace_what_waits_and_leave_what_was_sent(world: World, at: str) -> None:
    dossier_id = world.open_dossier(with_papers=False)
    world.on(at)
    sent = ticks.tick(world.database).reminders
    version = readings.page(world, dossier_id).dossier.version
    load(
        world,
        with_ladder(
            Rung("7_before", -7, Audience.CANDIDATES),
            Rung("1_before", -1, Audience.UNIT_HEAD, at=time(14)),
            Rung("5_overdue", 5, Audience.CHAIRMAN_OFFICE),
        ),
    )
    task = world.task(dossier_id)
    waiting = {key: row.fire_at for key, row in pending(world, task).items()}
    expected = {"5_overdue/30-11": local("2024-12-05 08:00")}
    if not sent:
        expected |= {
            "7_before/30-11": local("2024-11-23 08:00"),
            "1_before/30-11": local("2024-11-29 14:00"),
        }
    assert waiting == expected
    assert readings.page(world, dossier_id).dossier.version == version
    assert broken(world) == []


def test_a_deadline_may_change_its_ladder(world: World) -> None:
    dossier_id = world.open_dossier(with_papers=False)
    quiet = with_rule("annual-2024", "unit_submission", lambda rule: replace(rule, ladder="quiet"))
    ladders = (*quiet.ladders, Ladder("quiet", (Rung("only", 0, Audience.CANDIDATES),)))
    load(world, replace(quiet, ladders=ladders))
    assert (world.task(dossier_id).ladder, list(pending(world, world.task(dossier_id)))) == (
        "quiet",
        ["only/30-11"],
    )
    assert history(world, dossier_id, "redated") == []


def test_a_swap_day_moves_the_reminders_that_count_working_days(world: World) -> None:
    rung = Rung("2_before", -2, Audience.CANDIDATES, DayCount.WORKING)
    load(world, with_ladder(rung))
    dossier_id = world.open_dossier(with_papers=False)
    # The last day is Saturday 30/11: two working days before it is Thursday.
    assert pending(world, world.task(dossier_id))["2_before/30-11"].fire_at == local("2024-11-28 08:00")
    load(world, with_override(date(2024, 11, 29), DayKind.OFF, with_ladder(rung)))
    assert pending(world, world.task(dossier_id))["2_before/30-11"].fire_at == local("2024-11-27 08:00")


def test_a_reminder_that_has_fallen_due_is_sent_even_if_a_load_comes_before_the_tick(world: World) -> None:
    world.open_dossier(with_papers=False)
    world.on("2024-11-23 08:00")
    load(world, with_override(date(2026, 5, 4), DayKind.OFF))
    assert ticks.tick(world.database).reminders == 1


def test_another_zone_moves_every_instant(world: World) -> None:
    dossier_id = world.open_dossier(with_papers=False)
    load(world, replace(shipped_locality(), zone=ZoneInfo("UTC")))
    assert world.task(dossier_id).due_at == local("2024-12-01 07:00")
    assert pending(world, world.task(dossier_id))["last_day/30-11"].fire_at == local("2024-11-30 15:00")


def test_a_round_that_is_dropped_opens_no_dossier_and_keeps_those_it_has(world: World) -> None:
    dossier_id = world.open_dossier(with_papers=False)
    locality = shipped_locality()
    kept = tuple(round_ for round_ in locality.rounds if round_.key != "annual-2024")
    load(world, replace(locality, rounds=kept))
    with pytest.raises(StopIteration):
        world.open_dossier(with_papers=False)
    assert world.task(dossier_id).due_at == local("2024-12-01 00:00")


def test_a_load_that_fails_changes_nothing(world: World) -> None:
    dossier_id = world.open_dossier(with_papers=False)
    before = world.task(dossier_id).due_at
    with world.database.write() as work:
        instance = readings.page(world, dossier_id).instance
        work.session.merge(instance).state = b"\x00broken"
    with pytest.raises(EngineFailure):
        load(world, with_rule("annual-2024", "unit_submission", on(date(2024, 12, 20))))
    with world.database.read() as work:
        assert rounds.show(work, LOCALITY, "annual-2024").deadlines[0].day == date(2024, 12, 1)
        assert store.get(work, LOCALITY).content_hash == shipped_locality().content_hash
    assert world.task(dossier_id).due_at == before


# A property: whatever is loaded in whatever order, what waits equals what a fresh start would plan.

DAYS = st.one_of(
    st.dates(date(2024, 11, 10), date(2024, 12, 20)).map(OnDate),
    st.just(Unset("UBND tỉnh")),
    st.just(Yearly(12, 1)),
)
RUNGS = st.lists(
    st.builds(
        Rung,
        key=st.sampled_from(["a", "b", "c", "d"]),
        days=st.integers(-9, 9),
        audience=st.sampled_from(list(Audience)),
        count=st.sampled_from(list(DayCount)),
        at=st.sampled_from([time(0), time(8), time(17, 30)]),
    ),
    max_size=4,
    unique_by=lambda rung: rung.key,
)
CONFIGURATIONS = st.builds(
    lambda day, bound, rungs, off: with_override(
        off,
        DayKind.OFF,
        replace(
            with_rule("annual-2024", "unit_submission", lambda rule: replace(rule, day=day, bound=bound)),
            ladders=(Ladder("default", tuple(rungs)),),
        ),
    ),
    DAYS,
    st.sampled_from(list(Bound)),
    RUNGS,
    st.dates(date(2024, 11, 20), date(2024, 12, 20)).filter(lambda day: day.weekday() < 5),
)
MOVES = st.lists(st.tuples(st.integers(0, 96), CONFIGURATIONS), min_size=1, max_size=4)


@settings(max_examples=12, deadline=None)
@given(MOVES)
def test_what_waits_after_any_loads_is_what_a_fresh_start_would_plan(
    deployed_sqlite: Path, moves: list[tuple[int, Locality]]
) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "trinh.sqlite3"
        path.write_bytes(deployed_sqlite.read_bytes())
        clock = FakeClock(local("2024-11-20 09:00"))
        world = World(Database(f"sqlite:///{path}", clock), clock, Path(folder))
        followed = world.task(world.open_dossier(with_papers=False))
        for hours, locality in moves:
            clock.advance(timedelta(hours=hours))
            ticks.tick(world.database)
            load(world, locality)
        fresh = world.task(world.open_dossier(with_papers=False))
        sent = {key for key, row in reminders(world, followed).items() if row.fired_at is not None}
        planned = {key: planned_as(row) for key, row in pending(world, fresh).items() if key not in sent}
        assert {key: planned_as(row) for key, row in pending(world, followed).items()} == planned
        assert world.task(followed.dossier_id).due_at == fresh.due_at
        due = {key: row.due_at for key, row in readings.timers(world, followed.dossier_id).items()}
        assert due.keys() <= {"prepare_overdue", "prepare_overdue_head", "unit_overdue_unanswered"}
        assert broken(world) == []
        world.database.dispose()


def planned_as(row: Reminder) -> tuple[object, ...]:
    """What a reminder is, apart from whose it is."""
    return row.fire_at, row.audience, row.group_id

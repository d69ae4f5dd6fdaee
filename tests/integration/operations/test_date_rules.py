"""The date rules where rows keep them: whatever is swapped in whatever order, on both databases alike."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.domain.calendars import DayKind
from service.domain.deadlines import Bound, DeadlineRule, OnDate, Roll, resolve
from service.domain.errors import Conflict, Invalid, NotFound
from service.domain.localities import Locality
from service.domain.reminders import Audience, DayCount, Ladder, Rung, materialise
from service.operations import calendars
from service.operations.watch import ticks
from service.store import localities as store
from tests.builders import LOCALITY, ZONE, World, local
from tests.integration.operations.configurations import enter, load, with_rule, withdraw
from tests.integration.operations.readings import broken, pending

LADDER = Ladder(
    "default",
    (
        Rung("a", -6, Audience.CANDIDATES, DayCount.WORKING),
        Rung("b", -2, Audience.CANDIDATES),
        Rung("c", 2, Audience.OFFICE_HEAD, DayCount.WORKING),
    ),
)
near = st.dates(date(2024, 11, 25), date(2024, 12, 31))
swaps = st.lists(st.tuples(near, st.sampled_from(["off", "working", "withdraw"])), min_size=1, max_size=5)


def ruled(day: date, bound: Bound, roll: Roll) -> tuple[DeadlineRule, Locality]:
    """The units' deadline of 2024 under another rule, and the configuration with it."""
    found: list[DeadlineRule] = []

    def change(rule: DeadlineRule) -> DeadlineRule:
        found.append(replace(rule, day=OnDate(day), bound=bound, roll=roll))
        return found[0]

    locality = with_rule("annual-2024", "unit_submission", change)
    return found[0], replace(locality, ladders=(LADDER,))


@given(near, st.sampled_from(Bound), st.sampled_from(Roll), swaps)
@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_after_any_swaps_the_rows_are_what_the_rules_give(
    world: World, day: date, bound: Bound, roll: Roll, made: list[tuple[date, str]]
) -> None:
    rule, locality = ruled(day, bound, roll)
    load(world, locality)
    dossier_id = world.open_dossier(with_papers=False)
    for swapped, verb in made:
        try:
            if verb == "withdraw":
                withdraw(world, swapped)
            else:
                enter(world, swapped, DayKind(verb))
        except (Invalid, NotFound, Conflict):
            continue  # The day is so anyway, or nothing stands there.
    with world.database.read() as work:
        calendar = calendars.of(work, store.get(work, LOCALITY))
    due = resolve(rule, round_key="annual-2024", year=2024, zone=ZONE, calendar=calendar)
    task = world.task(dossier_id)
    assert (task.last_day, task.due_at) == (due.last_day, due.due_at)
    planned = {
        one.rule_key: one.fire_at
        for one in materialise(LADDER, due, calendar)
        if one.fire_at > world.clock.now()
    }
    assert {row.rule_key: row.fire_at for row in pending(world, task).values()} == planned
    assert broken(world) == []
    for swapped, _ in made:  # The next example begins with the calendar as it ships.
        try:
            withdraw(world, swapped)
        except (NotFound, Conflict):
            continue


@contextmanager
def server_in(zone: str) -> Iterator[None]:
    """The machine itself, and the sessions of PostgreSQL, set to another zone."""
    before = {name: os.environ.get(name) for name in ("TZ", "PGTZ")}
    os.environ |= {"TZ": zone, "PGTZ": zone}
    time.tzset()
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
        time.tzset()


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Pacific/Kiritimati"])
def test_a_server_in_another_zone_keeps_and_fires_the_same_instants(world: World, zone: str) -> None:
    with server_in(zone):
        world.database.dispose()  # New connections speak of the new zone.
        task = world.task(world.open_dossier(with_papers=False))
        assert (task.last_day, task.due_at) == (date(2024, 11, 30), local("2024-12-01 00:00"))
        fire_ats = {row.rule_key: row.fire_at for row in pending(world, task).values()}
        assert fire_ats["7_before"] == local("2024-11-23 08:00")
        assert fire_ats["1_overdue"] == local("2024-12-01 08:00")
        world.clock.set(local("2024-11-23 08:00") - timedelta(seconds=1))
        assert ticks.tick(world.database).reminders == 0
        world.clock.set(local("2024-11-23 08:00"))
        assert ticks.tick(world.database).reminders == 1
    world.database.dispose()
    assert world.task(task.dossier_id).due_at == local("2024-12-01 00:00")


@pytest.mark.parametrize(
    ("day", "bound", "roll", "last"),
    [
        # Tết 2024 rests from 8 to 14 February; 29 February exists; 1 January 2025 rests.
        (date(2024, 2, 10), Bound.BY, Roll.NEXT, date(2024, 2, 15)),
        (date(2024, 2, 10), Bound.BY, Roll.PREVIOUS, date(2024, 2, 7)),
        (date(2024, 3, 1), Bound.BEFORE, Roll.NONE, date(2024, 2, 29)),
        (date(2025, 1, 1), Bound.BY, Roll.NEXT, date(2025, 1, 2)),
        (date(2025, 1, 1), Bound.BY, Roll.PREVIOUS, date(2024, 12, 31)),
        (date(2025, 1, 1), Bound.BEFORE, Roll.NONE, date(2024, 12, 31)),
    ],
)
def test_tet_leap_days_and_year_ends_are_kept_in_rows_as_the_rules_say(
    world: World, day: date, bound: Bound, roll: Roll, last: date
) -> None:
    load(world, ruled(day, bound, roll)[1])
    task = world.task(world.open_dossier(with_papers=False))
    midnight = datetime.combine(last + timedelta(days=1), datetime.min.time(), tzinfo=ZONE)
    assert (task.last_day, task.due_at) == (last, midnight)

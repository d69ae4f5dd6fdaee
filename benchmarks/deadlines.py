"""What a deadline costs when it strikes everywhere at once, and when it moves: reminders in sets, timers
in batches, a round re-dated in one transaction."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial

from benchmarks.crowds import Crowd, Spread
from benchmarks.measuring import Effort, Figure, Goal, timed, undisturbed
from benchmarks.worlds import Stage
from service.domain.deadlines import Bound, LatePolicy, Roll
from service.operations.process import timers
from service.operations.schedule import deadlines
from service.operations.schedule.deadlines import Place, Terms
from service.operations.watch import ticks
from service.store import mails
from tests.builders import LOCALITY, World

REMINDERS_GOALS = {"SQLite": Goal(50_000, at_least=True), "PostgreSQL": Goal(30_000, at_least=True)}
DISTRICTS = 400
_RULES = ("7_before", "3_before")
REDATING_GOAL = Goal(20)
_SEVEN_BEFORE, _ESCALATION = "2024-11-23 12:00", "2024-12-06 00:00"


def measure_reminders(stages: Mapping[str, Stage], effort: Effort) -> Iterator[Figure]:
    """A tick at the instant at which the same rung falls due for every dossier in preparation, all over
    the country: the proposing unit's one clerk gets a mail for each. SQLite lets one worker write, PostgreSQL
    as many as there are."""
    number = effort.of(100_000, 20_000)
    for name, workers in (("SQLite", 1), ("PostgreSQL", 1), ("PostgreSQL", 2)):
        if name not in stages:
            continue
        with stages[name]() as world:
            template = world.open_dossier(with_papers=False)
            crowd = Crowd(world)
            crowd.add_localities(DISTRICTS)
            crowd.add_dossiers(template, number, Spread(DISTRICTS), rules=_RULES)
            crowd.settle()
            world.on(_SEVEN_BEFORE)
            with undisturbed():
                seconds = timed(partial(_tick, world, workers, number))
            with world.database.read() as work:
                queued = mails.count_open(work)["queued"]
        together = "one worker" if workers == 1 else f"{workers} workers"
        yield Figure(
            "reminders",
            f"fired per second, {number // 1000} k due, {together}",
            name,
            number / seconds,
            "/s",
            REMINDERS_GOALS[name],
            {"seconds": seconds, "mails": queued, "mails per second": queued / seconds},
        )


def measure_timers(stages: Mapping[str, Stage], effort: Effort) -> Iterator[Figure]:
    """Timers that move a process, in one worker: an escalation opens for every dossier that the Labour
    office has left lying."""
    number = effort.of(1_000, 200)
    for name, stage in stages.items():
        with stage() as world:
            crowd = Crowd(world)
            crowd.add_selecting(number)
            crowd.settle()
            world.on(_ESCALATION)
            timers.fire_due(world.database, limit=20)
            with undisturbed():
                seconds = timed(lambda: _fire_all(world, number - 20))
        yield Figure(
            "timers",
            f"fired per second, {number} due",
            name,
            (number - 20) / seconds,
            "/s",
            None,
            {"seconds": seconds},
        )


def measure_redating(stages: Mapping[str, Stage], effort: Effort) -> Iterator[Figure]:
    """The deadline of the selection moves by two days while dossiers wait there: the whole change with its
    history and what it tells of its effect, one transaction."""
    number = effort.of(10_000, 1_000)
    for name, stage in stages.items():
        with stage() as world:
            crowd = Crowd(world)
            crowd.add_selecting(number)
            crowd.settle()
            _move(world, date(2024, 12, 4), number)  # Fills the caches.
            with undisturbed():
                seconds = timed(lambda: _move(world, date(2024, 12, 6), number))
        yield Figure(
            "redating",
            f"a round with {number} running dossiers re-dated in",
            name,
            seconds,
            "s",
            REDATING_GOAL,
        )


def _move(world: World, day: date, expected: int) -> None:
    """What the administrator's button does, in its one transaction."""
    terms = Terms(day, Bound.BEFORE, Roll.NONE, LatePolicy.ACCEPT_FLAGGED, "default")
    place = Place(LOCALITY, "annual-2024", "labour_review")
    with world.database.write() as work:
        admin = world.actor("admin")
        moved = deadlines.change(work, admin, place, terms, reason="Theo hướng dẫn của tỉnh.")
    if moved.effect.tasks != expected:
        raise RuntimeError(f"{moved.effect.tasks} tasks moved, {expected} were open.")


def _tick(world: World, workers: int, expected: int) -> None:
    """Ticks in several threads: what they do happens in the database, each in a process of its own there."""
    with ThreadPoolExecutor(workers) as pool:
        ticking = [pool.submit(ticks.tick, world.database) for _ in range(workers)]
        fired = sum(one.result().reminders for one in ticking)
    if fired != expected + 1:  # The template has one too.
        raise RuntimeError(f"{fired} reminders fired, {expected} were due.")


def _fire_all(world: World, expected: int) -> None:
    fired = 0
    while (swept := timers.fire_due(world.database)).fired:
        fired += swept.fired
    if fired != expected:
        raise RuntimeError(f"{fired} timers fired, {expected} were due.")

"""`python -m tests.campaigns.load_deadline [--json]`: deadlines that strike everywhere in the same second.

Real `trinh worker` processes live in a time of their own, one second before the instant. Measured is from
the instant until nothing that is due waits any more. Then four workers share work that goes on falling due
while one after another is killed with -9. Everything ends with `trinh verify`.
"""

import argparse
import json
import random
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from service.clock import monotonic
from service.store import migrations
from tests.builders import build_world, local
from tests.campaigns.crews import crew, pause
from tests.campaigns.masses import ESCALATED_AT, Effects, Mass
from tests.campaigns.outboxes import verified
from tests.support.databases import PostgreSQL, running_postgresql

REMINDED_AT = local("2024-11-23 08:00")
LEAD = timedelta(seconds=1)
DISTRICTS = 400
KILLED_CREW = 4
WITHIN_S = 600
GOALS = {"SQLite": 5.0, "PostgreSQL": 10.0}
"""Seconds in which a hundred thousand reminders are queued."""
TIMERS_GOAL = 500.0
"""Timers that move a process, per second."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is tried."""

    reminders: int
    timers: int
    kills: int
    workers: int


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: what was due on which database, how long it took, what came of it."""

    what: str
    database: str
    workers: int
    effects: Effects
    seconds: float
    goal: str = ""
    met: bool | None = None
    killed: int = 0

    @property
    def rate(self) -> float:
        """How much was done per second."""
        return self.effects.done / self.seconds if self.seconds else 0.0


@dataclass(frozen=True, slots=True)
class Place:
    """A kind of database with room for one mass after another."""

    kind: str
    server: PostgreSQL
    folder: Path

    @contextmanager
    def mass(self, name: str) -> Iterator[tuple[Mass, str, Path]]:
        """A fresh database with the shipped locality on it; gone at the end."""
        folder = self.folder / f"{self.kind}-{name}"
        url = f"sqlite:///{folder / 'trinh.sqlite3'}" if self.kind == "SQLite" else self.server.create()
        folder.mkdir(parents=True)
        migrations.upgrade(url)
        world = build_world(url, folder / "attachments")
        try:
            yield Mass(world), url, folder
        finally:
            world.database.dispose()
            if self.kind != "SQLite":
                self.server.drop(url)


def run(place: Place, scale: Scale, verdicts: dict[str, str]) -> Iterator[Row]:
    """All figures of one kind of database."""
    yield from _reminders(place, scale, verdicts)
    yield from _timers(place, scale, verdicts)
    yield from _killed(place, scale, verdicts)


def _reminders(place: Place, scale: Scale, verdicts: dict[str, str]) -> Iterator[Row]:
    with place.mass("reminders") as (mass, url, folder):
        mass.add_reminders(scale.reminders, [REMINDED_AT], districts=min(DISTRICTS, scale.reminders // 20))
        mass.settle()
        seconds = _strike(mass, url, folder, REMINDED_AT, scale.workers)
        effects = mass.reminders(REMINDED_AT)
        goal = GOALS[place.kind] * max(scale.reminders / 100_000, 0.1)
        # A small run proves that nothing is lost; its seconds are mostly the wait for the next tick.
        met = seconds <= goal if scale.reminders >= 100_000 else None
        yield Row("reminders", place.kind, scale.workers, effects, seconds, f"≤ {goal:g} s", met)
        verdicts[f"{place.kind}, reminders"] = verified(url, folder)


def _timers(place: Place, scale: Scale, verdicts: dict[str, str]) -> Iterator[Row]:
    at = local(ESCALATED_AT)
    with place.mass("timers") as (mass, url, folder):
        mass.add_timers(scale.timers, [at])
        mass.settle()
        seconds = _strike(mass, url, folder, at, scale.workers)
        effects = mass.timers(at)
        met = effects.done / seconds >= TIMERS_GOAL if scale.timers >= 20_000 else None
        yield Row("timers", place.kind, scale.workers, effects, seconds, f"≥ {TIMERS_GOAL:g} /s", met)
        verdicts[f"{place.kind}, timers"] = verified(url, folder)


def _killed(place: Place, scale: Scale, verdicts: dict[str, str]) -> Iterator[Row]:
    """What is due goes on falling due for as long as workers are killed."""
    chance = random.Random(scale.kills)  # noqa: S311 - to be repeated, not to be secret
    begin = local(ESCALATED_AT)
    at = [begin + timedelta(seconds=second) for second in range(2, 2 + scale.kills)]
    with place.mass("killed") as (mass, url, folder):
        mass.add_reminders(max(scale.reminders // 5, len(at)), at)
        mass.add_timers(max(scale.timers // 5, len(at)), at)
        mass.settle()
        begun = monotonic()
        with crew(url, folder, begin - timedelta(hours=1)) as workers:
            for _ in range(KILLED_CREW):
                workers.start()
            workers.wait_until_up()
            workers.jump_to(begin)
            while workers.killed < scale.kills and monotonic() - begun < WITHIN_S + 10 * scale.kills:
                pause(chance.uniform(0, 1))
                workers.kill_one(chance)
            end = max(workers.now(), at[-1])
            pause(max((at[-1] - workers.now()).total_seconds(), 0))
            _require(mass.wait_until_done(end, WITHIN_S))
            assert not workers.died_alone()
        seconds = monotonic() - begun
        for name, effects in (("reminders", mass.reminders(end)), ("timers", mass.timers(end))):
            killed = workers.killed
            row = Row(f"{name}, killed", place.kind, KILLED_CREW, effects, seconds, killed=killed)
            yield row
        verdicts[f"{place.kind}, killed"] = verified(url, folder)


def _strike(mass: Mass, url: str, folder: Path, at: datetime, number: int) -> float:
    """The seconds from an instant until all that is due then has been done by real workers."""
    with crew(url, folder, at - timedelta(hours=1)) as workers:
        for _ in range(number):
            workers.start()
        workers.wait_until_up()
        pause(2)  # Everything that the first ticks read has been read.
        workers.jump_to(at - LEAD)
        pause(max((at - workers.now()).total_seconds(), 0))
        begun = monotonic()
        _require(mass.wait_until_done(at, WITHIN_S))
        return monotonic() - begun


def _require(seconds: float | None) -> None:
    if seconds is None:
        raise TimeoutError(f"What is due was not done within {WITHIN_S} seconds.")


def table(rows: list[Row]) -> str:
    """The figures for people."""
    heads = ("due", "database", "workers", "number", "done", "lost", "double", "early", "killed", "s",
             "per s", "goal", "")  # fmt: skip
    lines = [
        (row.what, row.database, row.workers, row.effects.due, row.effects.done, row.effects.lost,
         row.effects.double, row.effects.early, row.killed, round(row.seconds, 1), round(row.rate), row.goal,
         {None: "", True: "met", False: "MISSED"}[row.met] if row.effects.kept else "BROKEN")
        for row in rows
    ]  # fmt: skip
    return aligned([heads, *lines])


def aligned(lines: list[tuple[object, ...]]) -> str:
    """Lines of cells in columns, numbers to the right."""
    widths = [max(len(str(cell)) for cell in column) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            str(cell).ljust(width) if isinstance(cell, str) else str(cell).rjust(width)
            for cell, width in zip(line, widths, strict=True)
        ).rstrip()
        for line in lines
    )


def main() -> int:
    """Runs everything; 1 when something was lost, done twice or early, or a goal missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.load_deadline", description=__doc__)
    parser.add_argument("--reminders", type=int, default=100_000, help="due in one second")
    parser.add_argument("--timers", type=int, default=20_000, help="process-moving timers due in one second")
    parser.add_argument("--kills", type=int, default=100, help="workers killed while work falls due")
    parser.add_argument("--workers", type=int, default=2, help="that share the load")
    parser.add_argument("--database", choices=["SQLite", "PostgreSQL"], help="only this kind")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    given = parser.parse_args()
    scale = Scale(given.reminders, given.timers, given.kills, given.workers)
    rows: list[Row] = []
    verdicts: dict[str, str] = {}
    with (
        tempfile.TemporaryDirectory(prefix="trinh-load-") as folder,
        running_postgresql(durable=True) as server,
    ):
        for kind in [given.database] if given.database else list(GOALS):
            for row in run(Place(kind, server, Path(folder)), scale, verdicts):
                rows.append(row)
                sys.stderr.write(f"{row.database}, {row.what}: {row.seconds:.1f} s\n")
    if given.json:
        told = [asdict(row) | {"rate": row.rate, "kept": row.effects.kept} for row in rows]
        sys.stdout.write(json.dumps({"rows": told, "verify": verdicts}, indent=2, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(table(rows) + "\n")
        for what, said in verdicts.items():
            sys.stdout.write(f"trinh verify ({what}): {said}\n")
    broken = any(not row.effects.kept or row.met is False for row in rows)
    return int(broken or any(not said.endswith("sound") for said in verdicts.values()))


if __name__ == "__main__":
    sys.exit(main())

"""`python -m tests.campaigns.clock [--json] [--quick]`: deadlines while clocks jump, differ and change zone.

Real `trinh worker` processes whose wall clock is another one (the monotonic clock goes on). Each scenario
plans reminders and timers that move a process at chosen instants and says which of them must have been
fired at its end; each exactly once, none before its instant by the clock of the worker that fired it.
`resumed` is how many seconds after the last jump what is due next was fired: APScheduler waits by the wall
clock, and set back it sleeps until the watchdog replaces it.
Everything ends with `trinh verify`.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from service.clock import monotonic
from tests.builders import local
from tests.campaigns.crews import STALLED_AFTER_S, Crew, crew, pause
from tests.campaigns.load_deadline import GOALS, Place, aligned
from tests.campaigns.masses import Effects, Mass
from tests.campaigns.outboxes import verified
from tests.support.databases import running_postgresql

EACH = 40
"""Reminders at each instant, about, and as many timers."""
PATIENCE_S = 60
HOUR, DAY, SKEW = timedelta(hours=1), timedelta(days=1), timedelta(minutes=5)
SOON = timedelta(seconds=8)


@dataclass(frozen=True, slots=True)
class Told:
    """What a scenario came to. `ahead` is how long before its instant, by the true time, one was fired."""

    effects: Effects
    resumed: float
    ahead: float = 0.0
    wrong: str = ""

    @property
    def kept(self) -> bool:
        """Whether what must hold did."""
        return self.effects.kept and not self.wrong


@dataclass(frozen=True, slots=True)
class Scene:
    """A mass whose reminders and timers lie at some instants, and a crew that lives before the first."""

    mass: Mass
    crew: Crew
    at: Sequence[datetime]

    def pass_by(self, instant: datetime) -> float:
        """Lets the crew live through an instant; the seconds until all due by then has been fired."""
        pause(max((instant - self.crew.now()).total_seconds(), 0))
        return _required(self.mass.wait_until_done(instant, PATIENCE_S + self.crew.stalled_after), instant)

    def told(self, resumed: float, *, ahead: float = 0.0) -> Told:
        """What became of it, when it is `now` for the crew."""
        now = self.crew.now()
        effects = self.mass.reminders(now) + self.mass.timers(now)
        wrong = "" if effects.done == effects.due else f"{effects.done} fired, {effects.due} were due"
        return Told(effects, round(resumed, 1), round(ahead, 1), wrong)


def _forward(by: timedelta) -> Callable[[Mass, str, Path, float], Told]:
    """The clock jumps over two instants and stops before the third."""

    def run(mass: Mass, url: str, folder: Path, stalled_after: float) -> Told:
        begin = local("2024-12-07 08:00")
        at = [begin + by / 4, begin + by / 2, begin + by + HOUR, begin + by + SOON]
        with _scene(mass, url, folder, begin, at, stalled_after) as scene:
            begun = monotonic()
            scene.crew.shift(by)
            scene.pass_by(begin + by)
            resumed = monotonic() - begun
            scene.pass_by(begin + by + SOON)
            return scene.told(resumed)

    return run


def _back(by: timedelta) -> Callable[[Mass, str, Path, float], Told]:
    """The clock is set back behind what has been fired; what falls due after that must still be fired."""

    def run(mass: Mass, url: str, folder: Path, stalled_after: float) -> Told:
        begin = local("2024-12-09 08:00")
        # Due soon after the jump, when the clock has been set back.
        after = begin - by + timedelta(seconds=12)
        at = [begin + timedelta(seconds=1), begin + timedelta(seconds=2)]
        with _scene(mass, url, folder, begin - SOON, at, stalled_after) as scene:
            scene.pass_by(at[-1])
            scene.mass.plan_again(after, EACH)
            begun = monotonic()
            scene.crew.jump_to(begin - by)
            scene.pass_by(after)
            resumed = monotonic() - begun
            # What was fired before the jump lies ahead again.
            ahead = begin + DAY
            return Told(scene.mass.reminders(ahead) + scene.mass.timers(ahead), round(resumed, 1))

    return run


def _skewed(mass: Mass, url: str, folder: Path, stalled_after: float) -> Told:
    """One worker is five minutes ahead, one five minutes behind."""
    begin = local("2024-12-07 08:00")
    at = [begin + timedelta(seconds=30), begin + HOUR]
    _arm(mass, at)
    with crew(url, folder, begin - DAY, stalled_after=stalled_after) as workers:
        for skew in (SKEW, -SKEW):
            workers.start(skew=skew)
        workers.wait_until_up()
        scene = Scene(mass, workers, at)
        workers.jump_to(begin - SKEW - SOON)
        begun = monotonic()
        while mass.reminders(begin).done < EACH // 2 and monotonic() - begun < PATIENCE_S:
            pause(0.5)
        ahead = (at[0] - workers.now()).total_seconds()
        workers.jump_to(begin)
        scene.pass_by(at[0])
        told = scene.told(0, ahead=ahead)
        late = ahead > SKEW.total_seconds() + 1
        return told if not late else Told(told.effects, 0, ahead, "further ahead than the clocks differ")


def _through(*moments: str) -> Callable[[Mass, str, Path, float], Told]:
    """Instants right before and after midnights that are easily got wrong, one after the other."""

    def run(mass: Mass, url: str, folder: Path, stalled_after: float) -> Told:
        at = [local(moment) + timedelta(seconds=offset) for moment in moments for offset in (-1, 0, 1)]
        with _scene(mass, url, folder, at[0] - DAY, at, stalled_after) as scene:
            resumed = 0.0
            for first in range(0, len(at), 3):
                scene.crew.jump_to(at[first] - SOON)
                resumed = max(resumed, scene.pass_by(at[first + 2]))
            return scene.told(resumed)

    return run


def _moved(mass: Mass, url: str, folder: Path, stalled_after: float) -> Told:
    """The server's zone is changed: a worker is started again in Los Angeles, another in Kiritimati."""
    begin = local("2024-12-07 08:00")
    at = [begin + SOON, begin + 2 * SOON, begin + DAY]
    with _scene(mass, url, folder, begin, at, stalled_after, crew_of=1) as scene:
        scene.pass_by(at[0])
        for zone in ("America/Los_Angeles", "Pacific/Kiritimati"):
            scene.crew.members.pop(0).kill()
            scene.crew.start(environment={"TZ": zone})
            scene.crew.wait_until_up()
        resumed = scene.pass_by(at[1])
        return scene.told(resumed)


SCENARIOS: Mapping[str, Callable[[Mass, str, Path, float], Told]] = {
    "an hour forward": _forward(HOUR),
    "a day forward": _forward(DAY),
    "an hour back": _back(HOUR),
    "a day back": _back(DAY),
    "clocks differ by five minutes each way": _skewed,
    "29 February": _through("2028-02-29 00:00", "2028-03-01 00:00"),
    "Tết": _through("2026-02-17 00:00", "2026-02-18 00:00"),
    "year end": _through("2025-01-01 00:00"),
    "the server's zone changes": _moved,
}


@contextmanager
def _scene(
    mass: Mass,
    url: str,
    folder: Path,
    begin: datetime,
    at: Sequence[datetime],
    stalled_after: float,
    crew_of: int = 2,
) -> Iterator[Scene]:
    """Plans reminders and timers at some instants and lets a crew live from `begin` on."""
    _arm(mass, at)
    with crew(url, folder, begin - DAY, stalled_after=stalled_after) as workers:
        for _ in range(crew_of):
            workers.start()
        workers.wait_until_up()
        pause(1)
        workers.jump_to(begin)
        yield Scene(mass, workers, at)


def _arm(mass: Mass, at: Sequence[datetime]) -> None:
    mass.add_reminders(EACH * len(at), at)
    mass.add_timers(EACH * len(at), at)
    mass.settle()


@dataclass(frozen=True, slots=True)
class Row:
    """What one scenario came to on one kind of database."""

    scenario: str
    database: str
    told: Told
    seconds: float
    verify: str

    @property
    def kept(self) -> bool:
        """Whether it holds, and `trinh verify` finds nothing broken."""
        return self.told.kept and self.verify.endswith("sound")


def run(place: Place, names: Sequence[str], stalled_after: float) -> Iterator[Row]:
    """Runs scenarios one after the other, each on a database of its own."""
    for number, name in enumerate(names):
        begun = monotonic()
        with place.mass(f"clock-{number}") as (mass, url, folder):
            told = SCENARIOS[name](mass, url, folder, stalled_after)
            verdict = verified(url, folder)
        yield Row(name, place.kind, told, round(monotonic() - begun, 1), verdict)


def table(rows: Sequence[Row]) -> str:
    """The figures for people."""
    heads = (
        "scenario",
        "database",
        "due",
        "done",
        "lost",
        "double",
        "early",
        "ahead s",
        "resumed s",
        "s",
        "",
    )
    lines = [
        (row.scenario, row.database, e.due, e.done, e.lost, e.double, e.early, row.told.ahead,
         row.told.resumed, row.seconds, "kept" if row.kept else f"BROKEN {row.told.wrong} {row.verify}")
        for row in rows
        for e in [row.told.effects]
    ]  # fmt: skip
    return aligned([heads, *lines])


def main() -> int:
    """Runs everything on both kinds of database; 1 when something did not hold."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.clock", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="SCENARIO", help=f"one of {', '.join(SCENARIOS)}")
    parser.add_argument("--database", choices=list(GOALS), help="only this kind")
    parser.add_argument("--quick", action="store_true", help="a watchdog that steps in after 5 s, not 60")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    given = parser.parse_args()
    rows: list[Row] = []
    with (
        tempfile.TemporaryDirectory(prefix="trinh-clock-") as folder,
        running_postgresql(durable=True) as server,
    ):
        for kind in [given.database] if given.database else list(GOALS):
            place = Place(kind, server, Path(folder))
            for row in run(place, given.names or list(SCENARIOS), 5 if given.quick else STALLED_AFTER_S):
                rows.append(row)
                sys.stderr.write(f"{row.database}, {row.scenario}: {'kept' if row.kept else 'BROKEN'}\n")
    if given.json:
        told = [asdict(row) | {"kept": row.kept} for row in rows]
        sys.stdout.write(json.dumps(told, indent=2, ensure_ascii=False, default=str) + "\n")
    else:
        sys.stdout.write(table(rows) + "\n")
    return int(not all(row.kept for row in rows))


def _required(seconds: float | None, instant: datetime) -> float:
    if seconds is None:
        raise TimeoutError(f"What was due at {instant.isoformat()} was not done in time.")
    return seconds


if __name__ == "__main__":
    sys.exit(main())

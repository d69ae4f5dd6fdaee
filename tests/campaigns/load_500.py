"""`python -m tests.campaigns.load_500 [--people 500] [--seconds 120] [--json]`: a December morning, at once.

A real `trinh web` on a real PostgreSQL. Every reviewer signs in with name and password over HTTP, and then
works through the inbox like a person with a browser: look, claim, open, decide or forward, look again, with
a pause to read. Each office has several members, so that two sometimes reach for the same task: that is
told with 409, and counted apart. Any other refusal, failure or silence is an error. Ends with `trinh verify`.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from threading import Barrier, Lock, Thread

from service.clock import monotonic
from service.store import migrations
from tests.builders import build_world
from tests.campaigns.load_deadline import aligned
from tests.campaigns.offices_at_work import furnish
from tests.campaigns.outboxes import verified
from tests.campaigns.reviewers import Answered, Reviewer
from tests.campaigns.web_servers import serving
from tests.support.databases import running_postgresql

P95_GOAL_S = 1.0
MOST_SAID = 500
"""Characters of what `trinh verify` says: damage may be told ten thousand times."""
ARRIVE_WITHIN = 0.25
"""The part of the time within which all have come: nobody signs in at the very same second."""


@dataclass
class Figures:
    """All answers by what was asked for."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    conflicts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    errors: list[str] = field(default_factory=list[str])
    _lock: Lock = field(default_factory=Lock)

    def add(self, answered: Answered) -> None:
        """Counts one answer."""
        with self._lock:
            self.seconds[answered.action].append(answered.seconds)
            if answered.status == 409:
                self.conflicts[answered.action] += 1
            elif not answered.good:
                self.errors.append(f"{answered.action}: {answered.status} {answered.said}")

    def percentile(self, action: str, part: float) -> float:
        """The time within which a part of the answers came."""
        found = sorted(self.seconds[action])
        return found[max(ceil(part * len(found)) - 1, 0)]

    @property
    def answered(self) -> int:
        """How many answers came in all."""
        return sum(map(len, self.seconds.values()))


def run(address: str, names: list[str], seconds: float, pause: float) -> Figures:
    """Lets everybody work for so long; `pause` is the mean seconds of reading between two requests."""
    figures = Figures()
    start = Barrier(len(names) + 1)
    begun = [0.0]

    def work(name: str, number: int) -> None:
        chance = random.Random(number)  # noqa: S311 - to be repeated, not to be secret
        desk = f"127.1.{number // 250}.{number % 250 + 1}"
        reviewer = Reviewer(address, name, desk, chance, pause, figures.add)
        start.wait()
        reviewer.rest(chance.uniform(0, ARRIVE_WITHIN * seconds))
        reviewer.work_until(begun[0] + seconds)

    people = [Thread(target=work, args=(name, place), daemon=True) for place, name in enumerate(names)]
    for person in people:
        person.start()
    begun[0] = monotonic()
    start.wait()
    for person in people:
        person.join()
    return figures


@contextmanager
def place(people: int, tasks: int) -> Iterator[tuple[str, Path, list[str]]]:
    """A database with people and dossiers that wait for them: its address, its folder, their names."""
    with (
        tempfile.TemporaryDirectory(prefix="trinh-load-500-") as name,
        running_postgresql(durable=True) as server,
    ):
        folder, url = Path(name), server.create()
        migrations.upgrade(url)
        world = build_world(url, folder / "attachments")
        names = furnish(world, people, tasks)
        world.database.dispose()
        yield url, folder, names


def table(figures: Figures, seconds: float) -> str:
    """The figures for people."""
    heads = ("action", "answers", "409", "median s", "p95 s", "slowest s")
    lines = [
        (action, len(found), figures.conflicts.get(action, 0), round(figures.percentile(action, 0.5), 3),
         round(figures.percentile(action, 0.95), 3), round(max(found), 3))
        for action, found in sorted(figures.seconds.items())
    ]  # fmt: skip
    errors = [f"  {text}" for text in sorted(set(figures.errors))[:10]]
    total = f"{figures.answered} answers in {seconds:.0f} s, errors {len(figures.errors)}"
    return "\n".join([aligned([heads, *lines]), total, *errors])


def main() -> int:
    """Runs it; 1 on any error, on unsound data, or when the slowest action misses the goal at full size."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.load_500", description=__doc__)
    parser.add_argument("--people", type=int, default=500, help="reviewers at once")
    parser.add_argument("--seconds", type=float, default=120, help="for how long they work")
    parser.add_argument("--pause", type=float, default=20, help="mean seconds of reading between requests")
    parser.add_argument("--tasks", type=int, default=4000, help="dossiers that wait")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    given = parser.parse_args()
    with place(given.people, given.tasks) as (url, folder, names):
        begun = monotonic()
        before = getrusage(RUSAGE_CHILDREN)
        with serving(url, folder) as address:
            figures = run(address, names, given.seconds, given.pause)
        seconds, after = monotonic() - begun, getrusage(RUSAGE_CHILDREN)
        served = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        said = verified(url, folder)[-MOST_SAID:]
    slow = [action for action in figures.seconds if figures.percentile(action, 0.95) > P95_GOAL_S]
    if given.json:
        told = {
            action: {"answers": len(found), "conflicts": figures.conflicts.get(action, 0),
                     "p95": figures.percentile(action, 0.95)}
            for action, found in sorted(figures.seconds.items())
        }  # fmt: skip
        whole = {"actions": told, "errors": figures.errors, "verify": said}
        sys.stdout.write(json.dumps(whole, indent=2, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(table(figures, seconds) + "\n")
        sys.stdout.write(
            f"the server took {1000 * served / figures.answered:.0f} ms of processor per answer\n"
        )
        sys.stdout.write(f"p95 ≤ {P95_GOAL_S:g} s: {'MISSED by ' + ', '.join(slow) if slow else 'met'}\n")
        sys.stdout.write(f"trinh verify: {said}\n")
    return int(bool(figures.errors) or bool(slow) or not said.endswith("sound"))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as error:
        sys.exit(f"{error}\n{error.stderr}")

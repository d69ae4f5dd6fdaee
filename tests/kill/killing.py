"""Starting offices and killing them."""

import os
import random
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from service.settings import Settings
from tests.kill import offices
from tests.support.forked import Forked

WORKERS = 2
LONGEST_LIFE = 6
"""In deeds: a worker is killed before it has done more than about so many."""
ANSWERS_WITHIN_S = 60


@dataclass
class Kennel:
    """A process that forks workers, and the workers that live."""

    process: Forked
    alive: list[int] = field(default_factory=list[int])
    died_alone: list[int] = field(default_factory=list[int])
    killed: int = 0
    deed_s: float = 0
    """How long a deed takes."""

    def start(self, now: datetime, seed: int) -> None:
        """Forks a worker that begins at once."""
        self.process.tell(f"{now.isoformat()} {seed}")
        known = len(self.alive) + len(self.died_alone)
        while len(self.alive) + len(self.died_alone) == known:
            assert self.listen(ANSWERS_WITHIN_S), "The forking process does not answer."

    def kill(self, pid: int) -> None:
        """Ends a worker with -9 and waits until it is gone."""
        os.kill(pid, signal.SIGKILL)
        while pid in self.alive:
            assert self.listen(ANSWERS_WITHIN_S), "A killed worker does not go."
        self.killed += 1

    def listen(self, seconds: float) -> bool:
        """Hears what the forking process reports, for at most so long; whether it said anything."""
        lines = self.process.hear(seconds)
        for line in lines:
            said, pid, *status = line.split()
            if said == "warm":
                self.deed_s = float(pid)
            elif said == "started":
                self.alive.append(int(pid))
            else:
                self.alive.remove(int(pid))
                if status != [str(-signal.SIGKILL)]:
                    self.died_alone.append(int(pid))
        return bool(lines)


def kill_again_and_again(
    settings: Settings, journal: Path, *, begin: datetime, end: datetime, kills: int, seed: int
) -> int:
    """Keeps workers busy from `begin` to `end` of the simulated time, killing one after another at a
    random moment; returns how many were killed. Each new worker wakes a little later than the last."""
    chance = random.Random(seed)  # noqa: S311 - to be repeated, not to be secret
    with _kennel(settings, journal, begin) as kennel:
        for number in range(kills + WORKERS - 1):
            kennel.start(begin + (end - begin) * number / kills, chance.randrange(2**32))
            if len(kennel.alive) < WORKERS:
                continue
            life = chance.uniform(0, LONGEST_LIFE * kennel.deed_s)
            while kennel.listen(life):
                pass  # A worker that ends by itself is reported; the others go on.
            if kennel.alive:
                kennel.kill(chance.choice(kennel.alive))
        for pid in list(kennel.alive):
            kennel.kill(pid)
        assert not kennel.died_alone, journal.read_text(encoding="utf-8")[-2000:]
        return kennel.killed


@contextmanager
def _kennel(settings: Settings, journal: Path, now: datetime) -> Iterator[Kennel]:
    kennel = Kennel(Forked(offices.main, settings, journal, now))
    try:
        while not kennel.deed_s:
            assert kennel.listen(ANSWERS_WITHIN_S), "The forking process does not get warm."
        yield kennel
    finally:
        for pid in kennel.alive:
            os.kill(pid, signal.SIGKILL)
        kennel.process.wait()

"""Crews of real worker processes that live in another time, and may be killed at any moment."""

import random
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from service.clock import SystemClock, monotonic
from tests.campaigns import shifted_worker
from tests.support.forked import Forked

UP_WITHIN_S = 120
STALLED_AFTER_S = 60


@dataclass
class Member:
    """One `trinh worker`; `up` once it has said its name."""

    process: Forked
    up: bool = False

    def listen(self, seconds: float = 0) -> bool:
        """Whether it is up, after waiting for at most so long."""
        if not self.up:
            self.up = any(line.startswith("worker ") for line in self.process.hear(seconds))
        return self.up

    def shift(self, by: timedelta) -> None:
        """Moves its wall clock."""
        self.process.tell(f"shift {by.total_seconds()}")

    def kill(self) -> None:
        """Ends it with -9."""
        self.process.kill()
        self.process.wait()


@dataclass
class Crew:
    """Workers on one database. `ahead` is how far their time is ahead of the machine's."""

    database_url: str
    folder: Path
    ahead: timedelta
    stalled_after: float = STALLED_AFTER_S
    members: list[Member] = field(default_factory=list[Member])
    killed: int = 0

    def now(self) -> datetime:
        """What the clocks of its members show, unless one was shifted alone."""
        return SystemClock().now() + self.ahead

    def start(self, *, skew: timedelta = timedelta(), environment: Mapping[str, str] | None = None) -> Member:
        """One more worker, its own clock ahead of the others' by `skew`; does not wait until it is up."""
        settings = {
            "TRINH_DATABASE_URL": self.database_url,
            "TRINH_DATA": str(self.folder),
            "TRINH_TICK_SECONDS": "1",
            "TRINH_LOG_LEVEL": "ERROR",
        }
        ahead = (self.ahead + skew).total_seconds()
        process = Forked(
            shifted_worker.main,
            ahead,
            self.stalled_after,
            environment={**settings, **(environment or {})},
            log=self.folder / "workers.log",
        )
        member = Member(process)
        self.members.append(member)
        return member

    def wait_until_up(self) -> None:
        """Until every member has begun to tick."""
        deadline = monotonic() + UP_WITHIN_S
        while not all(member.listen(0.1) for member in self.members):
            assert monotonic() < deadline, "A worker does not start."

    def shift(self, by: timedelta) -> None:
        """Moves the clocks of all members at once."""
        self.ahead += by
        for member in self.members:
            member.shift(by)

    def jump_to(self, instant: datetime) -> None:
        """Sets the clocks of all members to an instant, at once."""
        self.shift(instant.astimezone(UTC) - self.now())

    def kill_one(self, chance: random.Random) -> bool:
        """Ends one that is up with -9 and starts another; False while none is up."""
        up = [member for member in self.members if member.listen()]
        if not up:
            return False
        victim = chance.choice(up)
        victim.kill()
        self.members.remove(victim)
        self.killed += 1
        self.start()
        return True

    def died_alone(self) -> list[int]:
        """The exit statuses of members that nobody killed."""
        return [status for member in self.members if (status := member.process.status) is not None]


@contextmanager
def crew(
    database_url: str, folder: Path, begin: datetime, *, stalled_after: float = STALLED_AFTER_S
) -> Iterator[Crew]:
    """A crew that lives from `begin` on; whoever is left at the end is told to stop, and does."""
    made = Crew(database_url, folder, begin.astimezone(UTC) - SystemClock().now(), stalled_after)
    try:
        yield made
        for member in made.members:
            member.process.terminate()
        for member in made.members:
            member.process.wait(UP_WITHIN_S)
    finally:
        for member in made.members:
            if member.process.status is None:
                member.process.kill()
                member.process.wait()


def pause(seconds: float) -> None:
    """Lets the workers work."""
    time.sleep(seconds)

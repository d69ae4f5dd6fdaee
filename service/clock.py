"""The only reader of the wall clock.

Everything else is handed an instant or a `Clock`. Instants are aware and in UTC; a locality's zone
turns them into local dates.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Gives the present instant."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class ShiftedClock:
    """The machine's clock moved by an offset asked for at every reading: the demo's simulated time."""

    def __init__(self, offset: Callable[[], timedelta]) -> None:
        self._offset = offset

    def now(self) -> datetime:
        return datetime.now(UTC) + self._offset()


class FakeClock:
    """A clock that stands still until told to move; for tests, drills and benchmarks."""

    def __init__(self, now: datetime) -> None:
        if now.tzinfo is None:
            raise ValueError("A clock needs an aware instant.")
        self._now = now.astimezone(UTC)

    def now(self) -> datetime:
        return self._now

    def advance(self, duration: timedelta) -> datetime:
        """Moves on by `duration` and returns the new instant."""
        self._now += duration
        return self._now

    def set(self, now: datetime) -> None:
        """Jumps to an aware instant, forwards or backwards."""
        self._now = now.astimezone(UTC)


def monotonic() -> float:
    """Seconds on a clock that never jumps; for watchdogs and measuring only."""
    return time.monotonic()

"""`trinh worker` in a process whose wall clock tells another time, and jumps when told to."""

import sys
import threading
from datetime import timedelta
from functools import partial

import time_machine

from service import cli, jobs
from service.clock import SystemClock


def _listen(clock: time_machine.Traveller) -> None:
    for line in sys.stdin:
        clock.shift(float(line.removeprefix("shift ")))


def main(offset: float, stalled_after: float) -> None:
    """Runs the command in the other time, `offset` seconds ahead of the machine's (negative: behind).

    A line `shift SECONDS` on standard input moves it; the monotonic clock goes on as ever. After
    `stalled_after` silent seconds the watchdog steps in.
    """
    jobs.Ticker = partial(jobs.Ticker, stalled_after=timedelta(seconds=stalled_after))  # type: ignore[assignment, misc]
    with time_machine.travel(SystemClock().now() + timedelta(seconds=offset), tick=True) as clock:
        threading.Thread(target=_listen, args=(clock,), daemon=True).start()
        cli.main(["worker"], standalone_mode=False)

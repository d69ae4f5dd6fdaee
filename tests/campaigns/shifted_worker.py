"""`trinh worker` in a process whose wall clock tells another time, and jumps when told to.

`python -m tests.campaigns.shifted_worker OFFSET STALLED_AFTER`: the clock is OFFSET seconds ahead of the
machine's (negative: behind); a line `shift SECONDS` on standard input moves it. The monotonic clock goes on
as ever. STALLED_AFTER is after how many silent seconds the watchdog steps in.
"""

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


def main() -> None:
    """Runs the command in the other time."""
    offset, stalled_after = (float(text) for text in sys.argv[1:3])
    jobs.Ticker = partial(jobs.Ticker, stalled_after=timedelta(seconds=stalled_after))  # type: ignore[assignment, misc]
    with time_machine.travel(SystemClock().now() + timedelta(seconds=offset), tick=True) as clock:
        threading.Thread(target=_listen, args=(clock,), daemon=True).start()
        cli.main(["worker"], standalone_mode=False)


if __name__ == "__main__":
    main()

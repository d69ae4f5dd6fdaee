"""`python -m benchmarks [--json] [--quick] [NAME…]`: measures, and prints figures beside their goals."""

import argparse
import json
import os
import platform
import sqlite3
import sys
from collections.abc import Callable, Iterator, Mapping

from sqlalchemy import text

from benchmarks.deadlines import measure_redating, measure_reminders, measure_timers
from benchmarks.inbox_pages import measure_inbox_pages
from benchmarks.inboxes import measure_inboxes
from benchmarks.measuring import Effort, Figure, table, timed
from benchmarks.searches import measure_searches
from benchmarks.steps import measure_completions, measure_states
from benchmarks.worlds import Stage, stages
from service.clock import SystemClock

Benchmark = Callable[[Mapping[str, Stage], Effort], Iterator[Figure]]
BENCHMARKS: dict[str, Benchmark] = {
    "step": measure_completions,
    "state": measure_states,
    "inbox": measure_inboxes,
    "page": measure_inbox_pages,
    "search": measure_searches,
    "reminders": measure_reminders,
    "timers": measure_timers,
    "redating": measure_redating,
}


def main() -> int:
    """Runs the chosen benchmarks, all of them by default; 1 when a goal was missed."""
    arguments = _arguments()
    effort = Effort(arguments.quick)
    figures: list[Figure] = []
    with stages() as staged:
        machine = _machine(staged)
        for name in arguments.names or BENCHMARKS:
            for figure in BENCHMARKS[name](staged, effort):
                figures.append(figure)
                print(figure, file=sys.stderr)
    if arguments.json:
        said = {"machine": machine, "quick": effort.quick, "figures": [one.as_json() for one in figures]}
        print(json.dumps(said, ensure_ascii=False, indent=2))
    else:
        print("; ".join(f"{name} {value}" for name, value in machine.items()))
        print(table(figures))
    return int(any(figure.met is False for figure in figures))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(BENCHMARKS)}")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--quick", action="store_true", help="fewer rows and rounds, for a first look")
    arguments = parser.parse_args()
    if unknown := [name for name in arguments.names if name not in BENCHMARKS]:
        parser.error(f"unknown: {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
    return arguments


def _add() -> None:
    """How fast the machine computes just now: it tells figures of different hours and machines apart."""
    total = 0
    for number in range(10_000_000):
        total += number


def _machine(staged: Mapping[str, Stage]) -> dict[str, str]:
    """On what and when the figures were taken."""
    with staged["PostgreSQL"]() as world, world.database.engine.connect() as connection:
        version = connection.scalar(text("SHOW server_version"))
        durable = [connection.scalar(text(f"SHOW {name}")) for name in ("fsync", "synchronous_commit")]
    return {
        "taken": SystemClock().now().isoformat(timespec="minutes"),
        "cores": str(os.cpu_count()),
        "10 M additions in Python": f"{timed(_add):.1f} s",
        "load": " ".join(f"{load:.1f}" for load in os.getloadavg()),
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
        "PostgreSQL": f"{version} (fsync {durable[0]}, synchronous_commit {durable[1]})",
    }


if __name__ == "__main__":
    sys.exit(main())

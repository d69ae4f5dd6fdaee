"""`python -m tests.campaigns.smtp [--json] [--quick]`: the promise of the outbox against a bad mail server.

Every mail is sent by the service's own sender over real SMTP. The clock is moved by hand to each next
attempt. At the end `trinh verify` looks at each database.
"""

import argparse
import json
import random
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

from service import log
from service.clock import SystemClock, monotonic
from service.store import migrations
from tests.builders import build_world
from tests.campaigns.bad_mail_servers import Post, Trouble
from tests.campaigns.outboxes import Figures, Stand, verified
from tests.campaigns.smtp_kills import EACH, WORKERS, killed_in_the_middle
from tests.support.databases import running_postgresql

SEED = 20_241_205


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is tried."""

    mails: int = 40
    hanging: int = 12
    mixed: int = 150
    kills: int = 5


FULL, QUICK = Scale(), Scale(mails=4, hanging=2, mixed=12, kills=1)
Scenario = Callable[[Stand, Scale], Figures]


def _each(*troubles: Trouble) -> Scenario:
    """Each mail meets one of some troubles, up to three times; then the server behaves."""

    def run(stand: Stand, scale: Scale) -> Figures:
        waits = any(trouble in {Trouble.HANG, Trouble.HANG_AFTER} for trouble in troubles)
        chance = random.Random(SEED)  # noqa: S311 - to be repeated, not to be secret
        addresses = stand.queue(scale.hanging if waits else scale.mails)
        plan = {
            address: [chance.choice(troubles)] * (1 if waits else chance.randint(1, 3))
            for address in addresses
        }
        return stand.send_all(Post(plan))

    return run


def _refused(stand: Stand, scale: Scale) -> Figures:
    """Half of the mails are refused for good, at once or after a passing refusal."""
    chance = random.Random(SEED)  # noqa: S311 - as above
    plan: dict[str, Sequence[Trouble]] = {}
    for address in stand.queue(scale.mails):
        final = chance.choice([Trouble.NEVER, Trouble.NEVER_AFTER])
        plan[address] = chance.choice([(), (final,), (Trouble.LATER, final)])
    return stand.send_all(Post(plan))


def _nobody(stand: Stand, scale: Scale) -> Figures:
    stand.queue(scale.mails)
    return stand.send_all(Post(), away=3)


def _mute(stand: Stand, scale: Scale) -> Figures:
    stand.queue(scale.hanging)
    return stand.send_all(Post(), mute=1)


def _slow(stand: Stand, scale: Scale) -> Figures:
    stand.queue(scale.hanging)
    return stand.send_all(Post(slow_greetings=scale.hanging // 2))


def _mixed(stand: Stand, scale: Scale) -> Figures:
    """Anything may happen to anything, again and again."""
    chance = random.Random(SEED)  # noqa: S311 - as above
    plan: dict[str, Sequence[Trouble]] = {}
    rare = {Trouble.HANG, Trouble.HANG_AFTER, Trouble.NEVER, Trouble.NEVER_AFTER}
    weights = [1 if trouble in rare else 6 for trouble in Trouble]
    for address in stand.queue(scale.mixed):
        plan[address] = chance.choices(list(Trouble), weights, k=chance.randint(0, 4))
    return stand.send_all(Post(plan))


def _killed(stand: Stand, scale: Scale) -> Figures:
    return killed_in_the_middle(stand, kills=scale.kills, mails=WORKERS * EACH * scale.kills)


SCENARIOS: dict[str, Scenario] = {
    "connection refused": _nobody,
    "takes connections, says nothing": _mute,
    "greets too late": _slow,
    "451": _each(Trouble.LATER, Trouble.LATER_AFTER),
    "550": _refused,
    "hangs before the mail": _each(Trouble.HANG),
    "hangs after the mail": _each(Trouble.HANG_AFTER),
    "cuts off before the mail": _each(Trouble.DROP),
    "cuts off within the mail": _each(Trouble.DROP_WITHIN),
    "takes the mail, then cuts off": _each(Trouble.DROP_AFTER),
    "all of it at random": _mixed,
    "several workers, some killed": _killed,
}
"""Each on a database of each kind, in this order."""


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of one scenario on one database."""

    scenario: str
    database: str
    seconds: float
    figures: Figures

    @property
    def kept(self) -> bool:
        """Whether the promise was kept."""
        return self.figures.kept


def run(stand: Stand, scale: Scale, names: Sequence[str] = tuple(SCENARIOS)) -> Iterator[Row]:
    """Runs scenarios one after the other on one database."""
    for name in names:
        begun = monotonic()
        figures = SCENARIOS[name](stand, scale)
        yield Row(name, stand.kind, round(monotonic() - begun, 1), figures)


def table(rows: Sequence[Row]) -> str:
    """The figures for people."""
    heads = ("scenario", "database", "mails", "attempts", "sent", "dead", "lost", "ambiguous", "extra",
             "after 5xx", "killed", "s", "")  # fmt: skip
    lines = [
        (row.scenario, row.database, f.mails, f.attempts, f.sent, f.dead, f.lost, f.ambiguous, f.extra,
         f.after_refusal, f.killed, row.seconds, "kept" if row.kept else "BROKEN")
        for row in rows
        for f in [row.figures]
    ]  # fmt: skip
    widths = [max(len(str(cell)) for cell in column) for column in zip(heads, *lines, strict=True)]
    return "\n".join(
        "  ".join(
            str(cell).ljust(width) if isinstance(cell, str) else str(cell).rjust(width)
            for cell, width in zip(line, widths, strict=True)
        ).rstrip()
        for line in (heads, *lines)
    )


def main() -> int:
    """Runs everything on both kinds of database; 1 when a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.smtp", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--quick", action="store_true", help="fewer mails and kills, for a first look")
    arguments = parser.parse_args()
    scale = QUICK if arguments.quick else FULL
    # Mails are buried here by the dozen, as they should be: nobody needs to read of each.
    log.configure(level="CRITICAL", form="console", clock=SystemClock())
    rows: list[Row] = []
    sound: dict[str, str] = {}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="trinh-smtp-")))
        server = stack.enter_context(running_postgresql(durable=True))
        for kind, url in (
            ("SQLite", f"sqlite:///{folder / 'trinh.sqlite3'}"),
            ("PostgreSQL", server.create()),
        ):
            migrations.upgrade(url)
            world = build_world(url, folder / kind / "attachments")
            stand = Stand(world, kind, folder / kind)
            for row in run(stand, scale):
                rows.append(row)
                sys.stderr.write(f"{row.database}, {row.scenario}: {'kept' if row.kept else 'BROKEN'}\n")
            world.database.dispose()
            sound[kind] = verified(url, folder / kind)
    if arguments.json:
        told = [asdict(row) | {"kept": row.kept} for row in rows]
        sys.stdout.write(json.dumps({"rows": told, "verify": sound}, indent=2) + "\n")
    else:
        sys.stdout.write(table(rows) + "\n")
        for kind, said in sound.items():
            sys.stdout.write(f"trinh verify ({kind}): {said}\n")
    return int(
        not all(row.kept for row in rows) or any(not said.endswith("sound") for said in sound.values())
    )


if __name__ == "__main__":
    sys.exit(main())

"""`python -m tests.campaigns.race [--races 2000] [--json]`: two at once, one wins, the other is told who.

Each race lets two operations on one dossier begin at the same moment, in Works of their own, on a real
database. Exactly one may hold; whoever comes second must be told so, with the name of who was first. A
diagram that is deployed while somebody completes a task is no race for the dossier: both hold, and it stays
on its version. Everything ends with `trinh verify`.
"""

import argparse
import json
import random
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from itertools import cycle
from pathlib import Path
from threading import Barrier
from typing import Any

from service.clock import monotonic
from service.domain.dossiers import Judgement, Verdict
from service.domain.errors import Conflict, NotAllowed, TrinhError
from service.domain.people import Actor
from service.domain.tasks import Act
from service.operations.dossier import dossiers
from service.operations.setup import deployments
from service.operations.work import acts, assignments, tasks
from service.operations.work.completions import Filled
from service.store import migrations
from service.store.work import Work
from tests.builders import ROOT, World, build_world
from tests.campaigns.crews import pause
from tests.campaigns.load_deadline import aligned
from tests.campaigns.outboxes import verified
from tests.support.databases import PostgreSQL, running_postgresql

KINDS = ("SQLite", "PostgreSQL")
STARTS_WITHIN_S = 30
MOST_LATE_S = 0.01
"""A side begins up to so much after the other, lest the quicker operation always wins."""
DEPLOYED_EVERY = 20
"""Deploying takes a process of its own: it is raced so much more seldom than the rest."""

Deed = Callable[[Work], object]


@dataclass(frozen=True, slots=True)
class Side:
    """One of two who begin at once: what they do, and the name by which the other must hear of them."""

    deed: Deed
    name: str


@dataclass(frozen=True, slots=True)
class Race:
    """Two sides at one dossier; `winners` is how many of them may hold."""

    what: str
    sides: tuple[Side, Side]
    winners: int = 1


@dataclass
class Count:
    """What came of all races of one kind."""

    what: str
    database: str
    races: int = 0
    first: int = 0
    second: int = 0
    both: int = 0
    neither: int = 0
    unnamed: list[str] = field(default_factory=list[str])
    """What was said to losers without the name of who won."""
    broken: int = 0

    @property
    def kept(self) -> bool:
        """Whether each race had as many winners as it may, and every loser was told who won."""
        return not (self.broken or self.unnamed)

    def add(self, race: Race, answers: Sequence[object]) -> None:
        """Counts one race by what its sides were answered."""
        held = [not isinstance(answer, Exception) for answer in answers]
        self.races += 1
        self.both += all(held)
        self.neither += not any(held)
        self.first += held == [True, False]
        self.second += held == [False, True]
        self.broken += sum(held) != race.winners
        for side, answer in zip(reversed(race.sides), answers, strict=True):
            if isinstance(answer, Exception) and not _names(answer, side.name):
                self.unnamed.append(f"{type(answer).__name__}: {answer}")


def _names(answer: Exception, winner: str) -> bool:
    """Whether a loser was refused as it should be, and heard the winner's name."""
    said = re.search(rf"(?<!\w){re.escape(winner)}(?!\w)", str(answer))
    return isinstance(answer, Conflict | NotAllowed) and said is not None


def run(world: World, kind: str, races: int) -> list[Count]:
    """Races on one database, each kind in turn, several on the same dossier where they follow each other."""
    counts: dict[str, Count] = {}
    chance = random.Random(races)  # noqa: S311 - to be repeated, not to be secret
    with ThreadPoolExecutor(2) as pool:
        for race in _races(world, races):
            late = [chance.uniform(0, MOST_LATE_S), chance.uniform(0, MOST_LATE_S)]
            running = _running(world, Barrier(2))
            answers = list(pool.map(running, [side.deed for side in race.sides], late))
            counts.setdefault(race.what, Count(race.what, kind)).add(race, answers)
    return sorted(counts.values(), key=lambda count: count.what)


def _running(world: World, start: Barrier) -> Callable[[Deed, float], object]:
    def run_one(deed: Deed, late: float) -> object:
        start.wait(timeout=STARTS_WITHIN_S)
        pause(late)
        try:
            with world.database.write() as work:
                return deed(work)
        except TrinhError as error:
            return error

    return run_one


def _races(world: World, number: int) -> Iterator[Race]:
    """One dossier after another waits for its selection; who claims it is a race, what follows another."""
    cast = {who: world.actor(who) for who in ("clerk", "labour", "labour2", "labour_head", "admin")}
    follows = cycle((_twice, _withdrawn, _reassigned))
    made = 0
    for turn in range(1, number + 1):
        dossier_id = world.carry_to("select")
        task_id = world.task(dossier_id).id
        yield Race("claim against claim", (_claim(cast["labour"], task_id), _claim(cast["labour2"], task_id)))
        holder = cast["labour"] if _holder(world, dossier_id) == cast["labour"].person_id else cast["labour2"]
        other = cast["labour2"] if holder is cast["labour"] else cast["labour"]
        follow = _deployed if turn % DEPLOYED_EVERY == 0 else next(follows)
        yield follow(cast, dossier_id, task_id, holder, other)
        made += 2
        if made >= number:
            return


def _holder(world: World, dossier_id: int) -> int | None:
    return world.task(dossier_id).assignee_id


def _claim(actor: Actor, task_id: int) -> Side:
    return Side(lambda work: tasks.claim(work, actor, task_id), actor.name)


def _selection(actor: Actor, task_id: int) -> Side:
    def accept(work: Work) -> object:
        shown = acts.judged_at(Act.SELECT, tasks.show(work, actor, task_id).dossier.nominations)
        verdicts = {one.id: Judgement(Verdict.SELECT) for one in shown}
        return tasks.complete(work, actor, task_id, Filled({"outcome": "accept"}, verdicts))

    return Side(accept, actor.name)


def _twice(_cast: dict[str, Actor], _dossier_id: int, task_id: int, holder: Actor, _other: Actor) -> Race:
    """The same person sends the same form from two windows."""
    return Race("complete twice", (_selection(holder, task_id), _selection(holder, task_id)))


def _withdrawn(cast: dict[str, Actor], dossier_id: int, task_id: int, holder: Actor, _other: Actor) -> Race:
    clerk = cast["clerk"]
    withdrawal = Side(lambda work: dossiers.withdraw(work, clerk, dossier_id, "Rút để bổ sung."), clerk.name)
    return Race("withdraw against select", (withdrawal, _selection(holder, task_id)))


def _reassigned(cast: dict[str, Actor], _dossier_id: int, task_id: int, holder: Actor, other: Actor) -> Race:
    """Whoever loses to the head is told who holds the task now."""
    head = cast["labour_head"]

    def give(work: Work) -> object:
        return assignments.assign(work, head, task_id, other.person_id, "Chia lại việc.")

    return Race("reassign against complete", (Side(give, other.name), _selection(holder, task_id)))


def _deployed(cast: dict[str, Actor], _dossier_id: int, task_id: int, holder: Actor, _other: Actor) -> Race:
    drawn = (ROOT / "bpmn" / "award_dossier.bpmn").read_text(encoding="utf-8")
    changed = drawn.replace("</bpmn:definitions>", f"<!-- {task_id} --></bpmn:definitions>")
    deploying = Side(
        lambda work: deployments.deploy(work, changed.encode(), cast["admin"].name), cast["admin"].name
    )
    return Race("deploy against complete", (deploying, _selection(holder, task_id)), winners=2)


def table(counts: Sequence[Count], seconds: float) -> str:
    """The figures for people."""
    heads = ("race", "database", "races", "first won", "second won", "both", "neither", "not told who", "")
    lines = [
        (one.what, one.database, one.races, one.first, one.second, one.both, one.neither, len(one.unnamed),
         "" if one.kept else "BROKEN")
        for one in counts
    ]  # fmt: skip
    total = sum(one.races for one in counts)
    said = [f"  not named: {text}" for one in counts for text in sorted(set(one.unnamed))[:3]]
    return "\n".join([aligned([heads, *lines]), *said, f"{total} races in {seconds:.0f} s"])


def main() -> int:
    """Runs everything; 1 when a race had no single winner, or a loser was not told who won."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.race", description=__doc__)
    parser.add_argument("--races", type=int, default=2000, help="on both databases together")
    parser.add_argument("--database", choices=KINDS, help="only this kind")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    given = parser.parse_args()
    kinds = [given.database] if given.database else list(KINDS)
    counts: list[Count] = []
    verdicts: dict[str, str] = {}
    begun = monotonic()
    with tempfile.TemporaryDirectory(prefix="trinh-race-") as folder, running_postgresql() as server:
        for kind in kinds:
            counts += _on(kind, Path(folder), server, given.races // len(kinds), verdicts)
    seconds = monotonic() - begun
    if given.json:
        told: dict[str, Any] = {"races": [asdict(one) | {"kept": one.kept} for one in counts]}
        sys.stdout.write(json.dumps(told | {"verify": verdicts}, indent=2, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(table(counts, seconds) + "\n")
        for kind, said in verdicts.items():
            sys.stdout.write(f"trinh verify ({kind}): {said}\n")
    sound = all(said.endswith("sound") for said in verdicts.values())
    return int(not sound or Counter(one.kept for one in counts)[False] > 0)


def _on(kind: str, folder: Path, server: PostgreSQL, races: int, verdicts: dict[str, str]) -> list[Count]:
    own = folder / kind
    own.mkdir()
    url = f"sqlite:///{own / 'trinh.sqlite3'}" if kind == "SQLite" else server.create()
    migrations.upgrade(url)
    world = build_world(url, own / "attachments")
    try:
        return run(world, kind, races)
    finally:
        world.database.dispose()
        verdicts[kind] = verified(url, own)


if __name__ == "__main__":
    sys.exit(main())

"""What a reviewer's inbox costs while the number of open tasks grows a hundredfold."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass

from benchmarks.crowds import Crowd, Spread
from benchmarks.measuring import Effort, Figure, Goal, in_turns
from benchmarks.worlds import Stage
from service.domain.people import Actor
from service.domain.queues import Wanted
from service.domain.tasks import Folder
from service.operations.work import folders
from service.store import people
from service.store.work import Database
from tests.builders import World

INBOX_GOAL = Goal(1.3)
SMALL, LARGE = 1_000, 100_000
DISTRICTS_PER_THOUSAND = 4
LOOKED_AT = "2024-12-02 09:00"
MIX: tuple[tuple[str, str | None, int], ...] = (
    ("prepare", None, 20),
    ("returned", None, 5),
    ("select", None, 30),
    ("select", "labour", 10),
    ("appraise", None, 15),
    ("appraise", "interior", 5),
    ("decide", None, 15),
)
"""Where open tasks wait, who holds them, and how many in a hundred."""


@dataclass(frozen=True, slots=True)
class Look:
    """One look into an inbox: the first page of the office's folder, and the counts of all folders."""

    database: Database
    actor: Actor

    def __call__(self) -> None:
        with self.database.read() as work:
            page = folders.look(work, self.actor, Wanted(Folder.GROUP))
            counts = folders.count(work, self.actor).folders
        if len(page.tasks) < 50 or not counts[Folder.GROUP]:
            raise RuntimeError("The inbox is too empty to say anything.")


def measure_inboxes(stages: Mapping[str, Stage], effort: Effort) -> Iterator[Figure]:
    """The same look at 1 000 and at 100 000 open tasks: by a district's reviewer, whose office stays as
    large while a hundred times more offices join, and by a reviewer of the one office that grows with
    the whole."""
    for name, stage in stages.items():
        with ExitStack() as worlds:
            small, large = worlds.enter_context(stage()), worlds.enter_context(stage())
            fill(small, SMALL)
            fill(large, LARGE if not effort.quick else LARGE // 5)
            for office, who in (("a district office", "labour-1"), ("the largest office", "labour")):
                taken = in_turns(
                    effort.of(40, 15),
                    {
                        "small": Look(small.database, actor_named(small, who)),
                        "large": Look(large.database, actor_named(large, who)),
                    },
                )
                large_label = "100 k" if not effort.quick else "20 k"
                yield Figure("inbox", f"{office}, at 1 k open tasks", name, taken["small"] * 1000, "ms")
                yield Figure("inbox", f"{office}, at {large_label}", name, taken["large"] * 1000, "ms")
                ratio = taken["large"] / taken["small"]
                yield Figure("inbox", f"{office}, {large_label} / 1 k", name, ratio, "×", INBOX_GOAL)


def fill(world: World, number: int) -> None:
    """Spreads `number` open tasks over offices: a quarter in locality 0, the rest over districts."""
    spread = Spread(others=number * DISTRICTS_PER_THOUSAND // 1000)
    templates = [(template(world, element, holder), share) for element, holder, share in MIX]
    crowd = Crowd(world)
    crowd.add_localities(spread.others)
    for template_id, share in templates:
        crowd.add_dossiers(template_id, number * share // 100, spread, rules=())
    world.on(LOOKED_AT)
    crowd.settle()


def template(world: World, element: str, holder: str | None) -> int:
    if element == "returned":
        dossier_id = world.carry_to("select")
        world.select(dossier_id, outcome="return_unit", reason="Chưa có xác nhận của UBND xã.")
        return dossier_id
    dossier_id = world.carry_to(element)
    if holder is not None:
        world.claim(holder, world.task(dossier_id, element).id)
    return dossier_id


def actor_named(world: World, sign_in_name: str) -> Actor:
    """Somebody as an actor, by the name under which they sign in."""
    with world.database.read() as work:
        person = people.find_by_sign_in_name(work, sign_in_name)
        if person is None:
            raise LookupError(sign_in_name)
        return people.actor_of(work, person)

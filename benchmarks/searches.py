"""What a search costs while the number of dossiers grows a hundredfold."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass

from sqlalchemy import text

from benchmarks.crowds import Crowd, Spread
from benchmarks.inboxes import actor_named
from benchmarks.measuring import Effort, Figure, Goal, in_turns
from benchmarks.worlds import Stage
from service.domain.people import Actor
from service.domain.searches import Wanted
from service.operations.dossier import dossiers
from service.operations.report import progress, searches
from service.store.work import Database
from tests.builders import World

SEARCH_GOAL = Goal(2)
SMALL, LARGE = 1_000, 100_000
RARE = 40
"""Dossiers with the rare word, in the small world as in the large one."""
ASKED = {
    "a rare word": "hiem gap",
    "two common words": "nguyen khen",
    "common words and a rare one": "nguyen khen hiem",
    "nothing that fits": "nguyen khong",
}
"""What is typed. All but the last are found on the first page."""
_COPY_WORDS = """
INSERT INTO search_words (locality_id, subject, word, subject_id)
SELECT dossiers.locality_id, 'dossier', search_words.word, dossiers.id
FROM dossiers
JOIN dossiers AS template ON template.search_key = dossiers.search_key AND template.id <= :last
JOIN search_words ON search_words.subject = 'dossier' AND search_words.subject_id = template.id
WHERE dossiers.id > :last
"""
_COPY_NAMES = """
INSERT INTO search_words (locality_id, subject, word, subject_id)
SELECT dossiers.locality_id, 'nomination', search_words.word, nominations.id
FROM nominations
JOIN dossiers ON dossiers.id = nominations.dossier_id
JOIN dossiers AS template ON template.search_key = dossiers.search_key AND template.id <= :last
JOIN nominations AS named ON named.dossier_id = template.id AND named.position = nominations.position
JOIN search_words ON search_words.subject = 'nomination' AND search_words.subject_id = named.id
WHERE dossiers.id > :last
"""


@dataclass(frozen=True, slots=True)
class Look:
    """One search for everything, as the field in the head of a page asks it."""

    database: Database
    actor: Actor
    typed: str

    def __call__(self) -> None:
        with self.database.read() as work:
            searches.find(work, self.actor, Wanted(self.typed))


@dataclass(frozen=True, slots=True)
class Progress:
    """One look at where the round of a district stands."""

    database: Database
    actor: Actor

    def __call__(self) -> None:
        locality_id = next(iter(self.actor.locality_ids))
        with self.database.read() as work:
            progress.show(work, self.actor, locality_id, "annual-2024")


def measure_searches(stages: Mapping[str, Stage], effort: Effort) -> Iterator[Figure]:
    """The same searches among 1 000 and among 100 000 dossiers, a quarter of them for the searcher to see."""
    number = effort.of(LARGE, LARGE // 5)
    label = f"{number // 1000} k / 1 k"
    for name, stage in stages.items():
        with ExitStack() as worlds:
            small, large = worlds.enter_context(stage()), worlds.enter_context(stage())
            fill(small, SMALL)
            fill(large, number)
            for what, typed in ASKED.items():
                taken = in_turns(
                    effort.of(30, 10),
                    {
                        one: Look(world.database, actor_named(world, "labour"), typed)
                        for one, world in (("small", small), ("large", large))
                    },
                )
                yield Figure("search", f"{what}, at {number // 1000} k", name, taken["large"] * 1000, "ms")
                ratio = taken["large"] / taken["small"]
                yield Figure("search", f"{what}, {label}", name, ratio, "×", SEARCH_GOAL)
            taken = in_turns(
                effort.of(20, 10),
                {
                    one: Progress(world.database, actor_named(world, "labour-1"))
                    for one, world in (("small", small), ("large", large))
                },
            )
            yield Figure(
                "search",
                f"progress of a district's round, {label}",
                name,
                taken["large"] / taken["small"],
                "×",
                SEARCH_GOAL,
            )


def fill(world: World, number: int) -> None:
    """Spreads `number` dossiers over localities, a quarter of them in locality 0; a few have a rare word."""
    spread = Spread(others=max(1, number * 4 // 1000))
    common = [world.carry_to(element) for element in ("select", "appraise", "decide", "nowhere")]
    rare = world.open_dossier(title="Trường hợp hiếm gặp")
    clerk = world.actor("clerk")
    with world.database.write() as work:
        dossiers.rename(work, clerk, rare, "Khen thưởng trường hợp hiếm gặp")
    world.submit(rare)
    crowd = Crowd(world)
    crowd.add_localities(spread.others)
    for template_id in common:
        crowd.add_dossiers(template_id, number // len(common), spread, rules=())
    crowd.add_dossiers(rare, RARE, Spread(), rules=())
    with world.database.engine.execution_options(immediate=True).begin() as connection:
        for copying in (_COPY_WORDS, _COPY_NAMES):
            connection.execute(text(copying), {"last": rare})
    crowd.settle()

"""What completing a task costs, against the floor; and how large the engine's state is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from statistics import median

from benchmarks.floors import Snapshot, Twin, difference, snapshot
from benchmarks.measuring import Effort, Figure, Goal, timed, undisturbed
from benchmarks.worlds import Stage
from service.domain.dossiers import Judgement, Verdict
from service.domain.people import Actor
from service.domain.tasks import Act
from service.operations.work import acts, tasks
from service.operations.work.completions import Filled
from service.store import dossiers
from service.store import tasks as task_rows
from service.store.work import Database
from tests.builders import World

COMPLETION_GOAL = Goal(2.5)
STATE_GOAL = Goal(1500)
ROUTE = ("prepare", "select", "forward_to_interior", "appraise", "forward_to_chairman", "decide")
_WHO = {
    "prepare": "clerk",
    "select": "labour",
    "forward_to_interior": "labour",
    "appraise": "interior",
    "forward_to_chairman": "interior",
    "decide": "chairman",
}
AWARDS = ("giay_khen", "giay_khen")


@dataclass(frozen=True, slots=True)
class Ready:
    """A completion that only waits to be timed."""

    database: Database
    actor: Actor
    task_id: int
    filled: Filled

    def __call__(self) -> None:
        with self.database.write() as work:
            tasks.complete(work, self.actor, self.task_id, self.filled)


def measure_completions(stages: Mapping[str, Stage], effort: Effort) -> Iterator[Figure]:
    """Whole routes, from the unit's submission to the Chairman's signature, beside their floor."""
    for name, stage in stages.items():
        with stage() as world:
            taken = _walk_routes(world, effort.of(12, 4))
        service = {element: median(times[0] for times in taken[element]) for element in ROUTE}
        floor = {element: median(times[1] for times in taken[element]) for element in ROUTE}
        mean_service, mean_floor = (sum(part.values()) / len(ROUTE) * 1000 for part in (service, floor))
        yield Figure("step", "a completed step", name, mean_service, "ms")
        yield Figure("step", "its floor: the same rows, no engine", name, mean_floor, "ms")
        yield Figure(
            "step",
            "completed step / floor",
            name,
            mean_service / mean_floor,
            "×",
            COMPLETION_GOAL if name == "PostgreSQL" else None,
            {element: service[element] / floor[element] for element in ROUTE},
        )


def measure_states(stages: Mapping[str, Stage], effort: Effort) -> Iterator[Figure]:
    """The stored state of a dossier at selection, and the cost of completing it, after returns."""
    del effort  # A state is as large on every run.
    with stages["SQLite"]() as world:
        dossier_id = world.open_dossier(awards=AWARDS)
        for returns in range(21):
            world.submit(dossier_id)
            if returns in {0, 5, 20}:
                with world.database.read() as work:
                    size = len(dossiers.instance(work, dossier_id).state)
                yield Figure("state", f"stored state after {returns} returns", "any", size, "B", STATE_GOAL)
            world.select(dossier_id, outcome="return_unit", reason="Chưa có xác nhận của UBND xã.")


def ready(world: World, dossier_id: int, element_id: str) -> Ready:
    """Claims the open task of a dossier and fills its form; the completion itself is left to do."""
    task = world.task(dossier_id, element_id)
    who = _WHO[element_id]
    world.claim(who, task.id)
    with world.database.read() as work:
        shown = acts.judged_at(Act(task.act), task_rows.get(work, task.id).dossier.nominations)
        judgements = {nomination.id: Judgement(Verdict.SELECT) for nomination in shown}
    today = world.today()
    values_at: dict[Act, dict[str, object]] = {
        Act.SUBMIT: {"letter_number": "15/TTr", "letter_date": today},
        Act.SELECT: {"outcome": "accept"},
        Act.FORWARD: {"number": f"{dossier_id}/TTr-{element_id}", "signed_on": today},
        Act.APPRAISE: {"outcome": "accept"},
        Act.DECIDE: {"outcome": "approve", "decision_number": f"{dossier_id}/QĐ", "signed_on": today},
    }
    filled = Filled(values_at[Act(task.act)], judgements)
    return Ready(world.database, world.actor(who), task.id, filled)


def _walk_routes(world: World, number: int) -> dict[str, list[tuple[float, float]]]:
    """For each step of the route, pairs of seconds: by the service, and by the floor right after it."""
    taken: dict[str, list[tuple[float, float]]] = {element: [] for element in ROUTE}
    for route in range(number + 1):
        # Every dossier has nominees of its own, as communes do.
        dossier_id, twin_id = (
            world.open_dossier(awards=AWARDS, nominee=f"Hộ bà Trần Thị {route} {side}") for side in "AB"
        )
        twin = Twin(world.database, twin_id)
        with world.database.read() as work:
            round_id = dossiers.get(work, dossier_id).round_id
        with undisturbed():
            for element, pair in _walk_route(world, twin, dossier_id, round_id):
                if route:  # The first route warms all caches up.
                    taken[element].append(pair)
    return taken


def _walk_route(
    world: World, twin: Twin, dossier_id: int, round_id: int
) -> Iterator[tuple[str, tuple[float, float]]]:
    for element in ROUTE:
        before = _both(world, dossier_id, twin.dossier_id, round_id)
        complete = ready(world, dossier_id, element)
        _follow(world, twin, dossier_id, round_id, before)
        before = _both(world, dossier_id, twin.dossier_id, round_id)
        service = timed(complete)
        yield element, (service, _follow(world, twin, dossier_id, round_id, before))


def _both(world: World, dossier_id: int, twin_id: int, round_id: int) -> tuple[Snapshot, Snapshot]:
    return snapshot(world.database, dossier_id, round_id), snapshot(world.database, twin_id, round_id)


def _follow(
    world: World, twin: Twin, dossier_id: int, round_id: int, before: tuple[Snapshot, Snapshot]
) -> float:
    """Lets the twin follow what happened to the original since `before`; the seconds it took."""
    changes = difference(before[0], snapshot(world.database, dossier_id, round_id))
    prepared = twin.prepare(changes, *before)
    return timed(lambda: twin.follow(prepared))

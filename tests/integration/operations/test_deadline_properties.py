"""A property: after any changes of a round's deadlines, what waits is what a fresh start would plan."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service import engine
from service.clock import FakeClock
from service.domain.amendments import Guidance
from service.domain.deadlines import Bound, LatePolicy, Roll
from service.domain.errors import Conflict, Invalid, NotFound
from service.domain.reminders import materialise
from service.operations import calendars, dues
from service.operations.process import effects, processes
from service.operations.schedule import deadlines
from service.operations.schedule.deadlines import Changed, Extending, Place, Terms
from service.operations.staff import directories
from service.operations.watch import ticks
from service.store import dossiers as dossier_rows
from service.store import locks
from service.store import reminders as reminder_rows
from service.store import tasks as task_rows
from service.store.work import Database, Work
from tests.builders import LOCALITY, World, local
from tests.integration.operations.readings import broken
from tests.support.databases import PostgreSQL

BEGINS = "2024-11-20 09:00"
GUIDANCE = Guidance("12/HD-UBND", "UBND tỉnh", date(2024, 11, 1), "2", "trước ngày")
ROUNDS = ("annual-2024", "final-2025")

DAYS = st.dates(date(2024, 11, 10), date(2024, 12, 20))
PLACES = st.builds(
    lambda round_, key: Place(LOCALITY, round_, key),
    st.sampled_from(ROUNDS),
    st.sampled_from(["unit_submission", "labour_review"]),
)
TERMS = st.builds(
    Terms,
    day=st.one_of(st.none(), DAYS, DAYS, DAYS),
    bound=st.sampled_from(Bound),
    roll=st.sampled_from(Roll),
    late=st.sampled_from(LatePolicy),
    ladder=st.just("default"),
    awaits=st.just("UBND tỉnh"),
)
UNITS = st.sampled_from(["van_gia", "van_thanh"])
ACTS = st.one_of(
    st.tuples(st.just("change"), PLACES, TERMS),
    st.tuples(st.just("change"), PLACES, TERMS),
    st.tuples(st.just("extend"), PLACES, st.builds(Extending, UNITS, DAYS)),
    st.tuples(st.just("end"), PLACES, UNITS),
    st.tuples(st.just("withdraw"), PLACES, st.none()),
)
MOVES = st.lists(st.tuples(st.integers(0, 72), ACTS), min_size=1, max_size=6)


@contextmanager
def world_at(url: str, folder: Path) -> Iterator[World]:
    clock = FakeClock(local(BEGINS))
    world = World(Database(url, clock), clock, folder)
    yield world
    world.database.dispose()


def run(work: Work, world: World, act: tuple[str, Place, object]) -> Changed:
    """Does one act as an administrator."""
    verb, place, given_ = act
    admin = world.actor("admin")
    if isinstance(given_, Terms):
        return deadlines.change(work, admin, place, given_, reason="Lý do", guidance=GUIDANCE)
    if isinstance(given_, Extending):
        return deadlines.extend(work, admin, place, given_, reason="Lý do")
    if verb == "end":
        return deadlines.end_extension(work, admin, place, str(given_), reason="Lý do")
    return deadlines.withdraw(work, admin, place, reason="Lý do")


def follow(world: World, moves: list[tuple[int, tuple[str, Place, object]]]) -> None:
    """Lets time pass and things change; every preview tells what the change then does."""
    for hours, act in moves:
        world.clock.advance(timedelta(hours=hours))
        ticks.tick(world.database)
        try:
            told = effects.tried(world.database, lambda work, act=act: run(work, world, act))
        except (Conflict, Invalid, NotFound):
            continue
        with world.database.write() as work:
            done = run(work, world, act)
        assert told == done


def opened(world: World) -> list[int]:
    """Dossiers of two units in two rounds, one of them under review."""
    found = [
        world.open_dossier(with_papers=False),
        world.open_dossier("neighbour", with_papers=False),
        world.open_dossier(round_key="final-2025", with_papers=False),
    ]
    submitted = world.open_dossier()
    world.submit(submitted)
    return [*found, submitted]


def check(world: World, dossier_ids: list[int]) -> None:
    """Tasks stand at their dues, timers at the engine's, reminders are those computed from scratch."""
    assert broken(world) == []
    with world.database.write() as work:
        for dossier_id in dossier_ids:
            _check_dossier(work, dossier_id)


def _check_dossier(work: Work, dossier_id: int) -> None:
    dossier = dossier_rows.get(work, dossier_id)
    locality = dossier.round.locality
    zone = ZoneInfo(locality.zone)
    locked = locks.one(work, dossier_id)
    due = dues.of(work, dossier)
    step = engine.inspect(processes.definition_of(work, locked.instance), locked.instance.state)
    known = task_rows.timers(work, dossier_id)
    assert {key: row.due_at for key, row in known.items()} == {
        timer.task_id: timer.due_at for timer in step.timers
    }
    ladders = directories.of(work, locality).ladders
    for one in step.open_tasks:
        task, its = locked.tasks[one.id], due.get(one.deadline or "")
        assert (task.due_at, task.last_day) == ((its.due_at, its.last_day) if its else (None, None))
        assert task.extension_id == (its.extension.id if its and its.extension else None)
        sent: set[tuple[str, date]] = set()
        waiting: dict[tuple[str, date], datetime] = {}
        for row in reminder_rows.of_tasks(work, [task.id])[task.id]:
            key = row.rule_key, row.deadline_date
            if row.fired_at is not None:
                sent.add(key)
            elif row.cancelled_at is None:
                waiting[key] = row.fire_at
        planned: dict[tuple[str, date], datetime] = {}
        if its is not None and its.last_day is not None and its.due_at is not None:
            resolved = its.resolved(dossier.round.key, zone)
            # Nobody is urged to send in what is taken no more.
            taken_late = its.row.late_policy == LatePolicy.ACCEPT_FLAGGED
            urged = taken_late or its.row.owner != "unit" or dossier.submitted_at is not None
            for rung in materialise(ladders[task.ladder or ""], resolved, calendars.of(work, locality)):
                if urged if rung.fire_at >= its.due_at else rung.fire_at > work.now:
                    planned[rung.rule_key, its.last_day] = rung.fire_at
        wanted = {key: at for key, at in planned.items() if key not in sent}
        assert waiting.keys() == wanted.keys()
        # What was overdue already when it was planned goes out at once, not in the past.
        assert all(waiting[key] == at or at <= waiting[key] <= work.now for key, at in wanted.items())


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(MOVES)
def test_what_waits_after_any_changes_is_what_a_fresh_start_would_plan(
    deployed_sqlite: Path, moves: list[tuple[int, tuple[str, Place, object]]]
) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "trinh.sqlite3"
        path.write_bytes(deployed_sqlite.read_bytes())
        with world_at(f"sqlite:///{path}", Path(folder)) as world:
            dossier_ids = opened(world)
            follow(world, moves)
            check(world, dossier_ids)


@settings(
    max_examples=3,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(MOVES)
def test_what_waits_after_any_changes_on_postgresql_too(
    postgresql: PostgreSQL,
    deployed_postgresql: str,
    tmp_path: Path,
    moves: list[tuple[int, tuple[str, Place, object]]],
) -> None:
    url = postgresql.create(like=deployed_postgresql)
    try:
        with world_at(url, tmp_path) as world:
            dossier_ids = opened(world)
            follow(world, moves)
            check(world, dossier_ids)
    finally:
        postgresql.drop(url)

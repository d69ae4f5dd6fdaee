"""How many statements a step costs: people who work together must not make every completion dearer."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

from sqlalchemy import event

from service.operations.staff import substitutions
from service.operations.staff.substitutions import Away
from service.operations.watch import verification
from service.operations.work import tasks
from service.operations.work.completions import Filled
from service.store import people
from tests.builders import LOCALITY, World


@contextmanager
def counting(world: World) -> Iterator[list[str]]:
    """The statements that reach the database inside the block."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("BEGIN"):  # SQLite's own way to open a transaction is a statement.
            seen.append(statement)

    event.listen(world.database.engine, "before_cursor_execute", note)
    yield seen
    event.remove(world.database.engine, "before_cursor_execute", note)


def forward(world: World, dossier_id: int, who: str, number: str) -> Callable[[], None]:
    task, actor = world.task(dossier_id), world.actor(who)
    world.claim(who, task.id)

    def act() -> None:
        with world.database.write() as work:
            filled = Filled({"number": number, "signed_on": world.today()})
            tasks.complete(work, actor, task.id, filled)

    return act


def test_a_substitute_costs_no_statement_more_than_the_person_they_stand_in_for(world: World) -> None:
    plain, replaced = (world.carry_to("forward_to_chairman") for _ in range(2))
    forward(world, world.carry_to("forward_to_chairman"), "interior", "1/TTr")()  # What is read only once.
    act = forward(world, plain, "interior", "2/TTr")
    with counting(world) as usual:
        act()
    with world.database.read() as work, counting(world) as alone:
        people.actor_of(work, people.find_by_sign_in_name(work, "interior_head"))  # type: ignore[arg-type]
    with world.database.write() as work:
        head, away = world.actor("interior_head"), world.actor("interior")
        entry = Away(away.person_id, head.person_id, date(2024, 11, 20), date(2024, 11, 20), "Nghỉ")
        substitutions.enter(work, away, LOCALITY, entry)
    with world.database.read() as work, counting(world) as standing_in:
        people.actor_of(work, people.find_by_sign_in_name(work, "interior_head"))  # type: ignore[arg-type]
    assert len(standing_in) == len(alone) == 2
    act = forward(world, replaced, "interior_head", "3/TTr")
    with counting(world) as in_place:
        act()
    assert len(in_place) == len(usual)


def test_verification_asks_as_much_of_many_dossiers_as_of_two(world: World) -> None:
    """Else proving a database of a hundred thousand dossiers takes longer than the night that it has."""
    for _ in range(2):
        world.carry_to("select")
    verify(world)  # What is read only once.
    with counting(world) as of_two:
        verify(world)
    for _ in range(4):
        world.carry_to("select")
    with counting(world) as of_six:
        verify(world)
    assert len(of_six) == len(of_two)


def verify(world: World) -> None:
    with world.database.read() as work:
        assert verification.verify(work, world.folder).sound

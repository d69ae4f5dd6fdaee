"""How databases read folders: by an index and no further than needed, whatever the folder and the order."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from sqlalchemy import event, text

from benchmarks.crowds import Crowd, Spread
from service.clock import FakeClock
from service.domain.queues import SortKey, Wanted, read_sort
from service.domain.tasks import Folder
from service.operations.work.folders import reader_of
from service.store import folders
from service.store.folder_parts import Reader
from service.store.folders import Place
from service.store.work import Database, Work
from tests.builders import World, local

ANYBODY = Reader(7, (1, 2), led=(3, 4), absent=((8, (1,)),))
ORDERS = ("", *(key.value for key in SortKey), *(f"-{key.value}" for key in SortKey), "unit,-deadline,code")
MANY, CAP = 1500, 40


def test_no_folder_in_no_order_is_read_without_an_index(sqlite_url: str) -> None:
    database = Database(sqlite_url, FakeClock(local("2024-12-02 09:00")))
    with database.read() as work:
        said = _listen(work)
        for which, order in product(Folder, ORDERS):
            wanted = Wanted(which, sort=read_sort(order))
            assert folders.listing(work, ANYBODY, wanted, 21) == []
            kinds = folders.kinds_of_place(wanted)
            behind = Place(tuple("x" if kind is str else work.now for kind in kinds), 5)
            assert folders.listing(work, ANYBODY, wanted, 21, behind) == []
        folders.counts(work, ANYBODY, ())
        asked = dict(said)
        assert len(asked) > len(Folder) * len(ORDERS)
        wrong = {one: bad for one, values in asked.items() if (bad := list(_walks(work, one, values)))}
    database.dispose()
    assert wrong == {}


@pytest.mark.parametrize("world", ["postgresql"], indirect=True)
def test_no_folder_in_no_order_reads_more_than_its_cap(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "SORTED_CAP", CAP)
    monkeypatch.setattr(Folder, "counted_to", CAP)
    _fill(world)
    with world.database.read() as work:
        said = _listen(work)
        for who, which in (
            ("labour", Folder.MINE),
            ("labour", Folder.GROUP),
            ("labour", Folder.OVERDUE),
            ("labour", Folder.SUPPLEMENT),
            ("labour_head", Folder.OFFICE),
            ("clerk", Folder.WAITING),
            ("clerk", Folder.DONE),
        ):
            reader = reader_of(work, world.actor(who))
            for order in ("", "unit,-deadline", "-code", "step"):
                said.clear()
                found = folders.listing(work, reader, Wanted(which, sort=read_sort(order)), 21)
                assert len(found) == 21, (which, order)
                assert _rows_read(work, *said[0]) <= CAP * 20 < MANY, (which, order)
            said.clear()
            assert folders.counts(work, reader, ()).folders[which] == CAP
            # All folders are counted in one statement; of a heap as small as these PostgreSQL may rather
            # sort the whole than follow its index.
            assert _rows_read(work, *said[0]) <= CAP * 20 + MANY < 2 * MANY, which


def _fill(world: World) -> None:
    """Lets tasks lie in every folder: unclaimed, in hand, returned, sent on, all of them late."""
    free, held, returned = (world.carry_to("select") for _ in range(3))
    world.claim("labour", world.task(held).id)
    world.select(returned, outcome="return_unit", reason="Thiếu xác nhận.")
    crowd = Crowd(world)
    for template in (free, held, returned):
        crowd.add_dossiers(template, MANY, Spread(), to_read=True)
    world.on("2024-12-20 09:00")
    with world.database.engine.begin() as connection:
        connection.execute(text("ANALYZE"))


def _listen(work: Work) -> list[tuple[str, Any]]:
    said: list[tuple[str, Any]] = []
    engine = work.session.get_bind().engine  # type: ignore[union-attr]
    event.listen(engine, "before_cursor_execute", lambda *given: said.append((given[2], given[3])))
    return said


def _walks(work: Work, statement: str, values: Any) -> Iterator[str]:
    """The steps in which SQLite walks a whole table of tasks or dossiers."""
    for row in work.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values):
        if str(row[3]).startswith(("SCAN user_tasks", "SCAN dossiers")):
            yield str(row[3])


def _rows_read(work: Work, statement: str, values: Any) -> float:
    """How many rows of tasks PostgreSQL looks at, those that it throws away included."""
    connection = work.session.connection()
    plan = connection.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", values).scalar_one()
    return _rows_of(plan[0]["Plan"])


def _rows_of(node: dict[str, Any]) -> float:
    inner = sum(_rows_of(one) for one in node.get("Plans", []))
    if node.get("Relation Name") != "user_tasks":
        return inner
    looked_at = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
    return inner + looked_at * node["Actual Loops"]

"""Copying a locality for a rehearsal: nothing is forgotten, and nobody comes along."""

from sqlalchemy import select

from service.store import copies
from service.store.localities import round_of
from service.store.tables import DeadlineExtension, Organisation, Table
from tests.builders import LOCALITY, World, local


def test_every_table_is_copied_or_left_out_for_a_reason() -> None:
    known = {table.__tablename__ for table in (*copies.COPIED, *copies.CARRIED, *copies.LEFT_OUT)}
    assert set(Table.metadata.tables) == known
    assert not {*copies.COPIED, *copies.CARRIED} & set(copies.LEFT_OUT)


def test_a_copied_table_needs_nobody() -> None:
    demanding = [
        f"{table.__tablename__}.{column.name}"
        for table in (*copies.COPIED, *copies.CARRIED)
        for column in table.__table__.columns
        for key in column.foreign_keys
        if key.column.table.name == "people" and not column.nullable
    ]
    assert not demanding


def test_rows_come_with_every_column_and_without_names(world: World) -> None:
    with world.database.write() as work:
        deadline = round_of(work, LOCALITY, "annual-2024").deadlines[0]
        unit = work.session.scalars(select(Organisation).where(Organisation.key == "van_gia")).one()
        work.session.add(
            DeadlineExtension(
                deadline_id=deadline.id,
                unit_id=unit.id,
                day=local("2024-12-05 00:00").date(),
                last_day=local("2024-12-04 00:00").date(),
                due_at=local("2024-12-05 00:00"),
                reason="Bão",
                granted_by_id=world.actor("admin").person_id,
                granted_by_name="Lê Quản Trị",
                granted_at=work.now,
            )
        )
    with world.database.read() as work:
        copied = copies.take(work, LOCALITY, "annual-2024")
    for name, rows in copied.items():
        columns = set(Table.metadata.tables[name].columns.keys())
        assert all(set(row) == columns for row in rows), name
    (extension,) = copied["deadline_extensions"]
    assert (extension["granted_by_id"], extension["granted_by_name"], extension["reason"]) == (
        None,
        "",
        "Bão",
    )
    assert "Lê Quản Trị" not in str(copied)


def test_only_the_newest_diagram_and_forms_come_along(world: World) -> None:
    with world.database.read() as work:
        copied = copies.take(work, LOCALITY, "annual-2024")
    for name in ("process_definitions", "form_versions"):
        keys = [row["key"] for row in copied[name]]
        assert len(keys) == len(set(keys)) > 0


def test_the_other_rounds_stay_behind(world: World) -> None:
    with world.database.read() as work:
        copied = copies.take(work, LOCALITY, "annual-2024")
    assert [row["key"] for row in copied["rounds"]] == ["annual-2024"]
    assert {row["round_id"] for row in copied["deadlines"]} == {copied["rounds"][0]["id"]}

"""Many dossiers and many localities, copied in sets from a few that were really carried there.

A template is a dossier that the operations opened and carried to a step. Its rows are copied n times
by one `INSERT … SELECT` per table, so every copy has a real engine state, real tasks, timers and
reminders, and the operations can go on with it. The shipped locality is copied the same way, with its
offices, groups, rounds, deadlines and people: locality 0 is the shipped one, locality c its c-th copy.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    String,
    Table,
    case,
    cast,
    func,
    insert,
    literal,
    select,
    text,
    true,
)

from service.store import tables
from tests.builders import LOCALITY, World

_LOCALITY_TABLES: tuple[Table, ...] = tuple(
    model.__table__  # type: ignore[misc]
    for model in (
        tables.Locality,
        tables.Plan,
        tables.Campaign,
        tables.Organisation,
        tables.Role,
        tables.CandidateGroup,
        tables.Award,
        tables.ReminderRule,
        tables.Round,
        tables.Deadline,
        tables.Person,
        tables.Membership,
    )
)
_DOSSIER_TABLES: tuple[tuple[Table, str], ...] = tuple(
    (model.__table__, owner)  # type: ignore[misc]
    for model, owner in (
        (tables.Dossier, "id"),
        (tables.ProcessInstance, "dossier_id"),
        (tables.Nomination, "dossier_id"),
        (tables.UserTask, "dossier_id"),
        (tables.Timer, "dossier_id"),
        (tables.Reminder, "task_id"),
    )
)
HISTORIES = 5
"""So many different ones have the dossiers that wait for selection; a crowd is made of as many parts."""
_READ = frozenset({"dossiers", "user_tasks"})
"""What lists of tasks read."""
_MADE_UNIQUE = {"localities": "code_prefix", "people": "sign_in_name", "dossiers": "code"}


@dataclass(frozen=True, slots=True)
class Spread:
    """How copies are dealt out to localities: every `every`-th to locality 0, the rest evenly to the
    `others` copies of it; 0 others means all to locality 0."""

    others: int = 0
    every: int = 4

    def locality_of(self, number: ColumnElement[int]) -> ColumnElement[int]:
        """The number of the locality to which copy `number` belongs."""
        if not self.others:
            return literal(0)
        return case((number % self.every == 0, literal(0)), else_=1 + (number // self.every) % self.others)


class Crowd:
    """Copies rows inside one world."""

    def __init__(self, world: World) -> None:
        self._world = world
        with world.database.engine.connect() as connection:
            self._widths = {table.name: _last_id(connection, table) for table in _LOCALITY_TABLES}

    def add_localities(self, number: int) -> None:
        """Copies the shipped locality with all its people `number` times."""
        numbers = _numbers(number)
        which = numbers.c.number
        shifts = {name: which * width for name, width in self._widths.items()}
        with self._connection() as connection:
            for table in _LOCALITY_TABLES:
                _copy(connection, table, numbers, shifts, which, which, true())
            _advance_sequences(connection, _LOCALITY_TABLES)

    def add_dossiers(
        self,
        template_id: int,
        number: int,
        spread: Spread,
        *,
        rules: tuple[str, ...] | None = None,
        to_read: bool = False,
    ) -> None:
        """Copies a dossier with its open and closed tasks `number` times over the localities.

        `rules` names the reminders to copy, None for all. Copies only `to_read` are dossiers and tasks
        alone: lists show them, but no operation could go on with them. They are taken as sound, which saves
        PostgreSQL most of the time of a million rows.
        """
        numbers = _numbers(number)
        copy, which = numbers.c.number, spread.locality_of(numbers.c.number)
        shifts: dict[str, ColumnElement[int]] = {name: which * width for name, width in self._widths.items()}
        with self._connection() as connection:
            if to_read and connection.dialect.name == "postgresql":
                connection.execute(text("SET LOCAL session_replication_role = replica"))
            task_ids = select(tables.UserTask.id).where(tables.UserTask.dossier_id == template_id)
            copied = [one for one in _DOSSIER_TABLES if not to_read or one[0].name in _READ]
            for table, owner in copied:
                owned = table.c[owner].in_(task_ids if owner == "task_id" else [template_id])
                if rules is not None and table.name == "reminders":
                    owned &= table.c.rule_key.in_(rules)
                if "id" in table.c:
                    shifts[table.name] = _shift(connection, table, owned, copy)
                _copy(connection, table, numbers, shifts, copy, which, owned)
            _advance_sequences(connection, tuple(table for table, _ in copied))

    def add_selecting(self, number: int) -> None:
        """Adds dossiers that wait for their selection, in equal parts returned never, once, twice and so on:
        the processes of a round do not all stand alike."""
        for returns in range(HISTORIES):
            template = self._world.carry_to("select")
            for _ in range(returns):
                self._world.select(template, outcome="return_unit", reason="Chưa có xác nhận của UBND xã.")
                self._world.submit(template)
            self.add_dossiers(template, number // HISTORIES - 1, Spread())

    def settle(self) -> None:
        """Leaves the database as a running one is: on PostgreSQL autovacuum has been there."""
        if self._world.database.engine.dialect.name == "postgresql":
            options = {"isolation_level": "AUTOCOMMIT"}
            with self._world.database.engine.connect().execution_options(**options) as connection:
                connection.execute(text("VACUUM ANALYZE"))
                connection.execute(text("CHECKPOINT"))

    def _connection(self) -> Any:
        return self._world.database.engine.execution_options(immediate=True).begin()


def _copy(
    connection: Connection,
    table: Table,
    numbers: Any,
    shifts: Mapping[str, ColumnElement[int]],
    copy: ColumnElement[int],
    locality: ColumnElement[int],
    owned: ColumnElement[bool],
) -> None:
    """One statement: every chosen row of a table, once for each number."""
    values = [_value(table, column, shifts, copy, locality) for column in table.c]
    chosen = select(*values).select_from(table.join(numbers, true())).where(owned)
    if table is tables.Locality.__table__:
        chosen = chosen.where(table.c.id == LOCALITY)
    connection.execute(insert(table).from_select([column.name for column in table.c], chosen))


def _value(
    table: Table,
    column: Any,
    shifts: Mapping[str, ColumnElement[int]],
    copy: ColumnElement[int],
    locality: ColumnElement[int],
) -> ColumnElement[Any]:
    refers = next(iter(column.foreign_keys), None)
    target = refers.column.table.name if refers is not None else table.name
    if target == "localities" and (refers is not None or column.name == "id"):
        return case((locality == 0, column), else_=literal("district-") + cast(locality, String))
    if column.name == _MADE_UNIQUE.get(table.name):
        return column + literal("-") + cast(copy, String)
    if (refers is not None or column.name == "id") and target in shifts:
        return column + shifts[target]
    return column


def _shift(
    connection: Connection, table: Table, owned: ColumnElement[bool], copy: ColumnElement[int]
) -> ColumnElement[int]:
    """What to add to the ids of a template's rows so that those of all copies lie behind all others."""
    row = connection.execute(select(func.min(table.c.id), func.max(table.c.id)).where(owned)).one()
    if row[0] is None:
        return copy * 0
    width = row[1] - row[0] + 1
    return (copy - 1) * width + (_last_id(connection, table) + 1 - row[0])


def _numbers(number: int) -> Any:
    """The numbers from 1 on, as a table."""
    numbers = select(literal(1, Integer).label("number")).cte("numbers", recursive=True)
    return numbers.union_all(select(numbers.c.number + 1).where(numbers.c.number < number))


def _last_id(connection: Connection, table: Table) -> int:
    if "id" not in table.c or table is tables.Locality.__table__:
        return 0
    return connection.scalar(select(func.max(table.c.id))) or 0


def _advance_sequences(connection: Connection, copied: tuple[Table, ...]) -> None:
    """Lets PostgreSQL's own numbering go on behind the ids that were copied in."""
    if connection.dialect.name != "postgresql":
        return
    for table in copied:
        if (last := _last_id(connection, table)) and table.c.id.autoincrement:
            sequence = func.pg_get_serial_sequence(table.name, "id")
            connection.execute(select(func.setval(sequence, last)))

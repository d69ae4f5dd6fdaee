"""The floor under a completed step: the same rows, written without an engine and without objects.

Two dossiers walk side by side. One is moved by the service; what changed in its rows is then written
to its twin by plain statements in one transaction, with the same lock, so that the twin arrives at the
same rows. The twin's transaction is the floor: no program that keeps these rows could do with less.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, bindparam, insert, or_, select
from sqlalchemy import delete as delete_from
from sqlalchemy import update as update_of

from service.store import tables
from service.store.work import Database

Row = dict[str, Any]
Snapshot = dict[str, dict[Any, Row]]

_OWNED: tuple[tuple[Table, str], ...] = tuple(
    (model.__table__, owner)  # type: ignore[misc]
    for model, owner in (
        (tables.Dossier, "id"),
        (tables.ProcessInstance, "dossier_id"),
        (tables.Submission, "round_id"),
        (tables.Decision, "round_id"),
        (tables.Nomination, "dossier_id"),
        (tables.UserTask, "dossier_id"),
        (tables.NominationVerdict, "nomination_id"),
        (tables.SubmissionNomination, "dossier_id"),
        (tables.Timer, "dossier_id"),
        (tables.Reminder, "task_id"),
        (tables.HistoryStep, "dossier_id"),
        (tables.OutgoingMail, "dossier_id"),
        (tables.SearchWord, "subject_id"),
    )
)
"""Every table that a completion writes, with the column by which its rows belong to a dossier, in the
order in which rows can be inserted."""
_REFERS = {
    "dossier_id": "dossiers",
    "task_id": "user_tasks",
    "nomination_id": "nominations",
    "submission_id": "submissions",
    "decision_id": "decisions",
}
_FOUND_BY_WORDS = {"submission": "submissions", "decision": "decisions"}
"""What a completion makes findable, by the subject of its words."""
_COPIED = ("dossiers", "process_instances", "nominations", "user_tasks", "timers", "reminders")
"""Tables whose rows of the two dossiers correspond one to one, in the order of their keys."""
_REFERRED = ("user_tasks", "submissions", "decisions")
_UNIQUE = {"submissions": "number", "decisions": "number", "outbox": "key"}


@dataclass(frozen=True, slots=True)
class Change:
    """What a transaction did to the rows of one table."""

    table: Table
    inserted: Sequence[Row]
    updated: Mapping[tuple[str, ...], Sequence[Row]]
    deleted: Sequence[Any]

    @property
    def rows(self) -> int:
        """How many rows it touched."""
        return len(self.inserted) + sum(map(len, self.updated.values())) + len(self.deleted)


def snapshot(database: Database, dossier_id: int, round_id: int) -> Snapshot:
    """All rows of a dossier as they stand, by table and primary key."""
    found: Snapshot = {}
    with database.read() as work:
        for table, owner in _OWNED:
            owners = {
                "id": [dossier_id],
                "dossier_id": [dossier_id],
                "round_id": [round_id],
                "task_id": list(found.get("user_tasks", {})),
                "nomination_id": list(found.get("nominations", {})),
            }.get(owner, [])
            query = select(table).where(_belongs(table, owner, owners, found)).order_by(*table.primary_key)
            rows = [dict(row) for row in work.session.execute(query).mappings()]
            found[table.name] = {_key(table, row): row for row in rows}
    return found


def _belongs(table: Table, owner: str, owners: list[int], found: Snapshot) -> ColumnElement[bool]:
    if owner != "subject_id":
        return table.c[owner].in_(owners)
    return or_(
        *(
            and_(table.c.subject == subject, table.c.subject_id.in_(list(found[name])))
            for subject, name in _FOUND_BY_WORDS.items()
        )
    )


def difference(before: Snapshot, after: Snapshot) -> list[Change]:
    """What changed between two snapshots of one dossier, in the order in which it can be written."""
    changes: list[Change] = []
    for table, _ in _OWNED:
        old, new = before[table.name], after[table.name]
        updated: dict[tuple[str, ...], list[Row]] = {}
        for key in old.keys() & new.keys():
            columns = tuple(name for name, value in new[key].items() if value != old[key][name])
            if columns:
                updated.setdefault(columns, []).append(
                    {"row_key": key} | {name: new[key][name] for name in columns}
                )
        change = Change(
            table,
            [row for key, row in new.items() if key not in old],
            updated,
            sorted(old.keys() - new.keys()),
        )
        if change.rows:
            changes.append(change)
    return changes


class Twin:
    """The dossier that follows another one by plain statements only."""

    def __init__(self, database: Database, dossier_id: int) -> None:
        self._writer = database.engine.execution_options(immediate=True)
        self.dossier_id = dossier_id

    def prepare(self, changes: list[Change], original: Snapshot, own: Snapshot) -> list[Change]:
        """The changes of the original as changes of the twin; the snapshots, taken before both, stand
        row by row for one another."""
        ids = {name: dict(zip(original[name], own[name], strict=True)) for name in _COPIED}
        return [
            Change(
                change.table,
                [_of_twin(change.table, row, ids, self.dossier_id) for row in change.inserted],
                {
                    columns: [
                        _of_twin(change.table, row, ids, self.dossier_id)
                        | {"row_key": ids[change.table.name][row["row_key"]]}
                        for row in rows
                    ]
                    for columns, rows in change.updated.items()
                },
                [ids[change.table.name][key] for key in change.deleted],
            )
            for change in changes
        ]

    def follow(self, changes: list[Change]) -> None:
        """Writes prepared changes in one transaction, the dossier's row locked first."""
        made: dict[str, dict[Any, Any]] = {}
        dossiers = tables.Dossier.__table__
        with self._writer.begin() as connection:
            connection.execute(
                select(dossiers.c.version).where(dossiers.c.id == self.dossier_id).with_for_update()
            ).one()
            for change in changes:
                _insert(connection, change, made)
                key = next(iter(change.table.primary_key)) == bindparam("row_key")
                for rows in change.updated.values():
                    _many(
                        connection, update_of(change.table).where(key), [_resolved(row, made) for row in rows]
                    )
                if change.deleted:
                    _many(
                        connection,
                        delete_from(change.table).where(key),
                        [{"row_key": one} for one in change.deleted],
                    )


def _insert(connection: Connection, change: Change, made: dict[str, dict[Any, Any]]) -> None:
    """Inserts rows; asks for their ids only where other rows of the same step refer to them."""
    rows = [_resolved(row, made) for row in change.inserted]
    if change.table.name not in _REFERRED:
        _many(connection, insert(change.table), [_without_id(row) for row in rows])
        return
    known = made.setdefault(change.table.name, {})
    for row in rows:
        result = connection.execute(insert(change.table), _without_id(row))
        known[row["id"]] = result.inserted_primary_key[0] if result.inserted_primary_key else None


def _many(connection: Connection, statement: Any, rows: list[Row]) -> None:
    if rows:
        connection.execute(statement, rows if len(rows) > 1 else rows[0])


def _of_twin(table: Table, row: Row, ids: Mapping[str, Mapping[Any, Any]], dossier_id: int) -> Row:
    own = _resolved(row, ids)
    unique = _UNIQUE.get(table.name)
    if unique in own:
        own[unique] = f"{own[unique]}:{dossier_id}"
    return own


def _resolved(row: Row, ids: Mapping[str, Mapping[Any, Any]]) -> Row:
    return {
        name: ids.get(refers, {}).get(value, value) if (refers := _refers(name, row)) else value
        for name, value in row.items()
    }


def _refers(name: str, row: Row) -> str:
    """The table that a column of a row refers to; empty when to none."""
    return _FOUND_BY_WORDS[row["subject"]] if name == "subject_id" else _REFERS.get(name, "")


def _key(table: Table, row: Row) -> Any:
    key = tuple(row[column.name] for column in table.primary_key)
    return key[0] if len(key) == 1 else key


def _without_id(row: Row) -> Row:
    return {name: value for name, value in row.items() if name != "id"}

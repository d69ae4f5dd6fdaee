"""Keeps the words of what can be found: written in the very flush that writes the row they tell of.

No operation has to think of it and none can forget it: whatever changes a code, a title, a name or a
number through the session changes its words in the same transaction.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Connection, delete, event, insert, inspect, select, tuple_
from sqlalchemy import Table as SqlTable
from sqlalchemy.orm import Session, UOWTransaction

from service.domain.searches import Subject, words_of
from service.store.tables.columns import Table
from service.store.tables.dossiers import Decision, Dossier, Nomination, Submission
from service.store.tables.localities import Organisation
from service.store.tables.reports import SearchWord

_words = cast(SqlTable, SearchWord.__table__)
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Findable:
    """Which attributes of a mapped class tell the words of its rows, and whose locality they are."""

    subject: Subject
    attributes: tuple[str, ...]
    locality_id: Callable[[Any], str]


FINDABLE: dict[type[Table], Findable] = {
    Dossier: Findable(Subject.DOSSIER, ("search_key",), lambda row: row.locality_id),
    Nomination: Findable(
        Subject.NOMINATION, ("nominee_name", "nominee_detail"), lambda row: row.dossier.locality_id
    ),
    Decision: Findable(Subject.DECISION, ("number",), lambda row: row.locality_id),
    Submission: Findable(Subject.SUBMISSION, ("number",), lambda row: row.locality_id),
    Organisation: Findable(Subject.ORGANISATION, ("name_vi", "name_en"), lambda row: row.locality_id),
}


def words_for(row: Table) -> set[str]:
    """The words by which a row is found as it is now."""
    return set(words_of(*(getattr(row, name) for name in FINDABLE[type(row)].attributes)))


@event.listens_for(Session, "after_flush")
def follow(session: Session, _flushed: UOWTransaction) -> None:
    """Makes the words agree with the rows that the flush has written."""
    added: list[Row] = []
    gone: list[tuple[str, int, str]] = []
    connection: Connection | None = None
    for row in session.new:
        if type(row) in FINDABLE:
            added += _rows(row, words_for(row))
    for row in session.dirty:
        if type(row) in FINDABLE and _has_changed(row):
            connection = connection or session.connection()
            now, before = words_for(row), _written(connection, row)
            added += _rows(row, now - before)
            gone += [(_subject(row), row.id, word) for word in before - now]
    for row in session.deleted:
        if type(row) in FINDABLE:
            session.connection().execute(
                delete(_words).where(_words.c.subject == _subject(row), _words.c.subject_id == row.id)
            )
    _take_out(session, gone)
    if added:
        session.connection().execute(insert(_words), added)


def _take_out(session: Session, gone: list[tuple[str, int, str]]) -> None:
    for start in range(0, len(gone), 200):
        chunk = gone[start : start + 200]
        key = tuple_(_words.c.subject, _words.c.subject_id, _words.c.word)
        session.connection().execute(delete(_words).where(key.in_(chunk)))


def _rows(row: Any, words: Iterable[str]) -> list[Row]:
    findable = FINDABLE[type(row)]
    locality_id = findable.locality_id(row)
    return [
        {"locality_id": locality_id, "subject": findable.subject.value, "word": word, "subject_id": row.id}
        for word in sorted(words)
    ]


def _subject(row: Table) -> str:
    return FINDABLE[type(row)].subject.value


def _has_changed(row: Table) -> bool:
    attributes = inspect(row).attrs
    return any(attributes[name].history.has_changes() for name in FINDABLE[type(row)].attributes)


def _written(connection: Connection, row: Any) -> set[str]:
    """The words that are written for a row so far."""
    return set(
        connection.scalars(
            select(_words.c.word).where(_words.c.subject == _subject(row), _words.c.subject_id == row.id)
        )
    )

"""Copying what a locality owns into a database of its own, where a round can be rehearsed.

Rows are copied table by table with all their columns, so that a new column comes along by itself. People
never come along: what names one is emptied. Every table is either copied or left out by name.
"""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Column, ColumnElement, Insert, Select, and_, func, insert, select
from sqlalchemy import Table as SqlTable

from service.store import tables as rows
from service.store.tables import Table
from service.store.work import Database, Work

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
"""The rows of each copied table by its name, those that others refer to first."""

COPIED: tuple[type[Table], ...] = (
    rows.Locality,
    rows.LocalityVersion,
    rows.Plan,
    rows.Campaign,
    rows.Organisation,
    rows.Role,
    rows.CandidateGroup,
    rows.Council,
    rows.Award,
    rows.ChecklistItem,
    rows.Amendment,
    rows.Ladder,
    rows.ReminderRule,
    rows.CalendarDay,
    rows.Round,
    rows.Deadline,
    rows.DeadlineExtension,
    rows.DeadlineChange,
    rows.ProcessDefinition,
    rows.FormVersion,
)
"""What a round follows, each table after those it refers to."""

LEFT_OUT: Mapping[type[Table], str] = {
    rows.Person: "nobody real takes part in a rehearsal",
    rows.Membership: "the seats are given to people of the rehearsal",
    rows.SignIn: "nobody signs in to a rehearsal",
    rows.CalendarFeed: "nobody reads a rehearsal's calendar",
    rows.Dossier: "a rehearsal opens its own",
    rows.ProcessInstance: "a rehearsal starts its own",
    rows.Nomination: "a rehearsal makes its own",
    rows.NominationVerdict: "a rehearsal makes its own",
    rows.OverlapAnswer: "a rehearsal has one round only",
    rows.Attachment: "papers are taken to be in order",
    rows.HistoryStep: "a rehearsal writes its own",
    rows.Submission: "a rehearsal writes its own",
    rows.SubmissionNomination: "a rehearsal writes its own",
    rows.Decision: "a rehearsal writes its own",
    rows.HandOver: "a rehearsal writes its own",
    rows.UserTask: "a rehearsal opens its own",
    rows.TaskDraft: "nobody types in a rehearsal",
    rows.SavedView: "nobody looks into an inbox there",
    rows.Snooze: "nobody looks into an inbox there",
    rows.PageDraft: "nobody types in a rehearsal",
    rows.FormFile: "nobody types in a rehearsal",
    rows.Comment: "nobody talks in a rehearsal",
    rows.CommentVersion: "nobody talks in a rehearsal",
    rows.CommentMention: "nobody talks in a rehearsal",
    rows.Substitution: "nobody is away in a rehearsal",
    rows.SubstitutionSeat: "nobody is away in a rehearsal",
    rows.MembershipChange: "the seats are given to people of the rehearsal",
    rows.Opinion: "nobody is asked for an opinion in a rehearsal",
    rows.OpinionSubject: "nobody is asked for an opinion in a rehearsal",
    rows.Ballot: "no council votes in a rehearsal",
    rows.Vote: "no council votes in a rehearsal",
    rows.PaperReceipt: "papers are taken to be in order",
    rows.PaperReceiptLine: "papers are taken to be in order",
    rows.NominationImport: "a rehearsal makes its own",
    rows.Timer: "a rehearsal sets its own",
    rows.Reminder: "a rehearsal plans its own",
    rows.OutgoingMail: "real mail is none of a rehearsal's business",
    rows.Incident: "a rehearsal has its own",
    rows.SearchWord: "nobody searches in a rehearsal",
    rows.Export: "nobody exports a rehearsal",
    rows.Worker: "no worker takes part in a rehearsal",
    rows.DemoClock: "a rehearsal has its own clock",
}
"""What stays where it is, each with the reason."""

_VERSIONED = frozenset({rows.ProcessDefinition.__tablename__, rows.FormVersion.__tablename__})
_PEOPLE = rows.Person.__tablename__


def take(work: Work, locality_id: str, round_key: str) -> Rows:
    """Reads everything that one round of a locality follows, of diagrams and forms the newest versions.

    The other rounds stay behind with their deadlines: nothing of theirs is to happen in a rehearsal.
    """
    return {
        table.name: [
            _without_people(table, dict(row))
            for row in work.session.execute(_of(table, locality_id, round_key)).mappings()
        ]
        for table in _copied()
    }


def fill(database: Database, copied: Rows) -> None:
    """Makes the tables of an empty SQLite database and writes the copied rows."""
    Table.metadata.create_all(database.engine, checkfirst=False)
    with database.write() as work:
        # An organisation may name a successor that comes after it.
        work.session.connection().exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        for table in _copied():
            if copied[table.name]:
                writing: Insert = insert(table)
                work.session.execute(writing, [dict(row) for row in copied[table.name]])


def _copied() -> list[SqlTable]:
    return [cast(SqlTable, table.__table__) for table in COPIED]


def _of(table: SqlTable, locality_id: str, round_key: str) -> Select[Any]:
    chosen = select(table).order_by(*table.primary_key.columns)
    if table.name in _VERSIONED:
        newest = (
            select(table.c.key, func.max(table.c.version).label("version")).group_by(table.c.key).subquery()
        )
        return chosen.join(newest, (newest.c.key == table.c.key) & (newest.c.version == table.c.version))
    return chosen.where(_belongs(table, locality_id, round_key))


def _belongs(table: SqlTable, locality_id: str, round_key: str) -> ColumnElement[bool]:
    """Whether a row is the locality's or the round's: by its own column, or by the row that it hangs on."""
    if table.name == rows.Locality.__tablename__:
        return table.c.id == locality_id
    if table.name == rows.Round.__tablename__:
        return and_(table.c.locality_id == locality_id, table.c.key == round_key)
    if "locality_id" in table.c:
        return table.c.locality_id == locality_id
    column, parent = next(
        (column, key.column.table)
        for column in table.columns
        for key in column.foreign_keys
        if not column.nullable and key.column.table in _copied()
    )
    return column.in_(select(parent.c.id).where(_belongs(parent, locality_id, round_key)))


def _without_people(table: SqlTable, row: dict[str, Any]) -> dict[str, Any]:
    """The row with every reference to somebody emptied, and the name kept beside it."""
    for column in table.columns:
        if _names_somebody(column):
            row[column.name] = None
            name = column.name.removesuffix("_id") + "_name"
            if name in row:
                row[name] = ""
    return row


def _names_somebody(column: Column[Any]) -> bool:
    return any(key.column.table.name == _PEOPLE for key in column.foreign_keys)

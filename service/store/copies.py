"""Copying what a locality owns into a database of its own, where a round can be rehearsed.

Rows are copied table by table with all their columns, so that a new column comes along by itself. People
never come along, nor do papers: what refers to a row that stays behind is emptied. Every table is either
copied, carried along with the dossiers under way, or left out by name.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Column, ColumnElement, Insert, Select, and_, func, insert, or_, select, tuple_
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

CARRIED: tuple[type[Table], ...] = (
    rows.Dossier,
    rows.ProcessInstance,
    rows.Nomination,
    rows.UserTask,
    rows.HistoryStep,
    rows.Timer,
    rows.Reminder,
)
"""What comes along of a dossier under way when the round is played on from now: what the service needs to
take it further, and nothing of what people wrote beside it."""

LEFT_OUT: Mapping[type[Table], str] = {
    rows.Person: "nobody real takes part in a rehearsal",
    rows.Membership: "the seats are given to people of the rehearsal",
    rows.SignIn: "nobody signs in to a rehearsal",
    rows.CalendarFeed: "nobody reads a rehearsal's calendar",
    rows.NominationVerdict: "a rehearsal makes its own",
    rows.OverlapAnswer: "a rehearsal has one round only",
    rows.Attachment: "papers are taken to be in order",
    rows.Submission: "a rehearsal writes its own",
    rows.SubmissionNomination: "a rehearsal writes its own",
    rows.Decision: "a rehearsal writes its own",
    rows.HandOver: "a rehearsal writes its own",
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
    rows.OutgoingMail: "real mail is none of a rehearsal's business",
    rows.Incident: "a rehearsal has its own",
    rows.SearchWord: "nobody searches in a rehearsal",
    rows.Export: "nobody exports a rehearsal",
    rows.Worker: "no worker takes part in a rehearsal",
    rows.DemoClock: "a rehearsal has its own clock",
}
"""What stays where it is, each with the reason."""

_VERSIONED = frozenset({rows.ProcessDefinition.__tablename__, rows.FormVersion.__tablename__})
_CARRIED = frozenset(table.__tablename__ for table in CARRIED)
_COMING = (*COPIED, *CARRIED)
_NAMES = frozenset(table.__tablename__ for table in _COMING)


def take(work: Work, locality_id: str, round_key: str, dossier_ids: Collection[int] = ()) -> Rows:
    """Reads everything that one round of a locality follows, of diagrams and forms the newest versions.

    The other rounds stay behind with their deadlines: nothing of theirs is to happen in a rehearsal. Dossiers
    of the round that are named come along as they stand, with the versions that they run on.
    """
    return {
        table.name: [
            _without_what_stays(table, dict(row))
            for row in work.session.execute(_of(table, locality_id, round_key, dossier_ids)).mappings()
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
    return [cast(SqlTable, table.__table__) for table in _COMING]


def _of(table: SqlTable, locality_id: str, round_key: str, dossier_ids: Collection[int]) -> Select[Any]:
    chosen = select(table).order_by(*table.primary_key.columns)
    if table.name in _VERSIONED:
        newest = select(table.c.key, func.max(table.c.version)).group_by(table.c.key)
        used = or_(*(table.c.id.in_(some) for some in _versions_of(table, dossier_ids)))
        return chosen.where(or_(tuple_(table.c.key, table.c.version).in_(newest), used))
    if table.name in _CARRIED:
        return chosen.where(_is_of(table, dossier_ids))
    return chosen.where(_belongs(table, locality_id, round_key))


def _versions_of(table: SqlTable, dossier_ids: Collection[int]) -> list[Select[Any]]:
    """The versions of diagrams or forms to which the rows of some dossiers refer."""
    return [
        select(column).where(_is_of(other, dossier_ids))
        for other in _copied()
        if other.name in _CARRIED
        for column in other.columns
        if any(key.column.table is table for key in column.foreign_keys)
    ]


def _is_of(table: SqlTable, dossier_ids: Collection[int]) -> ColumnElement[bool]:
    """Whether a row belongs to one of these dossiers; a question that was asked from a task does not."""
    if table.name == rows.Dossier.__tablename__:
        return table.c.id.in_(dossier_ids)
    if "dossier_id" in table.c:
        return table.c.dossier_id.in_(dossier_ids)
    its = select(rows.UserTask.id).where(rows.UserTask.dossier_id.in_(dossier_ids))
    return and_(table.c.task_id.in_(its), table.c.opinion_id.is_(None))


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


def _without_what_stays(table: SqlTable, row: dict[str, Any]) -> dict[str, Any]:
    """The row with every reference to somebody or to a row left behind emptied, and a name beside it."""
    for column in table.columns:
        if _leads_away(column):
            row[column.name] = None
            name = column.name.removesuffix("_id") + "_name"
            if name in row:
                row[name] = ""
    return row


def _leads_away(column: Column[Any]) -> bool:
    return any(key.column.table.name not in _NAMES for key in column.foreign_keys)

"""Set-based work on reminders: claiming what is due and writing the outbox in one statement each."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeVar
from typing import cast as typed
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    String,
    Table,
    and_,
    any_,
    case,
    cast,
    delete,
    exists,
    func,
    insert,
    literal,
    not_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute

from service.store.people import seated_on
from service.store.tables import (
    Dossier,
    Incident,
    Locality,
    Membership,
    OutgoingMail,
    Person,
    Reminder,
    UserTask,
)
from service.store.work import Work

Chosen = TypeVar("Chosen", bound=Select[*tuple[Any, ...]])
_INCIDENT_COLUMNS = ("kind", "dossier_id", "detail", "opened_at")
_OUTBOX_COLUMNS = (
    "key",
    "template",
    "rule_key",
    "dossier_id",
    "task_id",
    "deadline_date",
    "recipient_id",
    "status",
    "attempts",
    "created_at",
    "next_attempt_at",
)


def of_task(work: Work, task_id: int) -> list[Reminder]:
    """All reminders of a task: pending, sent and cancelled, in the order of their instants."""
    return list(
        work.session.scalars(
            select(Reminder)
            .where(Reminder.task_id == task_id)
            .order_by(Reminder.fire_at, Reminder.id)
            .execution_options(populate_existing=True)
        )
    )


def of_tasks(work: Work, task_ids: Sequence[int]) -> dict[int, list[Reminder]]:
    """All reminders of some tasks, by task: pending, sent and cancelled."""
    found: dict[int, list[Reminder]] = {task_id: [] for task_id in task_ids}
    if not task_ids:
        return found
    query = (
        select(Reminder)
        .where(_one_of(work, Reminder.task_id, task_ids))
        .order_by(Reminder.fire_at, Reminder.id)
        .execution_options(populate_existing=True)
    )
    for row in work.session.scalars(query):
        found[row.task_id].append(row)
    return found


def drop(work: Work, reminder_ids: Sequence[int]) -> None:
    """Takes back pending reminders that are not wanted any more."""
    if reminder_ids:
        work.session.execute(
            delete(Reminder)
            .where(_one_of(work, Reminder.id, reminder_ids))
            .execution_options(synchronize_session=False)
        )


def write(work: Work, rows: Sequence[Mapping[str, Any]]) -> None:
    """Writes new reminders, all at once."""
    if rows:
        work.session.execute(insert(typed(Table, Reminder.__table__)), rows)


def fire_due(work: Work, limit: int) -> int:
    """Marks due reminders as fired and writes one outgoing mail per reminder and recipient.

    Rows that another worker holds are skipped (PostgreSQL); on SQLite the writing transaction
    already excludes every other. A reminder that reaches nobody opens an incident.
    """
    due = (
        select(Reminder.id, Reminder.group_id)
        .where(Reminder.fire_at <= work.now, Reminder.fired_at.is_(None), Reminder.cancelled_at.is_(None))
        .order_by(Reminder.fire_at, Reminder.id)
        .limit(limit)
    )
    if work.on_postgresql:
        due = due.with_for_update(skip_locked=True)
    claimed = work.session.execute(due).all()
    if claimed:
        chosen = _chosen(work, [reminder_id for reminder_id, _ in claimed])
        _queue(work, _members(work, chosen), _unheard_by_members(work, chosen))
        if any(group_id is None for _, group_id in claimed):
            _queue(work, _holders(chosen), _unheard_by_holders(work, chosen))
        work.session.execute(
            update(Reminder)
            .where(chosen)
            .values(fired_at=work.now)
            .execution_options(synchronize_session=False)
        )
    return len(claimed)


def _queue(
    work: Work, recipients: Select[Reminder, UserTask, Person], unheard: Select[*tuple[Any, ...]]
) -> None:
    """Writes the mails, and an incident for every reminder that nobody is there to read."""
    work.session.execute(insert(OutgoingMail).from_select(_OUTBOX_COLUMNS, _letters(work, recipients)))
    work.session.execute(insert(Incident).from_select(_INCIDENT_COLUMNS, unheard))


def next_due(work: Work) -> datetime | None:
    """The next instant after now at which a reminder falls due, if any."""
    return work.session.scalar(
        select(func.min(Reminder.fire_at)).where(
            Reminder.fired_at.is_(None), Reminder.cancelled_at.is_(None), Reminder.fire_at > work.now
        )
    )


def _chosen(work: Work, ids: Sequence[int]) -> ColumnElement[bool]:
    return _one_of(work, Reminder.id, ids)


def _one_of(work: Work, column: InstrumentedAttribute[int], ids: Sequence[int]) -> ColumnElement[bool]:
    """A column is one of some ids, handed over as one parameter however many they are."""
    if work.on_postgresql:
        return column == any_(literal(list(ids), ARRAY(BigInteger)))
    each = func.json_each(json.dumps(list(ids))).table_valued("value")
    return column.in_(select(each.c.value))


def _held() -> ColumnElement[bool]:
    return and_(Reminder.group_id.is_(None), UserTask.assignee_id.is_not(None))


def _holders(chosen: ColumnElement[bool]) -> Select[Reminder, UserTask, Person]:
    """Reminders for whoever holds the task."""
    return (
        select(Reminder, UserTask, Person)
        .join(UserTask, UserTask.id == Reminder.task_id)
        .join(Person, Person.id == UserTask.assignee_id)
        .where(chosen, _held(), Person.active)
    )


def _members(work: Work, chosen: ColumnElement[bool]) -> Select[Reminder, UserTask, Person]:
    """Reminders for everybody who sits in a group on the local date of its locality."""
    query = (
        select(Reminder, UserTask, Person)
        .join(UserTask, UserTask.id == Reminder.task_id)
        .join(Membership, Membership.group_id == _group())
        .join(Person, Person.id == Membership.person_id)
        .where(chosen, not_(_held()), Person.active)
    )
    query, day = _dated(work, query)
    return query.where(seated_on(day))


def _group() -> ColumnElement[int]:
    return func.coalesce(Reminder.group_id, UserTask.group_id)


def _dated(work: Work, query: Chosen) -> tuple[Chosen, date | ColumnElement[date]]:
    """The local date of the Work: one for all, or by locality when their dates differ now."""
    dates = {
        locality_id: work.now.astimezone(ZoneInfo(zone)).date()
        for locality_id, zone in work.session.execute(select(Locality.id, Locality.zone))
    }
    if len(set(dates.values())) == 1:
        return query, next(iter(dates.values()))
    joined = query.join(Dossier, Dossier.id == UserTask.dossier_id)
    return joined, case(dates, value=Dossier.locality_id)


def _letters(work: Work, recipients: Select[Reminder, UserTask, Person]) -> Select[*tuple[Any, ...]]:
    """The outbox rows: unique by task, rule, deadline date and recipient."""
    separator = literal(":")
    key = (
        literal("reminder:")
        + cast(Reminder.task_id, String)
        + separator
        + Reminder.rule_key
        + separator
        + cast(Reminder.deadline_date, String)
        + separator
        + cast(Person.id, String)
    )
    now = literal(work.now, OutgoingMail.created_at.type)
    return recipients.with_only_columns(
        key,
        literal("reminder"),
        Reminder.rule_key,
        UserTask.dossier_id,
        Reminder.task_id,
        Reminder.deadline_date,
        Person.id,
        literal("queued"),
        literal(0),
        now,
        now,
        maintain_column_froms=True,
    )


def _unheard(work: Work, chosen: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            literal("unheard_reminder"),
            UserTask.dossier_id,
            Reminder.rule_key,
            literal(work.now, Incident.opened_at.type),
        )
        .join(UserTask, UserTask.id == Reminder.task_id)
        .where(chosen)
    )


def _unheard_by_holders(work: Work, chosen: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    holder = exists().where(Person.id == UserTask.assignee_id, Person.active)
    return _unheard(work, chosen).where(_held(), not_(holder))


def _unheard_by_members(work: Work, chosen: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    query, day = _dated(work, _unheard(work, chosen).where(not_(_held())))
    member = exists().where(
        Membership.group_id == _group(), Person.id == Membership.person_id, Person.active, seated_on(day)
    )
    return query.where(not_(member))

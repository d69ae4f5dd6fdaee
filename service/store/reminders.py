"""Set-based work on reminders: claiming what is due and writing the outbox in one statement each."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
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
    func,
    insert,
    literal,
    not_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY

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
        select(Reminder.id)
        .where(Reminder.fire_at <= work.now, Reminder.fired_at.is_(None), Reminder.cancelled_at.is_(None))
        .order_by(Reminder.fire_at, Reminder.id)
        .limit(limit)
    )
    if work.on_postgresql:
        due = due.with_for_update(skip_locked=True)
    claimed = work.session.scalars(due).all()
    if claimed:
        chosen = _chosen(work, claimed)
        for recipients in (_holders(chosen), _members(work, chosen)):
            work.session.execute(
                insert(OutgoingMail).from_select(_OUTBOX_COLUMNS, _letters(work, recipients))
            )
        _report_unheard(work, chosen)
        work.session.execute(
            update(Reminder)
            .where(chosen)
            .values(fired_at=work.now)
            .execution_options(synchronize_session=False)
        )
    return len(claimed)


def next_due(work: Work) -> datetime | None:
    """The next instant after now at which a reminder falls due, if any."""
    return work.session.scalar(
        select(func.min(Reminder.fire_at)).where(
            Reminder.fired_at.is_(None), Reminder.cancelled_at.is_(None), Reminder.fire_at > work.now
        )
    )


def _chosen(work: Work, ids: Sequence[int]) -> ColumnElement[bool]:
    """`reminders.id` is one of the ids, handed over as one parameter however many they are."""
    if work.on_postgresql:
        return Reminder.id == any_(literal(list(ids), ARRAY(BigInteger)))
    each = func.json_each(json.dumps(list(ids))).table_valued("value")
    return Reminder.id.in_(select(each.c.value))


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
        .join(Membership, Membership.group_id == func.coalesce(Reminder.group_id, UserTask.group_id))
        .join(Person, Person.id == Membership.person_id)
        .where(chosen, not_(_held()), Person.active)
    )
    dates = {
        locality_id: work.now.astimezone(ZoneInfo(zone)).date()
        for locality_id, zone in work.session.execute(select(Locality.id, Locality.zone))
    }
    if len(set(dates.values())) == 1:
        return query.where(seated_on(next(iter(dates.values()))))
    local_date = case(dates, value=Dossier.locality_id)
    return query.join(Dossier, Dossier.id == UserTask.dossier_id).where(seated_on(local_date))


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


def _report_unheard(work: Work, chosen: ColumnElement[bool]) -> None:
    """Opens an incident for every reminder that nobody is there to read."""
    heard = [
        query.with_only_columns(Reminder.id, maintain_column_froms=True)
        for query in (_holders(chosen), _members(work, chosen))
    ]
    unheard = (
        select(
            literal("unheard_reminder"),
            UserTask.dossier_id,
            Reminder.rule_key,
            literal(work.now, Incident.opened_at.type),
        )
        .join(UserTask, UserTask.id == Reminder.task_id)
        .where(chosen, Reminder.id.not_in(heard[0]), Reminder.id.not_in(heard[1]))
    )
    work.session.execute(insert(Incident).from_select(("kind", "dossier_id", "detail", "opened_at"), unheard))

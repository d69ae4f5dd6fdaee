"""Firing reminders in sets: claiming what is due and writing the outbox in one statement each."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from typing import cast as cast_to

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Date,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    insert,
    literal,
    not_,
    or_,
    select,
    update,
)
from sqlalchemy.orm import aliased

from service.domain.opinions import Addressee
from service.domain.reminders import Audience
from service.store import recipients
from service.store.many import one_of, written
from service.store.recipients import Reached
from service.store.tables import (
    Incident,
    OutgoingMail,
    Person,
    Reminder,
    Substitution,
    UserTask,
)
from service.store.work import Work

_ANYBODY_AWAY = select(
    exists().where(Substitution.ended_at.is_(None), Substitution.last_day >= bindparam("day", type_=Date))
)
"""On most days nobody is away, and no mail is looked for that a substitute should get."""
_ANYBODY_ASKED = select(exists().where(recipients.delegated()))
"""Nor are the owners of tasks looked for while nobody has a colleague work on theirs."""


class _Reach(StrEnum):
    """Whom a reminder reaches."""

    VOTERS = "voters"
    HOLDER = "holder"
    HOLDER_OR_GROUP = "holder_or_group"
    GROUP = "group"


_INCIDENT_COLUMNS = ("kind", "dossier_id", "detail", "opened_at")
_OUTBOX_COLUMNS = (
    "key",
    "template",
    "rule_key",
    "dossier_id",
    "task_id",
    "opinion_id",
    "deadline_date",
    "recipient_id",
    "status",
    "attempts",
    "created_at",
    "next_attempt_at",
)


def pass_over_missed(work: Work, limit: int) -> int:
    """Cancels due reminders that a later one to the same people makes needless, at most `limit` of them.

    Of several reminders from before the same last day that nobody sent in time, as after a long pause,
    only the latest is worth reading. The later one may be on its way already. Reminders of a delay are
    all kept: each of them reports to somebody.

    Returns:
        How many were cancelled; fewer than `limit` means that none is left.
    """
    # Each of the two is read from an end of the index; asked for together, SQLite would walk through it.
    oldest, newest = (
        work.session.scalar(select(end(Reminder.fire_at)).where(*_due(work))) for end in (func.min, func.max)
    )
    if oldest == newest:
        return 0  # The usual tick: whatever is due fell due at one instant.
    ids = list(work.session.scalars(_missed(work, limit)))
    return _set(work, one_of(work, Reminder.id, ids), cancelled_at=work.now) if ids else 0


def fire_due(work: Work, limit: int) -> int:
    """Marks due reminders as fired and writes one outgoing mail per reminder and recipient.

    Rows that another worker holds are skipped (PostgreSQL); on SQLite the writing transaction
    already excludes every other. A reminder that reaches nobody opens an incident; one for the holder of
    a task that nobody holds is cancelled.
    """
    claimed = _claim(work, limit)
    for reach, (number, ids) in claimed.items():
        chosen = written(work, Reminder.id, ids)
        if reach == _Reach.VOTERS:
            _queue(work, recipients.voters(chosen))
        elif reach == _Reach.HOLDER:
            lying = _set(work, and_(chosen, recipients.held_by_nobody()), cancelled_at=work.now)
            chosen = and_(chosen, Reminder.cancelled_at.is_(None))
            _queue_for_holders(work, chosen, number - lying)
        elif reach == _Reach.HOLDER_OR_GROUP:
            _queue_for_holders(work, chosen, number)
        else:
            _queue(work, recipients.members(work, chosen, Reminder.group_id))
            _queue_for_substitutes(work, recipients.substituted(work, chosen, Reminder.group_id))
            _report(work, recipients.unheard(work, chosen, Reminder.group_id))
        _set(work, chosen, fired_at=work.now)
    return sum(number for number, _ in claimed.values())


def _due(work: Work) -> tuple[ColumnElement[bool], ...]:
    return Reminder.fire_at <= work.now, Reminder.fired_at.is_(None), Reminder.cancelled_at.is_(None)


def _claim(work: Work, limit: int) -> dict[str, tuple[int, str]]:
    """What is due, by whom it reaches: how many, and their ids as text.

    The ids go from one statement into the next. Made into numbers and rows of Python and back again, they
    took a third of a tick. What fell due at the same instant comes as the index gives it: in the order of the
    ids PostgreSQL would sort all that is due anew for each set. One alone is that of `reminders.claim_first`.
    """
    reach = case(
        (Reminder.audience == Addressee.VOTERS, _Reach.VOTERS.value),
        (Reminder.audience == Audience.ASSIGNEE, _Reach.HOLDER.value),
        (
            or_(Reminder.audience == Audience.CANDIDATES, Reminder.group_id.is_(None)),
            _Reach.HOLDER_OR_GROUP.value,
        ),
        else_=_Reach.GROUP.value,
    )
    due = (
        select(Reminder.id, reach.label("reach"))
        .where(*_due(work))
        .order_by(*((Reminder.fire_at, Reminder.id) if limit == 1 else (Reminder.fire_at,)))
        .limit(limit)
    )
    if work.on_postgresql:
        due = due.with_for_update(skip_locked=True)
    each = due.subquery()
    ids = func.aggregate_strings(cast(each.c.id, String), ",")
    grouped = select(each.c.reach, func.count(), ids).group_by(each.c.reach).order_by(each.c.reach)
    return {reach: (number, text) for reach, number, text in work.session.execute(grouped)}


def _set(work: Work, chosen: ColumnElement[bool], **instants: datetime) -> int:
    """Writes instants of some reminders; gives of how many."""
    settled = work.session.execute(
        update(Reminder)
        .where(chosen)
        .values(**instants)
        .execution_options(synchronize_session=False, preserve_rowcount=True)
    )
    return cast_to(CursorResult[Any], settled).rowcount


def _missed(work: Work, limit: int) -> Select[int]:
    later = aliased(Reminder)
    replaced = exists().where(
        later.task_id == Reminder.task_id,
        later.deadline_date == Reminder.deadline_date,
        later.audience == Reminder.audience,
        later.opinion_id.is_not_distinct_from(Reminder.opinion_id),
        later.fire_at > Reminder.fire_at,
        later.fire_at <= work.now,
        later.cancelled_at.is_(None),
    )
    missed = (
        select(Reminder.id)
        .join(UserTask, UserTask.id == Reminder.task_id)
        .where(
            *_due(work),
            or_(Reminder.fire_at < UserTask.due_at, Reminder.opinion_id.is_not(None)),
            replaced,
        )
        .limit(limit)
    )
    return missed.with_for_update(of=Reminder, skip_locked=True) if work.on_postgresql else missed


def _queue_for_holders(work: Work, chosen: ColumnElement[bool], number: int) -> None:
    queued = _queue(work, recipients.holders(work, chosen))
    _queue_for_substitutes(work, recipients.holders_substituted(work, chosen))
    if work.session.scalar(_ANYBODY_ASKED):
        _queue_fresh(work, recipients.owners(chosen))
    if queued == number:
        return
    left = one_of(work, Reminder.id, list(work.session.scalars(recipients.unheld(work, chosen))))
    _queue_fresh(work, recipients.members(work, left, UserTask.group_id))
    _queue_for_substitutes(work, recipients.substituted(work, left, UserTask.group_id))
    _report(work, recipients.unheard(work, left, UserTask.group_id))


def _queue(work: Work, reached: Reached) -> int:
    """Writes the mails; gives how many."""
    letters = insert(OutgoingMail).from_select(_OUTBOX_COLUMNS, _letters(work, reached))
    written = work.session.execute(letters.execution_options(preserve_rowcount=True))
    return cast_to(CursorResult[Any], written).rowcount


def _queue_fresh(work: Work, reached: Reached) -> None:
    """The same for those who may have got the letter in another way, or come in several: each gets one."""
    letters = _letters(work, reached).distinct()
    key = letters.selected_columns[0]
    fresh = letters.where(not_(exists().where(OutgoingMail.key == key)))
    work.session.execute(insert(OutgoingMail).from_select(_OUTBOX_COLUMNS, fresh))


def _report(work: Work, unheard: Select[*tuple[Any, ...]]) -> None:
    """Writes an incident for every reminder that nobody is there to read."""
    work.session.execute(insert(Incident).from_select(_INCIDENT_COLUMNS, unheard))


def _queue_for_substitutes(work: Work, reached: Reached) -> None:
    """Writes the mails to substitutes: one each, also to those who stand in for several or sit there too."""
    if not work.session.scalar(_ANYBODY_AWAY, {"day": work.now.date() - timedelta(days=1)}):
        return
    _queue_fresh(work, reached)


def _letters(work: Work, reached: Reached) -> Select[*tuple[Any, ...]]:
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
    return reached.with_only_columns(
        key,
        case((Reminder.opinion_id.is_not(None), "opinion_due"), else_="reminder"),
        Reminder.rule_key,
        UserTask.dossier_id,
        Reminder.task_id,
        Reminder.opinion_id,
        Reminder.deadline_date,
        Person.id,
        literal("queued"),
        literal(0),
        now,
        now,
        maintain_column_froms=True,
    )

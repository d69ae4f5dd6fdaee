"""Firing reminders in sets: claiming what is due and writing the outbox in one statement each."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar
from typing import cast as cast_to
from zoneinfo import ZoneInfo

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
    literal_column,
    not_,
    or_,
    select,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased

from service.domain.incidents import IncidentKind
from service.domain.opinions import Addressee
from service.domain.reminders import Audience
from service.domain.tasks import PENDING
from service.store.many import one_of, written
from service.store.people import seated_on, stands_on
from service.store.tables import (
    Ballot,
    CandidateGroup,
    Dossier,
    Incident,
    Locality,
    Membership,
    OutgoingMail,
    Person,
    Reminder,
    Substitution,
    SubstitutionSeat,
    UserTask,
)
from service.store.work import Work

_ANYBODY_AWAY = select(
    exists().where(Substitution.ended_at.is_(None), Substitution.last_day >= bindparam("day", type_=Date))
)
"""On most days nobody is away, and no mail is looked for that a substitute should get."""
Chosen = TypeVar("Chosen", bound=Select[*tuple[Any, ...]])
Group = InstrumentedAttribute[int] | InstrumentedAttribute[int | None]


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
            _queue(work, _voters(chosen))
        elif reach == _Reach.HOLDER:
            lying = _set(work, and_(chosen, _held_by_nobody()), cancelled_at=work.now)
            chosen = and_(chosen, Reminder.cancelled_at.is_(None))
            _queue_for_holders(work, chosen, number - lying)
        elif reach == _Reach.HOLDER_OR_GROUP:
            _queue_for_holders(work, chosen, number)
        else:
            _queue(work, _members(work, chosen, Reminder.group_id))
            _queue_for_substitutes(work, _substituted(work, chosen, Reminder.group_id))
            _report(work, _unheard(work, chosen, Reminder.group_id))
        _set(work, chosen, fired_at=work.now)
    return sum(number for number, _ in claimed.values())


def _due(work: Work) -> tuple[ColumnElement[bool], ...]:
    return Reminder.fire_at <= work.now, Reminder.fired_at.is_(None), Reminder.cancelled_at.is_(None)


def _voters(chosen: ColumnElement[bool]) -> Select[Reminder, UserTask, Person]:
    """Reminders of a vote for those who have not voted yet."""
    return (
        select(Reminder, UserTask, Person)
        .join(UserTask, UserTask.id == Reminder.task_id)
        .join(Ballot, Ballot.opinion_id == Reminder.opinion_id)
        .join(Person, Person.id == Ballot.person_id)
        .where(chosen, Ballot.cast_at.is_(None), Person.active)
    )


def _claim(work: Work, limit: int) -> dict[str, tuple[int, str]]:
    """What is due, by whom it reaches: how many, and their ids as text.

    The ids go from one statement into the next. Made into numbers and rows of Python and back again, they
    took a third of a tick.
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
        .order_by(Reminder.fire_at, Reminder.id)
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


def _held_by_nobody() -> ColumnElement[bool]:
    """Whether the task of a reminder waits to be taken."""
    return exists().where(UserTask.id == Reminder.task_id, UserTask.assignee_id.is_(None))


def _queue_for_holders(work: Work, chosen: ColumnElement[bool], number: int) -> None:
    queued = _queue(work, _holders(work, chosen))
    _queue_for_substitutes(work, _holders_substituted(work, chosen))
    _queue_fresh(work, _owners(chosen))
    if queued == number:
        return
    left = one_of(work, Reminder.id, list(work.session.scalars(_unheld(work, chosen))))
    _queue_fresh(work, _members(work, left, UserTask.group_id))
    _queue_for_substitutes(work, _substituted(work, left, UserTask.group_id))
    _report(work, _unheard(work, left, UserTask.group_id))


def _queue(work: Work, recipients: Select[Reminder, UserTask, Person]) -> int:
    """Writes the mails; gives how many."""
    letters = insert(OutgoingMail).from_select(_OUTBOX_COLUMNS, _letters(work, recipients))
    written = work.session.execute(letters.execution_options(preserve_rowcount=True))
    return cast_to(CursorResult[Any], written).rowcount


def _queue_fresh(work: Work, recipients: Select[Reminder, UserTask, Person]) -> None:
    """The same for those who may have got the letter in another way, or come in several: each gets one."""
    letters = _letters(work, recipients).distinct()
    key = letters.selected_columns[0]
    fresh = letters.where(not_(exists().where(OutgoingMail.key == key)))
    work.session.execute(insert(OutgoingMail).from_select(_OUTBOX_COLUMNS, fresh))


def _report(work: Work, unheard: Select[*tuple[Any, ...]]) -> None:
    """Writes an incident for every reminder that nobody is there to read."""
    work.session.execute(insert(Incident).from_select(_INCIDENT_COLUMNS, unheard))


def _holders(work: Work, chosen: ColumnElement[bool]) -> Select[Reminder, UserTask, Person]:
    """Reminders for whoever holds the task, as long as they sit in the office that it waits in."""
    query = (
        select(Reminder, UserTask, Person)
        .join(UserTask, UserTask.id == Reminder.task_id)
        .join(Person, Person.id == UserTask.assignee_id)
        .where(chosen, Person.active)
    )
    query, day = _dated(work, query)
    return query.where(_sits_there(work, Person.id, day))


def _sits_there(work: Work, person_id: Group, day: date | ColumnElement[date]) -> ColumnElement[bool]:
    """Whether somebody sits in the group of a task; whom it is delegated to, in any group of its office."""
    theirs = (Membership.person_id == person_id, seated_on(day))
    # That the task is the reminder's is said again, lest it be asked of the tasks of all other reminders too.
    seat = select(Membership.id).where(
        Membership.group_id == UserTask.group_id, Reminder.task_id == UserTask.id, *theirs
    )
    own, asked = aliased(CandidateGroup), aliased(CandidateGroup)
    beside = (
        select(Membership.id)
        .join(own, own.id == Membership.group_id)
        .join(asked, asked.organisation_id == own.organisation_id)
        .where(asked.id == UserTask.group_id, *theirs)
    )
    # PostgreSQL takes it for rare that a holder sits where the task waits. Joined, it would begin with the
    # seats and walk through all open tasks for a few reminders; the offset has it ask for each holder.
    sits = (seat.offset(0) if work.on_postgresql else seat).exists()
    return or_(sits, and_(_delegated(), beside.exists()))


def _delegated() -> ColumnElement[bool]:
    """Whether a colleague works on a task; said as its index says it, for there are few."""
    return and_(UserTask.closed_at.is_(None), UserTask.delegation == literal_column(f"'{PENDING}'"))


def _owners(chosen: ColumnElement[bool]) -> Select[Reminder, UserTask, Person]:
    """The same for those who have a colleague work on the task and stay responsible for it."""
    return (
        select(Reminder, UserTask, Person)
        .join(UserTask, UserTask.id == Reminder.task_id)
        .join(Person, Person.id == UserTask.owner_id)
        .where(chosen, _delegated(), Person.active)
    )


def _holders_substituted(work: Work, chosen: ColumnElement[bool]) -> Select[Reminder, UserTask, Person]:
    """The same for those who stand in for the holder in the office that the task waits in."""
    return _substituted(work, chosen, UserTask.group_id).where(
        or_(Substitution.absent_id == UserTask.assignee_id, Substitution.absent_id == UserTask.owner_id)
    )


def _substituted(work: Work, chosen: ColumnElement[bool], group: Group) -> Select[Reminder, UserTask, Person]:
    """The same for those who stand in for somebody who sits in a group."""
    query = (
        select(Reminder, UserTask, Person)
        .join(UserTask, UserTask.id == Reminder.task_id)
        .join(SubstitutionSeat, SubstitutionSeat.group_id == group)
        .join(Substitution, Substitution.id == SubstitutionSeat.substitution_id)
        .join(
            Membership,
            and_(
                Membership.person_id == Substitution.absent_id,
                Membership.group_id == SubstitutionSeat.group_id,
            ),
        )
        .join(Person, Person.id == Substitution.substitute_id)
        .where(chosen, Person.active)
    )
    query, day = _dated(work, query)
    return query.where(stands_on(day), seated_on(day))


def _queue_for_substitutes(work: Work, recipients: Select[Reminder, UserTask, Person]) -> None:
    """Writes the mails to substitutes: one each, also to those who stand in for several or sit there too."""
    if not work.session.scalar(_ANYBODY_AWAY, {"day": work.now.date() - timedelta(days=1)}):
        return
    _queue_fresh(work, recipients)


def _unheld(work: Work, chosen: ColumnElement[bool]) -> Select[int]:
    """Those of some reminders whose task nobody holds who is still there: what they leave lying is the
    whole office's.
    """
    query = (
        select(Reminder.id)
        .join(UserTask, UserTask.id == Reminder.task_id)
        .outerjoin(Person, and_(Person.id == UserTask.assignee_id, Person.active))
        .where(chosen)
    )
    query, day = _dated(work, query)
    return query.where(or_(Person.id.is_(None), not_(_sits_there(work, Person.id, day))))


def _members(work: Work, chosen: ColumnElement[bool], group: Group) -> Select[Reminder, UserTask, Person]:
    """Reminders for everybody who sits in a group on the local date of its locality."""
    query = (
        select(Reminder, UserTask, Person)
        .join(UserTask, UserTask.id == Reminder.task_id)
        .join(Membership, Membership.group_id == group)
        .join(Person, Person.id == Membership.person_id)
        .where(chosen, Person.active)
    )
    query, day = _dated(work, query)
    return query.where(seated_on(day))


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


def _unheard(work: Work, chosen: ColumnElement[bool], group: Group) -> Select[*tuple[Any, ...]]:
    """An incident for each of some reminders to a group in which nobody sits."""
    query = (
        select(
            literal(IncidentKind.UNHEARD_REMINDER.value),
            UserTask.dossier_id,
            Reminder.rule_key,
            literal(work.now, Incident.opened_at.type),
        )
        .join(UserTask, UserTask.id == Reminder.task_id)
        .where(chosen)
    )
    query, day = _dated(work, query)
    member = exists().where(
        Membership.group_id == group, Person.id == Membership.person_id, Person.active, seated_on(day)
    )
    return query.where(not_(member))

"""The daily digest: whose hour has come, written in sets; and what waits for one person."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    String,
    and_,
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
from sqlalchemy.orm import joinedload

from service.domain.people import Actor
from service.store.people import seated_on, stands_on
from service.store.tables import (
    CandidateGroup,
    Dossier,
    Locality,
    Membership,
    Organisation,
    OutgoingMail,
    Person,
    Substitution,
    SubstitutionSeat,
    UserTask,
)
from service.store.work import Work

COUNT_CAP = 1000
"""A count stops here, as in the inbox."""
_COLUMNS = ("key", "template", "recipient_id", "status", "attempts", "created_at", "next_attempt_at")


@dataclass(frozen=True, slots=True)
class Span:
    """Tasks whose deadline lies in a span of time, its end included; open sides mean no limit."""

    after: datetime | None = None
    until: datetime | None = None


def zones(work: Work) -> list[str]:
    """The zones of all localities."""
    return list(work.session.scalars(select(Locality.zone).distinct().order_by(Locality.zone)))


def hours(work: Work) -> list[int]:
    """The hours at which anybody wants a digest."""
    wanted = select(Person.digest_hour).where(Person.active, Person.digest_hour.is_not(None)).distinct()
    return [hour for hour in work.session.scalars(wanted) if hour is not None]


def zone_of(work: Work, person_id: int) -> str | None:
    """The zone of the locality in which a person got their first seat."""
    return work.session.scalar(
        select(Locality.zone)
        .join(Organisation, Organisation.locality_id == Locality.id)
        .join(CandidateGroup, CandidateGroup.organisation_id == Organisation.id)
        .join(Membership, Membership.group_id == CandidateGroup.id)
        .where(Membership.person_id == person_id)
        .order_by(Membership.id)
        .limit(1)
    )


def queue_due(work: Work, zone: str, today: date, hour: int, limit: int) -> tuple[int, int]:
    """Writes the digests of those in a zone whose hour has come on its local date, at most `limit` people.

    An hour of yesterday that nobody looked at, since all workers stood still, counts for yesterday: late, but
    not lost. Whoever has nothing waiting gets none, and none later for that day. Rows that another worker
    holds are skipped (PostgreSQL); on SQLite the writing transaction already excludes every other.

    Returns:
        How many people were looked at, fewer than `limit` when nobody is left; and how many get a digest.
    """
    passed, yesterday = Person.digest_hour <= hour, today - timedelta(days=1)
    day = case((passed, today), else_=yesterday)
    due = (
        select(Person.id)
        .where(
            Person.active,
            or_(
                and_(passed, or_(Person.digest_on.is_(None), Person.digest_on < today)),
                and_(Person.digest_hour > hour, Person.digest_on < yesterday),
            ),
            _sits_in(zone, today),
        )
        .order_by(Person.id)
        .limit(limit)
    )
    if work.on_postgresql:
        due = due.with_for_update(skip_locked=True, of=Person)
    ids, queued = list(work.session.scalars(due)), 0
    if ids:
        chosen = Person.id.in_(ids)
        key = (
            literal("digest:") + cast(Person.id, String) + case((passed, f":{today}"), else_=f":{yesterday}")
        )
        now = literal(work.now, OutgoingMail.created_at.type)
        letters = select(key, literal("digest"), Person.id, literal("queued"), literal(0), now, now).where(
            chosen, _has_waiting(today), not_(exists().where(OutgoingMail.key == key))
        )
        written = insert(OutgoingMail).from_select(_COLUMNS, letters).returning(OutgoingMail.id)
        queued = len(work.session.scalars(written).all())
        work.session.execute(
            update(Person).where(chosen).values(digest_on=day).execution_options(synchronize_session=False)
        )
    return len(ids), queued


def waiting(work: Work, actor: Actor, span: Span, limit: int, *, mine: bool) -> list[UserTask]:
    """The open tasks that somebody holds (else: may take), of a span, the nearest deadline first.

    Those of somebody for whom they stand in count as theirs.
    """
    return list(
        work.session.scalars(
            select(UserTask)
            .where(*_waiting_for(actor, span, mine=mine))
            .options(joinedload(UserTask.dossier).joinedload(Dossier.round))
            .order_by(UserTask.sort_at, UserTask.id)
            .limit(limit)
        )
    )


def count_waiting(work: Work, actor: Actor, span: Span, *, mine: bool) -> int:
    """How many there are of them; capped at COUNT_CAP."""
    head = select(UserTask.id).where(*_waiting_for(actor, span, mine=mine)).limit(COUNT_CAP).subquery()
    return work.session.scalar(select(func.count()).select_from(head)) or 0


def _waiting_for(actor: Actor, span: Span, *, mine: bool) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [UserTask.closed_at.is_(None)]
    if mine:
        found.append(
            or_(
                UserTask.assignee_id == actor.person_id,
                *(
                    and_(UserTask.assignee_id == person_id, UserTask.group_id.in_(sorted(groups)))
                    for person_id, groups in actor.absences.items()
                ),
            )
        )
    else:
        found += [UserTask.assignee_id.is_(None), UserTask.group_id.in_(sorted(actor.group_ids))]
    if span.after is not None:
        found.append(UserTask.sort_at > span.after)
    if span.until is not None:
        found.append(UserTask.sort_at <= span.until)
    return found


def _sits_in(zone: str, today: date) -> ColumnElement[bool]:
    return exists().where(
        Membership.person_id == Person.id,
        seated_on(today),
        CandidateGroup.id == Membership.group_id,
        Organisation.id == CandidateGroup.organisation_id,
        Locality.id == Organisation.locality_id,
        Locality.zone == zone,
    )


def _has_waiting(today: date) -> ColumnElement[bool]:
    held = exists().where(UserTask.assignee_id == Person.id, UserTask.closed_at.is_(None))
    unclaimed = exists().where(
        Membership.person_id == Person.id,
        seated_on(today),
        UserTask.group_id == Membership.group_id,
        and_(UserTask.closed_at.is_(None), UserTask.assignee_id.is_(None)),
    )
    standing_in = exists().where(
        Substitution.substitute_id == Person.id,
        stands_on(today),
        SubstitutionSeat.substitution_id == Substitution.id,
        UserTask.group_id == SubstitutionSeat.group_id,
        UserTask.closed_at.is_(None),
        or_(UserTask.assignee_id.is_(None), UserTask.assignee_id == Substitution.absent_id),
    )
    return or_(held, unclaimed, standing_in)

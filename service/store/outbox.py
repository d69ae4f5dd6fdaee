"""The outbox as administrators read it: folders, search, counts, retrying. A million mails cost no more."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, select, union_all, update
from sqlalchemy.orm import joinedload

from service.store.mails import of_status
from service.store.tables import Dossier, Incident, OutgoingMail, Person
from service.store.work import Work

COUNT_CAP = 1000
"""A folder's count stops here, as in the inbox."""
MOST_FOUND = 20
"""A search takes so many dossiers and so many people that fit, the newest and in name order."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which mails: of a status, about what a text finds, and older than one that was read."""

    status: str | None = None
    text: str = ""
    """Part of a dossier's code, or of a recipient's name or address, without accents."""
    before_id: int | None = None
    limit: int = 50


def page(work: Work, wanted: Wanted) -> list[OutgoingMail]:
    """Mails, the newest first, with recipient and dossier."""
    mails = (
        select(OutgoingMail)
        .options(joinedload(OutgoingMail.recipient), joinedload(OutgoingMail.dossier))
        .where(OutgoingMail.id.in_(_ids(work, wanted)))
        .order_by(OutgoingMail.id.desc())
        .limit(wanted.limit)
    )
    return list(work.session.scalars(mails))


def one(work: Work, mail_id: int) -> OutgoingMail | None:
    """One mail with its recipient, dossier and task."""
    return work.session.scalar(
        select(OutgoingMail)
        .where(OutgoingMail.id == mail_id)
        .options(
            joinedload(OutgoingMail.recipient),
            joinedload(OutgoingMail.dossier),
            joinedload(OutgoingMail.task),
        )
    )


def counts(work: Work, statuses: Sequence[str]) -> dict[str, int]:
    """How many mails have each status; capped at COUNT_CAP."""
    return {status: _count(work, of_status(status)) for status in statuses}


def retry(work: Work, mail: OutgoingMail, actor_id: int | None) -> None:
    """Makes a mail wait to be sent at once, with all its attempts before it, and closes its incidents."""
    mail.status, mail.attempts, mail.next_attempt_at = "queued", 0, work.now
    _close_incidents(work, Incident.mail_id == mail.id, actor_id)


def retry_dead(work: Work, actor_id: int | None) -> int:
    """The same for all that could not be delivered, in one set; gives how many."""
    dead = select(OutgoingMail.id).where(of_status("dead"))
    if work.on_postgresql:
        dead = dead.with_for_update()
    number = _count(work, of_status("dead"), capped=False)
    _close_incidents(work, Incident.mail_id.in_(dead), actor_id)
    work.session.execute(
        update(OutgoingMail)
        .where(of_status("dead"))
        .values(status="queued", attempts=0, next_attempt_at=work.now)
        .execution_options(synchronize_session=False)
    )
    return number


def _ids(work: Work, wanted: Wanted) -> Select[int]:
    """The ids of a page: of each dossier and person found the newest few, since each has an index."""
    if not wanted.text:
        return _head(wanted)
    heads = [
        _head(wanted, condition).subquery()
        for condition in (
            *(OutgoingMail.dossier_id == dossier_id for dossier_id in _dossiers(work, wanted.text)),
            *(OutgoingMail.recipient_id == person_id for person_id in _people(work, wanted.text)),
        )
    ]
    if not heads:
        return select(OutgoingMail.id).where(OutgoingMail.id < 0)
    return select(union_all(*(select(head.c.id) for head in heads)).subquery().c.id)


def _head(wanted: Wanted, *conditions: ColumnElement[bool]) -> Select[int]:
    query = select(OutgoingMail.id).where(*conditions)
    if wanted.status is not None:
        query = query.where(of_status(wanted.status))
    if wanted.before_id is not None:
        query = query.where(OutgoingMail.id < wanted.before_id)
    return query.order_by(OutgoingMail.id.desc()).limit(wanted.limit)


def _dossiers(work: Work, text: str) -> list[int]:
    found = select(Dossier.id).where(func.lower(Dossier.code).contains(text, autoescape=True))
    return list(work.session.scalars(found.order_by(Dossier.id.desc()).limit(MOST_FOUND)))


def _people(work: Work, text: str) -> list[int]:
    found = select(Person.id).where(Person.search_key.contains(text, autoescape=True))
    return list(work.session.scalars(found.order_by(Person.sort_key, Person.id).limit(MOST_FOUND)))


def _count(work: Work, condition: ColumnElement[bool], *, capped: bool = True) -> int:
    found = select(OutgoingMail.id).where(condition)
    if capped:
        found = found.limit(COUNT_CAP)
    return work.session.scalar(select(func.count()).select_from(found.subquery())) or 0


def _close_incidents(work: Work, of: ColumnElement[bool], actor_id: int | None) -> None:
    work.session.execute(
        update(Incident)
        .where(of, Incident.closed_at.is_(None))
        .values(closed_at=work.now, closed_by_id=actor_id)
        .execution_options(synchronize_session=False)
    )

"""Queries over the outbox."""

from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    and_,
    func,
    literal_column,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.orm import joinedload

from service.domain.errors import NotFound, message
from service.store.tables import Deadline, Dossier, HistoryStep, OutgoingMail, UserTask
from service.store.work import Work

OPEN = ("queued", "sending", "dead")
"""The states from which a mail can still go on its way."""
_UNSETTLED = ("queued", "sending")
# Said as the indexes say it: SQLite takes one only for the very words of its condition.
_WORDS = [literal_column(f"'{status}'") for status in _UNSETTLED]
_ON_THEIR_WAY, _SETTLED = OutgoingMail.status.in_(_WORDS), OutgoingMail.status.not_in(_WORDS)


def of_status(status: str) -> ColumnElement[bool]:
    """Whether a mail has a status, said so that the index of its folder is read."""
    return and_(_ON_THEIR_WAY if status in _UNSETTLED else _SETTLED, OutgoingMail.status == status)


def claim(work: Work, limit: int, lease: timedelta) -> list[OutgoingMail]:
    """Takes mails whose turn has come, or whose sender has died (lease over), and marks them sending.

    Claiming is no attempt yet: each is counted when its mail is about to go on the wire.
    """
    turn = or_(
        and_(OutgoingMail.status == "queued", OutgoingMail.next_attempt_at <= work.now),
        and_(OutgoingMail.status == "sending", OutgoingMail.lease_until <= work.now),
    )
    due = select(OutgoingMail.id).where(_ON_THEIR_WAY, turn)
    due = due.order_by(OutgoingMail.next_attempt_at).limit(limit)
    if work.on_postgresql:
        due = due.with_for_update(skip_locked=True)
    ids = list(work.session.scalars(due))
    mails = some(work, ids)
    for mail in mails:
        mail.status = "sending"
        mail.lease_until = work.now + lease
    work.session.flush()
    return mails


def some(work: Work, ids: list[int]) -> list[OutgoingMail]:
    """Some mails with everything that composing them needs."""
    return list(
        work.session.scalars(
            select(OutgoingMail)
            .where(OutgoingMail.id.in_(ids))
            .options(
                joinedload(OutgoingMail.recipient),
                joinedload(OutgoingMail.dossier).joinedload(Dossier.unit),
                joinedload(OutgoingMail.dossier).joinedload(Dossier.round),
                joinedload(OutgoingMail.task).joinedload(UserTask.deadline).joinedload(Deadline.round),
                joinedload(OutgoingMail.task).joinedload(UserTask.group),
            )
            .order_by(OutgoingMail.id)
        )
    )


def get(work: Work, mail_id: int) -> OutgoingMail:
    """One mail.

    Raises:
        NotFound: when there is none.
    """
    found = work.session.get(OutgoingMail, mail_id)
    if found is None:
        raise NotFound(message("There is no such mail."))
    return found


def lock(work: Work, mail_id: int) -> OutgoingMail:
    """One mail as it is now, kept from other workers until the Work ends.

    Raises:
        NotFound: when there is none.
    """
    found = work.session.get(OutgoingMail, mail_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound(message("There is no such mail."))
    return found


def give_back(work: Work, mail_ids: list[int], lease_until: datetime) -> None:
    """Puts mails back that were claimed until then and that nobody has begun to send."""
    work.session.execute(
        update(OutgoingMail)
        .where(
            OutgoingMail.id.in_(mail_ids),
            OutgoingMail.status == "sending",
            OutgoingMail.lease_until == lease_until,
        )
        .values(status="queued", lease_until=None)
    )


def newest(work: Work, limit: int = 200) -> list[OutgoingMail]:
    """The newest mails of the outbox."""
    return list(
        work.session.scalars(
            select(OutgoingMail)
            .options(joinedload(OutgoingMail.recipient), joinedload(OutgoingMail.dossier))
            .order_by(OutgoingMail.id.desc())
            .limit(limit)
        )
    )


def of_dossier(work: Work, dossier_id: int) -> list[OutgoingMail]:
    """All mails about a dossier, oldest first."""
    return list(
        work.session.scalars(
            select(OutgoingMail)
            .where(OutgoingMail.dossier_id == dossier_id)
            .options(joinedload(OutgoingMail.recipient))
            .order_by(OutgoingMail.id)
        )
    )


def count_open(work: Work) -> dict[str, int]:
    """How many mails are queued, sending and dead: what still asks for something.

    Read from the indexes of the folders alone, and of them only what these states have: however many mails
    have been sent, they are not counted.
    """
    found = {status: int(number) for status, number in work.session.execute(counting_open())}
    return {status: found.get(status, 0) for status in OPEN}


def counting_open() -> CompoundSelect[str, int]:
    """The statement of `count_open`."""
    counted = select(OutgoingMail.status, func.count()).group_by(OutgoingMail.status)
    return union_all(counted.where(_ON_THEIR_WAY), counted.where(of_status("dead")))


def next_attempt(work: Work) -> datetime | None:
    """The next instant after now at which a queued mail wants to go, if any."""
    return work.session.scalar(
        select(func.min(OutgoingMail.next_attempt_at)).where(
            of_status("queued"), OutgoingMail.next_attempt_at > work.now
        )
    )


def step_of(work: Work, mail: OutgoingMail) -> HistoryStep | None:
    """The step of a dossier's history that a mail tells."""
    return work.session.scalar(
        select(HistoryStep).where(
            HistoryStep.dossier_id == mail.dossier_id, HistoryStep.position == mail.position
        )
    )

"""The outbox for administrators: what waits, what was sent, what could not be delivered, and trying again."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from service.domain.errors import Conflict, NotFound, message
from service.domain.mails import MailStatus
from service.domain.people import SYSTEM, Actor
from service.domain.words import search_key
from service.log import get_logger
from service.operations import access
from service.store import mails, outbox
from service.store.outbox import COUNT_CAP, Wanted
from service.store.tables import OutgoingMail
from service.store.work import Work

__all__ = [
    "COUNT_CAP",
    "STATUSES",
    "MailPage",
    "Wanted",
    "as_json",
    "counts",
    "may_retry",
    "page",
    "retry",
    "retry_dead",
    "show",
]

STATUSES: Sequence[str] = tuple(status.value for status in MailStatus)
"""The folders, in the order they are shown."""
_log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class MailPage:
    """Some mails, the newest first; `following` is the id before which the next page begins."""

    mails: list[OutgoingMail]
    following: int | None


def page(work: Work, actor: Actor, wanted: Wanted) -> MailPage:
    """A page of the outbox, found by a dossier's code or by the recipient.

    Raises:
        NotAllowed: when the actor is neither an administrator nor the operator's command line.
    """
    access.require_administrator(actor)
    found = outbox.page(
        work, Wanted(wanted.status, search_key(wanted.text), wanted.before_id, wanted.limit + 1)
    )
    shown = found[: wanted.limit]
    return MailPage(shown, shown[-1].id if len(found) > wanted.limit else None)


def counts(work: Work, actor: Actor) -> dict[str, int]:
    """How many mails lie in each folder, capped at COUNT_CAP.

    Raises:
        NotAllowed: as for `page`.
    """
    access.require_administrator(actor)
    return outbox.counts(work, STATUSES)


def show(work: Work, actor: Actor, mail_id: int) -> OutgoingMail:
    """One mail with recipient, dossier and task.

    Raises:
        NotAllowed: as for `page`.
        NotFound: there is none.
    """
    access.require_administrator(actor)
    found = outbox.one(work, mail_id)
    if found is None:
        raise NotFound(message("There is no such mail."))
    return found


def may_retry(mail: OutgoingMail) -> bool:
    """Whether trying again makes sense: it is dead, or waits."""
    return mail.status in {"dead", "queued"}


def retry(work: Work, actor: Actor, mail_id: int) -> OutgoingMail:
    """Sends a mail with the next sweep that could not be delivered, or waits for a later attempt.

    Raises:
        NotAllowed: as for `page`.
        NotFound: there is none.
        Conflict: it is being sent, or was sent.
    """
    access.require_administrator(actor)
    mail = mails.lock(work, mail_id)
    if not may_retry(mail):
        raise Conflict(
            message(
                "This mail is being sent or is settled: sending it again would make a second copy, or one "
                "that its reader has declined."
            )
        )
    outbox.retry(work, mail, _id(actor))
    _log.info("mail_retried", mail=mail.id)
    return show(work, actor, mail_id)


def retry_dead(work: Work, actor: Actor) -> int:
    """Sends everything again that could not be delivered; gives how many mails that are.

    Raises:
        NotAllowed: as for `page`.
    """
    access.require_administrator(actor)
    number = outbox.retry_dead(work, _id(actor))
    _log.info("dead_mails_retried", number=number)
    return number


def as_json(mail: OutgoingMail) -> dict[str, Any]:
    """A mail as the command line gives it: instants in UTC."""
    return {
        "id": mail.id,
        "template": mail.template,
        "dossier": mail.dossier.code if mail.dossier else None,
        "recipient": mail.recipient.name,
        "status": mail.status,
        "attempts": mail.attempts,
        "unanswered": mail.unanswered,
        "created_at": mail.created_at.isoformat(),
        "next_attempt_at": mail.next_attempt_at.isoformat() if mail.status == "queued" else None,
        "sent_at": mail.sent_at.isoformat() if mail.sent_at else None,
        "message_id": mail.message_id,
        "last_error": mail.last_error,
    }


def _id(actor: Actor) -> int | None:
    return None if actor is SYSTEM else actor.person_id

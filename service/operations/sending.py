"""Sending what is in the outbox.

The promise: exactly one row per cause and recipient; on the wire at most one extra copy for each
attempt whose answer was lost, under the same Message-ID.
"""

import random
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from service import mail
from service.domain import deadlines as rules
from service.domain.errors import Invalid
from service.log import get_logger
from service.mail import Letter, Permanent, Sender, Temporary, next_attempt
from service.operations import calendars, incidents
from service.operations.services import Services
from service.store import mails
from service.store.tables import Dossier, OutgoingMail, UserTask
from service.store.work import Work

LEASE = timedelta(minutes=5)
BATCH = 50
MOST_ATTEMPTS = 12
_log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Sent:
    """What one sweep of the outbox did."""

    sent: int = 0
    put_back: int = 0
    dead: int = 0


def send_due(services: Services, limit: int = 1_000) -> Sent:
    """Sends what is due, a batch at a time over one connection; each answer is recorded on its own.

    Without a mail server in the settings, mail waits in the outbox.
    """
    sent = put_back = dead = 0
    settings = services.settings
    if settings.smtp is None:
        return Sent()
    with Sender(settings.smtp) as sender:
        while sent + put_back + dead < limit:
            with services.database.write() as work:
                batch = [
                    (row.id, compose(work, row, settings.base_url)) for row in mails.claim(work, BATCH, LEASE)
                ]
            for mail_id, letter in batch:
                outcome = _send_one(services, sender, mail_id, letter)
                sent += outcome == "sent"
                put_back += outcome == "queued"
                dead += outcome == "dead"
            if len(batch) < BATCH:
                break
    return Sent(sent, put_back, dead)


def compose(work: Work, row: OutgoingMail, base_url: str) -> Letter:
    """The letter of an outbox row, with what is true of its dossier now."""
    dossier, task = row.dossier, row.task
    language = row.recipient.language
    params: dict[str, Any] = {"rule": row.rule_key or ""}
    link = base_url
    if dossier is not None:
        zone = ZoneInfo(dossier.round.locality.zone)
        params |= {
            "code": dossier.code,
            "title": dossier.title,
            "unit": _name(dossier.unit, language),
            "round": _name(dossier.round, language),
            "status": dossier.status,
            "ending": dossier.ending or "",
        }
        link = f"{base_url}/dossiers/{dossier.id}"
        if task is not None:
            params |= {"step": task.name, "reason": task.return_reason or ""}
            params |= _deadline_params(work, dossier, task, zone)
            link = f"{base_url}/tasks/{task.id}"
    message_id = row.message_id = row.message_id or mail.make_message_id(row.key, base_url)
    return Letter(
        template=row.template,
        language=language,
        to_name=row.recipient.name,
        to_address=row.recipient.email,
        params=params,
        link=link,
        key=row.key,
        message_id=message_id,
        sent_at=work.now,
    )


def _deadline_params(work: Work, dossier: Dossier, task: UserTask, zone: ZoneInfo) -> dict[str, Any]:
    row = task.deadline
    if row is None or row.last_day is None:
        return {"last_day": None}
    deadline = calendars.deadline(row, dossier.round.key, zone)
    calendar = calendars.of(work, dossier.round.locality)
    return {
        "last_day": row.last_day,
        "due_at": row.due_at.astimezone(zone) if row.due_at else None,
        "days_left": rules.days_left(deadline, work.now),
        "working_days_left": rules.working_days_left(deadline, work.now, calendar),
        "document": row.source_document,
        "section": row.source_section,
        "quote": row.source_quote,
    }


def _send_one(services: Services, sender: Sender, mail_id: int, letter: Letter) -> str:
    try:
        message = mail.compose(letter, sender.smtp.sender)
        sender.send(message)
    except Temporary as error:
        return _put_back(services, mail_id, str(error))
    except (Permanent, Invalid) as error:
        return _bury(services, mail_id, str(error))
    with services.database.write() as work:
        row = mails.get(work, mail_id)
        row.status, row.sent_at, row.lease_until = "sent", work.now, None
        row.subject, row.last_error = str(message["Subject"]), None
    return "sent"


def _put_back(services: Services, mail_id: int, error: str) -> str:
    with services.database.write() as work:
        row = mails.get(work, mail_id)
        if row.attempts >= MOST_ATTEMPTS:
            _mark_dead(work, row, error)
            return "dead"
        row.status, row.lease_until, row.last_error = "queued", None, error
        row.next_attempt_at = next_attempt(row.attempts, work.now, random.SystemRandom())
    return "queued"


def _bury(services: Services, mail_id: int, error: str) -> str:
    with services.database.write() as work:
        _mark_dead(work, mails.get(work, mail_id), error)
    return "dead"


def _mark_dead(work: Work, row: OutgoingMail, error: str) -> None:
    row.status, row.lease_until, row.last_error = "dead", None, error
    incidents.report_mail(work, row, error)
    _log.error("mail_dead", mail=row.id, key=row.key, reason=error)


def _name(row: Any, language: str) -> str:
    return str(row.name_en if language == "en" else row.name_vi)

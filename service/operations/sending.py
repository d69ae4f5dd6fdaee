"""Sending what is in the outbox.

The promise: exactly one row per cause and recipient; on the wire at most one extra copy for each
attempt whose answer was lost, under the same Message-ID.
"""

import random
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from service import mail
from service.domain import deadlines as rules
from service.domain.errors import Invalid, TrinhError
from service.log import get_logger
from service.mail import Letter, Permanent, Sender, Temporary, next_attempt
from service.operations import calendars, dues, incidents
from service.operations.services import Services
from service.store import mails, tasks
from service.store.tables import Dossier, OutgoingMail, UserTask
from service.store.work import Work

LEASE = timedelta(minutes=10)
LEAST_LEFT = timedelta(minutes=4)
"""A mail is begun only with so much of its lease left: the slowest conversation with a server ends in it."""
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
    outcomes: Counter[str] = Counter()
    smtp = services.settings.smtp
    if smtp is None:
        return Sent()
    with Sender(smtp) as sender:
        while outcomes.total() < limit:
            with services.database.write() as work:
                begun_at = work.now
                claimed = mails.claim(work, BATCH, LEASE)
                batch = [(row.id, _composed(work, row, services.settings.base_url)) for row in claimed]
            for mail_id, letter in batch:
                if letter is None:
                    outcomes["dead"] += 1
                elif services.database.clock.now() > begun_at + LEASE - LEAST_LEFT:
                    outcomes[_give_back(services, mail_id)] += 1
                else:
                    outcomes[_send_one(services, sender, mail_id, letter)] += 1
            if len(batch) < BATCH:
                break
    return Sent(outcomes["sent"], outcomes["queued"], outcomes["dead"])


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
            late = task if task.deadline_id else tasks.first_overdue(work, dossier.id)
            if late is not None and late is not task:
                params["late_step"] = late.name
            params |= _deadline_params(work, dossier, late or task, zone, row.deadline_date)
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


def _composed(work: Work, row: OutgoingMail, base_url: str) -> Letter | None:
    """The letter, or None after burying a mail that cannot be composed: the others must not wait for it."""
    try:
        return compose(work, row, base_url)
    except Exception as error:  # noqa: BLE001 - see above
        _mark_dead(work, row, _reason(error))
        return None


def _deadline_params(
    work: Work, dossier: Dossier, task: UserTask, zone: ZoneInfo, reminded_of: date | None
) -> dict[str, Any]:
    """What a mail says of the task's deadline; one dropped since the reminder is told as it was then."""
    due = dues.of_task(task)
    last_day = due.last_day or reminded_of if due else None
    if due is None or last_day is None:
        return {"last_day": None}
    row, deadline = due.row, replace(due.resolved(dossier.round.key, zone), last_day=last_day)
    calendar = calendars.of(work, dossier.round.locality)
    return {
        "last_day": last_day,
        "due_at": deadline.due_at,
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
    except Exception as error:  # noqa: BLE001 - a mail that breaks something must not hold up the others
        return _put_back(services, mail_id, _reason(error))
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


def _give_back(services: Services, mail_id: int) -> str:
    """Leaves a mail for the next sweep, since its lease may end while it is being sent."""
    with services.database.write() as work:
        row = mails.get(work, mail_id)
        if row.status == "sending":
            row.status, row.lease_until = "queued", None
            row.attempts -= 1
    return "queued"


def _bury(services: Services, mail_id: int, error: str) -> str:
    with services.database.write() as work:
        _mark_dead(work, mails.get(work, mail_id), error)
    return "dead"


def _mark_dead(work: Work, row: OutgoingMail, error: str) -> None:
    row.status, row.lease_until, row.last_error = "dead", None, error
    incidents.report_mail(work, row, error)
    _log.error("mail_dead", mail=row.id, key=row.key, reason=error)


def _reason(error: Exception) -> str:
    """The text of an unknown error may carry somebody's data; its kind does not."""
    return str(error) if isinstance(error, TrinhError) else type(error).__name__


def _name(row: Any, language: str) -> str:
    return str(row.name_en if language == "en" else row.name_vi)

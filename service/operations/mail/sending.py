"""Sending what is in the outbox.

The promise: exactly one row per cause and recipient; on the wire at most one extra copy for each
attempt whose answer was lost, under the same Message-ID.

A row counts an attempt, and the answer it lacks, before the mail goes on the wire. Only the answer
takes that back: whatever ends a worker in between, `unanswered` holds how many copies there may be
besides the one. The answer to one mail and the beginning of the next share a transaction.

What its reader has declined meanwhile is not begun, as far as it may be declined.
"""

import random
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from service import mail
from service.domain.errors import Invalid, TrinhError
from service.log import get_logger
from service.mail import Ambiguous, Letter, Permanent, Sender, Temporary, next_attempt
from service.operations import incidents
from service.operations.mail.letters import compose, is_declined
from service.operations.mail.unsubscribing import Unsubscribing
from service.operations.services import Services
from service.store import incidents as incident_rows
from service.store import mails
from service.store.tables import OutgoingMail, Worker
from service.store.work import Database, Work

LEASE = timedelta(minutes=10)
LEAST_LEFT = timedelta(minutes=4)
"""A mail is begun only with so much of its lease left: the slowest conversation with a server ends in it."""
BATCH = 50
MOST_ATTEMPTS = 12
_BROKEN_OFF = "The last attempt broke off before an answer came, and there have been enough of them."
_log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Sent:
    """What one sweep of the outbox did."""

    sent: int = 0
    put_back: int = 0
    dead: int = 0
    declined: int = 0


@dataclass(frozen=True, slots=True)
class _Answer:
    """What became of one attempt; `heard` says that the server's word on it is known."""

    verdict: Literal["sent", "queued", "dead"]
    error: str | None = None
    subject: str | None = None
    heard: bool = True


def send_due(
    services: Services,
    limit: int = 1_000,
    *,
    beat: Callable[[], None] = lambda: None,
    worker_id: str | None = None,
) -> Sent:
    """Sends what is due, a batch at a time over one connection; each answer is recorded on its own.

    Without a mail server in the settings, mail waits in the outbox. `beat` is called after every mail,
    outside of transactions; the row of the worker tells when its sweep ended.
    """
    outcomes: Counter[str] = Counter()
    smtp = services.settings.smtp
    if smtp is not None:
        with Sender(smtp) as sender:
            sweep = _Sweep(services, sender, outcomes, beat)
            while outcomes.total() < limit and sweep.send_batch() == BATCH:
                pass
    if worker_id is not None:
        _report(services.database, worker_id)
    return Sent(outcomes["sent"], outcomes["queued"], outcomes["dead"], outcomes["declined"])


class _Sweep:
    """One sweep of the outbox over one connection."""

    def __init__(
        self, services: Services, sender: Sender, outcomes: Counter[str], beat: Callable[[], None]
    ) -> None:
        self._services = services
        self._database = services.database
        self._sender = sender
        self._outcomes = outcomes
        self._beat = beat
        self._unsubscribing = Unsubscribing.of(services)

    def send_batch(self) -> int:
        """Claims a batch and sends it; gives how many mails were claimed."""
        waiting: deque[tuple[int, Letter]] = deque()
        with self._database.write() as work:
            lease_until = work.now + LEASE
            claimed = mails.claim(work, BATCH, LEASE)
            for row in claimed:
                letter = self._composed(work, row)
                if letter is not None:
                    waiting.append((row.id, letter))
            attempt = self._begin(work, waiting, lease_until)
        while attempt is not None:
            mail_id, letter = waiting.popleft()
            answer = _deliver(self._sender, letter)
            with self._database.write() as work:
                _record(work, mail_id, attempt, answer)
                attempt = self._begin(work, waiting, lease_until)
            self._outcomes[answer.verdict] += 1
            self._beat()
        if waiting:
            self._give_back([mail_id for mail_id, _ in waiting], lease_until)
        return len(claimed)

    def _composed(self, work: Work, row: OutgoingMail) -> Letter | None:
        """The letter, or None after burying a mail that cannot be sent: the others must not wait for it."""
        error = _BROKEN_OFF
        if row.attempts < MOST_ATTEMPTS:
            try:
                return compose(work, row, self._services.settings.base_url, self._unsubscribing)
            except Exception as problem:  # noqa: BLE001 - see above
                error = _reason(problem)
        _mark_dead(work, row, error)
        self._outcomes["dead"] += 1
        return None

    def _begin(self, work: Work, waiting: deque[tuple[int, Letter]], lease_until: datetime) -> int | None:
        """Counts the next attempt and gives its number; None when nothing waits or the lease is too short.

        A mail that another worker has claimed meanwhile is left to it: by its clock our lease was over.
        """
        while waiting and work.now <= lease_until - LEAST_LEFT:
            row = mails.lock(work, waiting[0][0])
            if row.status == "sending" and row.lease_until == lease_until:
                if not is_declined(row):
                    row.attempts += 1
                    row.unanswered += 1
                    return row.attempts
                row.status, row.lease_until = "declined", None
                self._outcomes["declined"] += 1
            waiting.popleft()
        return None

    def _give_back(self, mail_ids: list[int], lease_until: datetime) -> None:
        """Leaves mails for the next sweep, since their lease may end while they are being sent."""
        with self._database.write() as work:
            mails.give_back(work, mail_ids, lease_until)
        self._outcomes["queued"] += len(mail_ids)


def _deliver(sender: Sender, letter: Letter) -> _Answer:
    try:
        composed = mail.compose(letter, sender.smtp.sender)
    except Exception as error:  # noqa: BLE001 - a mail that breaks something must not hold up the others
        return _Answer("dead", _reason(error))
    try:
        sender.send(composed)
    except Ambiguous as error:
        return _Answer("queued", str(error), heard=False)
    except Temporary as error:
        return _Answer("queued", str(error))
    except (Permanent, Invalid) as error:
        return _Answer("dead", str(error))
    except Exception as error:  # noqa: BLE001 - as above; nobody knows how far it got
        return _Answer("queued", _reason(error), heard=False)
    return _Answer("sent", subject=str(composed["Subject"]))


def _record(work: Work, mail_id: int, attempt: int, answer: _Answer) -> None:
    """Writes down what became of an attempt.

    An attempt that took so long that another worker has begun the next one is late: what it heard still
    holds if the mail was taken, but its copy was counted as unanswered by then and stays so.
    """
    row = mails.lock(work, mail_id)
    late = row.attempts != attempt
    if answer.heard and not late:
        row.unanswered -= 1
    if answer.verdict == "sent":
        row.status, row.sent_at, row.lease_until = "sent", work.now, None
        row.subject, row.last_error = answer.subject, None
    elif late or row.status == "sent":
        return
    elif answer.verdict == "dead" or attempt >= MOST_ATTEMPTS:
        _mark_dead(work, row, answer.error or "")
    else:
        row.status, row.lease_until, row.last_error = "queued", None, answer.error
        row.next_attempt_at = next_attempt(attempt, work.now, random.SystemRandom())


def _mark_dead(work: Work, row: OutgoingMail, error: str) -> None:
    row.status, row.lease_until, row.last_error = "dead", None, error
    incidents.report_mail(work, row, error)
    _log.error("mail_dead", mail=row.id, key=row.key, reason=error)


def _reason(error: Exception) -> str:
    """The text of an unknown error may carry somebody's data; its kind does not."""
    return str(error) if isinstance(error, TrinhError) else type(error).__name__


def _report(database: Database, worker_id: str) -> None:
    """Writes when a worker's sweep of the outbox ended: the watchdog and the health page read it."""
    with database.write() as work:
        row = incident_rows.worker(work, worker_id)
        if row is None:
            row = Worker(id=worker_id, started_at=work.now)
            work.session.add(row)
        row.mailed_at = work.now

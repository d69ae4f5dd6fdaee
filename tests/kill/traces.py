"""What must hold after any number of kills, besides what `trinh verify` proves."""

from collections import Counter
from collections.abc import Iterable
from email import message_from_bytes
from email.policy import default
from pathlib import Path

from sqlalchemy import func, select

from service.operations.watch import verification
from service.store.tables import (
    Attachment,
    Dossier,
    HistoryStep,
    OutgoingMail,
    ProcessInstance,
    Reminder,
    Timer,
    UserTask,
)
from service.store.work import Work


def everything_wrong(work: Work, folder: Path, promised: Iterable[str], taken: Iterable[bytes]) -> list[str]:
    """All that is lost or there twice: `promised` is the journal, `taken` the mails that arrived."""
    report = verification.verify(work, folder)
    return [
        *(f"{one.invariant}: {one.where}: {one.found}" for one in report.broken),
        *lost(work, promised),
        *timers_without_effect(work),
        *reminders_without_mail(work),
        *mails_lost_or_doubled(work, taken),
    ]


def lost(work: Work, promised: Iterable[str]) -> list[str]:
    """What a worker said was done, after its commit, and is not there."""
    wrong: list[str] = []
    for line in promised:
        kind, number, *_ = line.split()
        match kind:
            case "opened":
                there = work.session.get(Dossier, int(number)) is not None
            case "attached":
                there = bool(_count(work, Attachment.dossier_id == int(number)))
            case "completed":
                step = (HistoryStep.task_id == int(number), HistoryStep.kind == "completed")
                task = work.session.get(UserTask, int(number))
                there = task is not None and task.closing == "completed" and _count(work, *step) == 1
            case "withdrawn":
                step = (HistoryStep.dossier_id == int(number), HistoryStep.kind == "withdrawn")
                there = _count(work, *step) == 1
            case _:
                there = False
        if not there:
            wrong.append(f"promised and not kept: {line}")
    return wrong


def timers_without_effect(work: Work) -> list[str]:
    """A fired timer has exactly one effect: one step of its dossier's history."""
    fired = _per_dossier(work, Timer.dossier_id, Timer.fired_at.is_not(None))
    told = _per_dossier(work, HistoryStep.dossier_id, HistoryStep.kind == "deadline_passed")
    return [
        f"dossier {dossier_id}: {fired[dossier_id]} timers fired, {told[dossier_id]} deadlines passed"
        for dossier_id in fired.keys() | told.keys()
        if fired[dossier_id] != told[dossier_id]
    ]


def reminders_without_mail(work: Work) -> list[str]:
    """A fired reminder has its mails, one for each recipient, and none has mails unfired."""
    fired = {
        (reminder.task_id, reminder.rule_key, reminder.deadline_date)
        for reminder in work.session.scalars(select(Reminder).where(Reminder.fired_at.is_not(None)))
    }
    mailed = Counter(
        (mail.task_id, mail.rule_key, mail.deadline_date, mail.recipient_id)
        for mail in work.session.scalars(select(OutgoingMail).where(OutgoingMail.template == "reminder"))
    )
    return [
        *(f"reminder {key} and its mails disagree" for key in fired ^ {key[:3] for key in mailed}),
        *(f"reminder {key} was queued {number} times" for key, number in mailed.items() if number > 1),
    ]


def mails_lost_or_doubled(work: Work, taken: Iterable[bytes]) -> list[str]:
    """Every mail was sent, and arrived at most once more than once for each attempt left unanswered."""
    copies = Counter(
        str(message_from_bytes(content, policy=default)["Message-ID"]).strip() for content in taken
    )
    wrong: list[str] = []
    for mail in work.session.scalars(select(OutgoingMail)):
        arrived = copies.pop(mail.message_id or "", 0)
        if mail.status != "sent":
            wrong.append(f"mail {mail.id} is still {mail.status}: {mail.last_error}")
        elif not 1 <= arrived <= 1 + mail.unanswered:
            wrong.append(f"mail {mail.id} arrived {arrived} times, {mail.unanswered} attempts lack an answer")
    return wrong + [f"mail {message_id} came from nowhere" for message_id in copies]


def unfinished(work: Work) -> list[int]:
    """The dossiers that have not reached an end."""
    return list(
        work.session.scalars(select(ProcessInstance.dossier_id).where(ProcessInstance.ended.is_(False)))
    )


def _count(work: Work, *conditions: object) -> int:
    return work.session.scalar(select(func.count()).where(*conditions)) or 0  # type: ignore[arg-type]


def _per_dossier(work: Work, column: object, condition: object) -> Counter[int]:
    rows = work.session.execute(
        select(column, func.count()).where(condition).group_by(column)  # type: ignore[arg-type, call-overload]
    )
    return Counter({int(dossier_id): int(number) for dossier_id, number in rows})

"""What sending a form would bring about: it is carried out, looked at, and taken back.

So nothing is foretold by rules of its own: what the review page says is what would happen now.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from service.domain.labels import Label
from service.domain.people import Actor
from service.operations.process import effects
from service.operations.work import tasks
from service.operations.work.completions import Filled
from service.store import mails as mail_rows
from service.store import people
from service.store import tasks as task_rows
from service.store.tables import UserTask
from service.store.work import Database, Work


@dataclass(frozen=True, slots=True)
class NextStep:
    """A step that would open: whose it is, who would hold it at once, and until when."""

    element_id: str
    name: str
    office: Label
    holder: str | None
    last_day: date | None
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class NextMail:
    """Mails of one kind that would be sent, and to whom."""

    template: str
    recipients: Sequence[str]


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What would follow. `ends` says that the dossier's way would be over, with that status."""

    status: str
    ends: bool
    outcome: str
    steps: Sequence[NextStep]
    mails: Sequence[NextMail]


def foresee(database: Database, actor: Actor, task_id: int, filled: Filled) -> Foreseen:
    """What completing a task with this form would bring about; nothing of it is kept.

    Raises:
        Invalid, Conflict, NotAllowed, NotFound: what completing it would raise.
    """
    return effects.tried(database, lambda work: _try(work, actor, task_id, filled))


def _try(work: Work, actor: Actor, task_id: int, filled: Filled) -> Foreseen:
    dossier_id = tasks.show(work, actor, task_id).dossier_id
    before = {task.id for task in task_rows.open_of(work, dossier_id).values()}
    mailed = {mail.id for mail in mail_rows.of_dossier(work, dossier_id)}
    done = tasks.complete(work, actor, task_id, filled)
    work.session.flush()
    opened = [task for task in task_rows.open_of(work, dossier_id).values() if task.id not in before]
    recipients: dict[str, list[str]] = {}
    for mail in mail_rows.of_dossier(work, dossier_id):
        if mail.id not in mailed:
            recipients.setdefault(mail.template, []).append(mail.recipient.name)
    return Foreseen(
        status=done.dossier.status,
        ends=done.dossier.closed_at is not None,
        outcome=str(done.outcome or ""),
        steps=[_step(work, task) for task in opened],
        mails=[NextMail(template, names) for template, names in recipients.items()],
    )


def _step(work: Work, task: UserTask) -> NextStep:
    office = task.group.organisation
    holder = people.find(work, task.assignee_id) if task.assignee_id is not None else None
    return NextStep(
        element_id=task.element_id,
        name=task.name,
        office=Label(office.name_vi, office.name_en),
        holder=holder.name if holder else None,
        last_day=task.last_day,
        due_at=task.due_at,
    )

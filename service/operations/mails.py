"""The outbox: putting mail in with the transaction that causes it."""

from service.operations import calendars, incidents
from service.store import mails, people
from service.store.tables import Dossier, OutgoingMail, UserTask
from service.store.work import Work


def to_group(
    work: Work, dossier: Dossier, template: str, group_id: int, *, task: UserTask | None = None
) -> None:
    """Queues one mail for everybody who sits in a candidate group today; an empty one is an incident."""
    recipients = people.members(work, [group_id], calendars.today(work, dossier.round.locality))
    for person in recipients:
        _queue(work, dossier, template, person.id, task)
    if not recipients:
        incidents.report_unheard(work, dossier, template)


def to_holder(work: Work, dossier: Dossier, template: str, task: UserTask) -> None:
    """Queues a mail for whoever holds the task, or for all candidates while nobody does."""
    if task.assignee_id is None:
        to_group(work, dossier, template, task.group_id, task=task)
    else:
        _queue(work, dossier, template, task.assignee_id, task)


def _queue(work: Work, dossier: Dossier, template: str, person_id: int, task: UserTask | None) -> None:
    """One row, unique per template, step of the history and recipient."""
    key = f"{template}:{dossier.id}:{dossier.version}:{person_id}"
    if mails.exists(work, key):
        return
    work.session.add(
        OutgoingMail(
            key=key,
            template=template,
            dossier_id=dossier.id,
            task_id=task.id if task else None,
            recipient_id=person_id,
            created_at=work.now,
            next_attempt_at=work.now,
        )
    )

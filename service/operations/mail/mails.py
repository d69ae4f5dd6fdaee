"""The outbox: putting mail in with the transaction that causes it."""

from service.domain.mails import is_wanted
from service.operations import calendars, incidents
from service.store import people
from service.store.tables import Dossier, Opinion, OutgoingMail, Person, UserTask
from service.store.work import Work


class Post:
    """The mails of one transaction, over one dossier or many.

    Each is unique per template, step of the history and recipient. A step belongs to one transaction
    only, so it is enough to look among the mails of this one. Whoever has declined a kind of mail that
    may be declined gets none of it, and is no incident. Whoever stands in for a reader gets it as well.
    """

    def __init__(self, work: Work) -> None:
        self._work = work
        self._queued: set[str] = set()
        self._members: dict[tuple[int, str], list[Person]] = {}

    def to_group(
        self,
        dossier: Dossier,
        template: str,
        group_id: int,
        *,
        task: UserTask | None = None,
        opinion: Opinion | None = None,
    ) -> None:
        """Queues one mail for everybody who sits in a candidate group today; an empty one is an incident."""
        recipients = self._members_of(dossier, group_id)
        for person in recipients:
            if is_wanted(template, person.unsubscribed):
                self._queue(dossier, template, person.id, task, opinion)
        if not recipients:
            incidents.report_unheard(self._work, dossier, template)

    def to_holder(
        self, dossier: Dossier, template: str, task: UserTask, *, opinion: Opinion | None = None
    ) -> None:
        """Queues a mail for whoever holds the task, or for all candidates while nobody does."""
        if task.assignee_id is None:
            self.to_group(dossier, template, task.group_id, task=task, opinion=opinion)
            return
        self.to_person(dossier, template, task.assignee_id, task=task, opinion=opinion)

    def to_person(
        self,
        dossier: Dossier,
        template: str,
        person_id: int,
        *,
        task: UserTask,
        opinion: Opinion | None = None,
    ) -> None:
        """Queues a mail for one person and for whoever stands in for them in the group of a task."""
        today = calendars.today(self._work, dossier.round.locality)
        for reader in people.readers_for(self._work, person_id, task.group_id, today):
            if is_wanted(template, reader.unsubscribed):
                self._queue(dossier, template, reader.id, task, opinion)

    def _members_of(self, dossier: Dossier, group_id: int) -> list[Person]:
        key = (group_id, dossier.locality_id)
        if key not in self._members:
            today = calendars.today(self._work, dossier.round.locality)
            self._members[key] = people.readers(self._work, [group_id], today)
        return self._members[key]

    def _queue(
        self,
        dossier: Dossier,
        template: str,
        person_id: int,
        task: UserTask | None,
        opinion: Opinion | None = None,
    ) -> None:
        key = f"{template}:{dossier.id}:{dossier.version}:{person_id}"
        if key in self._queued:
            return
        self._queued.add(key)
        self._work.session.add(
            OutgoingMail(
                key=key,
                template=template,
                dossier_id=dossier.id,
                task_id=task.id if task else None,
                opinion_id=opinion.id if opinion else None,
                position=dossier.version,
                recipient_id=person_id,
                created_at=self._work.now,
                next_attempt_at=self._work.now,
            )
        )


def to_person(work: Work, dossier: Dossier, template: str, person: Person, key: str) -> OutgoingMail | None:
    """Queues a mail for one person under a key of its own; None when they have declined its kind."""
    if not is_wanted(template, person.unsubscribed):
        return None
    mail = OutgoingMail(
        key=key,
        template=template,
        dossier_id=dossier.id,
        recipient_id=person.id,
        created_at=work.now,
        next_attempt_at=work.now,
    )
    work.session.add(mail)
    work.session.flush()
    return mail

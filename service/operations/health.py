"""How the service is doing: workers, incidents, mail, and where dossiers stand."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from service.domain.people import Actor
from service.operations import access
from service.store import definitions, dossiers, incidents, mails, standing, tasks
from service.store.standing import StepCount
from service.store.tables import Incident, OutgoingMail, ProcessDefinition, UserTask, Worker
from service.store.work import Work

SILENT_AFTER = timedelta(minutes=2)
"""Workers tick every few seconds: one that has not for so long does not fire deadlines any more."""
MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Health:
    """What an administrator looks at first. Counts are by status, steps the fullest first."""

    workers: list[Worker]
    incidents: list[Incident]
    mails: dict[str, int]
    dossiers: dict[str, int]
    steps: list[StepCount]
    definitions: list[tuple[ProcessDefinition, int]]
    oldest_unsent: datetime | None


@dataclass(frozen=True, slots=True)
class DatedMail:
    """A mail of the outbox, with the incident by which it can be tried again."""

    mail: OutgoingMail
    incident_id: int | None


def overview(work: Work, actor: Actor) -> Health:
    """Everything on one page.

    Raises:
        NotAllowed: when the actor is not an administrator.
    """
    access.require_administrator(actor)
    return Health(
        workers=incidents.workers(work),
        incidents=incidents.every_open(work),
        mails=mails.count_by_status(work),
        dossiers=dossiers.count_by_status(work),
        steps=standing.steps(work),
        definitions=definitions.every(work),
        oldest_unsent=standing.oldest_unsent(work),
    )


def waiting_at(work: Work, actor: Actor, element_id: str) -> list[UserTask]:
    """The open tasks of one step, the nearest deadline first.

    Raises:
        NotAllowed: when the actor is not an administrator.
    """
    access.require_administrator(actor)
    return standing.waiting_at(work, element_id, MOST_SHOWN)


def outbox(work: Work, actor: Actor, status: str | None) -> list[DatedMail]:
    """The newest mails, of one status if one is named.

    Raises:
        NotAllowed: when the actor is not an administrator.
    """
    access.require_administrator(actor)
    rows = mails.newest(work, status=status, limit=MOST_SHOWN)
    known = standing.incidents_of_mails(work, [row.id for row in rows])
    return [DatedMail(row, known.get(row.id)) for row in rows]


def last_tick(work: Work) -> datetime | None:
    """When any worker ticked last."""
    ticked = [worker.ticked_at for worker in incidents.workers(work) if worker.ticked_at is not None]
    return max(ticked, default=None)


def is_silent(worker: Worker, now: datetime) -> bool:
    """Whether a worker that was not told to stop has stopped ticking."""
    if worker.stopped_at is not None:
        return False
    return now - (worker.ticked_at or worker.started_at) > SILENT_AFTER


def counts(work: Work) -> dict[str, int]:
    """The plain numbers of the metrics, which hold no personal data."""
    return {
        "open_incidents": incidents.count_open(work),
        "overdue_tasks": tasks.count_overdue(work),
        "waiting_tasks": sum(step.waiting for step in standing.steps(work)),
    }

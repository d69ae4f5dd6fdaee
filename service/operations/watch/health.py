"""How the service is doing: workers, incidents, mail, and where dossiers stand."""

from dataclasses import dataclass
from datetime import datetime

from service.domain.people import Actor
from service.operations import access, incidents
from service.operations.schedule.duties import LackingDiagram, lacking_diagrams
from service.operations.watch import workers
from service.operations.watch.workers import Crew
from service.store import definitions, dossiers, mails, outbox, standing, tasks
from service.store import incidents as incident_rows
from service.store.standing import StepCount
from service.store.tables import Incident, ProcessDefinition, UserTask
from service.store.work import Work

MOST_SHOWN = 200
SHOWN_APART = ("sent", "declined")
"""Mails that are settled: their numbers only grow, so they are counted up to a cap."""


@dataclass(frozen=True, slots=True)
class Health:
    """What an administrator looks at first. Counts are by status, steps the fullest first.

    Mails that are settled are counted up to the cap of the outbox's folders.
    """

    crew: Crew
    incidents: list[Incident]
    mails: dict[str, int]
    dossiers: dict[str, int]
    steps: list[StepCount]
    definitions: list[tuple[ProcessDefinition, int]]
    lacking_diagrams: list[LackingDiagram]
    oldest_unsent: datetime | None


def overview(work: Work, actor: Actor) -> Health:
    """Everything on one page.

    Raises:
        NotAllowed: when the actor is not an administrator.
    """
    access.require_administrator(actor)
    return Health(
        crew=workers.look(work),
        incidents=incidents.list_open(work, actor),
        mails=outbox.counts(work, SHOWN_APART) | mails.count_open(work),
        dossiers=dossiers.count_by_status(work),
        steps=standing.steps(work),
        definitions=definitions.every(work),
        lacking_diagrams=lacking_diagrams(work, actor),
        oldest_unsent=standing.oldest_unsent(work),
    )


def waiting_at(work: Work, actor: Actor, element_id: str) -> list[UserTask]:
    """The open tasks of one step, the nearest deadline first.

    Raises:
        NotAllowed: when the actor is not an administrator.
    """
    access.require_administrator(actor)
    return standing.waiting_at(work, element_id, MOST_SHOWN)


def counts(work: Work) -> dict[str, int]:
    """The plain numbers of the metrics, which hold no personal data."""
    return {
        "open_incidents": incident_rows.count_open(work),
        "overdue_tasks": tasks.count_overdue(work),
        "waiting_tasks": sum(step.waiting for step in standing.steps(work)),
    }

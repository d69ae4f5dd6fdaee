"""How the service is doing: workers, incidents, mail, and where dossiers stand."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from service.domain.dossiers import DossierKind
from service.domain.people import Actor
from service.operations import access, calendars, incidents
from service.operations.schedule.duties import LackingDiagram, lacking_diagrams
from service.operations.watch import workers
from service.operations.watch.workers import Crew
from service.store import definitions, dossiers, localities, mails, outbox, standing, tasks
from service.store import incidents as incident_rows
from service.store.standing import AtStep, Oldness, StepCount
from service.store.tables import Dossier, Incident, ProcessDefinition, UserTask
from service.store.work import Work

SHOWN_APART = ("sent", "declined")
"""Mails that are settled: their numbers only grow, so they are counted up to a cap."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step at which something waits; `median` and `ninetieth` are ages in working days of the locality
    of the dossier that marks them, the day of arrival not counted."""

    count: StepCount
    median: int
    ninetieth: int


@dataclass(frozen=True, slots=True)
class Diagram:
    """The steps of a diagram at which something waits, on any of its versions, the fullest first.

    It is drawn as the newest version on which a dossier runs.
    """

    drawn: ProcessDefinition
    steps: list[Step]


@dataclass(frozen=True, slots=True)
class Health:
    """What an administrator looks at first. Counts of dossiers are by kind and status.

    Mails that are settled are counted up to the cap of the outbox's folders.
    """

    crew: Crew
    incidents: list[Incident]
    mails: dict[str, int]
    dossiers: dict[DossierKind, dict[str, int]]
    diagrams: list[Diagram]
    definitions: list[tuple[ProcessDefinition, int]]
    lacking_diagrams: list[LackingDiagram]
    oldest_unsent: datetime | None


def overview(work: Work, actor: Actor) -> Health:
    """Everything on one page.

    Raises:
        NotAllowed: when the actor is not an administrator.
    """
    access.require_administrator(actor)
    versions = definitions.every(work)
    return Health(
        crew=workers.look(work),
        incidents=incidents.list_open(work, actor),
        mails=outbox.counts(work, SHOWN_APART) | mails.count_open(work),
        dossiers={kind: dossiers.count_by_status(work, kind) for kind in DossierKind},
        diagrams=_diagrams(work, versions),
        definitions=versions,
        lacking_diagrams=lacking_diagrams(work, actor),
        oldest_unsent=standing.oldest_unsent(work),
    )


def waiting_at(work: Work, actor: Actor, step: AtStep, limit: int, offset: int = 0) -> list[UserTask]:
    """Open tasks of one step, the nearest deadline first.

    Raises:
        NotAllowed: when the actor is not an administrator.
    """
    access.require_administrator(actor)
    return standing.waiting_at(work, step, limit, offset)


def count_at(work: Work, actor: Actor, step: AtStep) -> int:
    """How many they are.

    Raises:
        NotAllowed: when the actor is not an administrator.
    """
    access.require_administrator(actor)
    return standing.count_at(work, step)


def running_on(
    work: Work, actor: Actor, definition_id: int, limit: int, offset: int = 0
) -> tuple[ProcessDefinition, list[Dossier]]:
    """A version of a diagram, and the dossiers that run on it, the newest first.

    Raises:
        NotAllowed: when the actor is not an administrator.
        NotFound: there is no such version.
    """
    access.require_administrator(actor)
    return definitions.get(work, definition_id), definitions.running_on(work, definition_id, limit, offset)


def counts(work: Work) -> dict[str, int]:
    """The plain numbers of the metrics, which hold no personal data."""
    return {
        "open_incidents": incident_rows.count_open(work),
        "overdue_tasks": tasks.count_overdue(work),
        "waiting_tasks": standing.count_waiting(work),
    }


def _diagrams(work: Work, versions: list[tuple[ProcessDefinition, int]]) -> list[Diagram]:
    found: dict[str, list[Step]] = {}
    for count in standing.steps(work):
        ages = (_working_days(work, mark) for mark in (count.median, count.ninetieth))
        found.setdefault(count.key, []).append(Step(count, *ages))
    drawn = {version.key: version for version, running in reversed(versions) if running}
    return [Diagram(drawn[key], steps) for key, steps in found.items() if key in drawn]


def _working_days(work: Work, mark: Oldness) -> int:
    locality = localities.get(work, mark.locality_id)
    arrived = mark.opened_at.astimezone(ZoneInfo(locality.zone)).date()
    return calendars.of(work, locality).working_days_between(arrived, calendars.today(work, locality))

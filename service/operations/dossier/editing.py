"""Changing a dossier in preparation: the lock, the limits of what people type, the trace it leaves."""

from service.domain.dossiers import DossierKind
from service.domain.errors import Conflict, Invalid, message
from service.domain.people import Actor
from service.domain.tasks import PREPARES
from service.domain.words import normalise, search_key
from service.operations import access, histories
from service.operations.histories import Entry
from service.store import dossiers, tasks
from service.store.tables import Dossier
from service.store.work import Work

LONGEST = {"title": 300, "nominee_name": 200, "nominee_detail": 500, "achievement": 4000, "reason": 2000}
"""Characters that a typed text may have at most."""


def lock(work: Work, actor: Actor, dossier_id: int) -> Dossier:
    """A dossier in preparation that the actor may change now, locked.

    Raises:
        NotAllowed, NotFound: when it is not theirs to change now.
    """
    dossier = dossiers.lock(work, dossier_id)
    access.require_edit(actor, dossier, list(tasks.open_of(work, dossier_id).values()))
    return dossier


def lock_award(work: Work, actor: Actor, dossier_id: int) -> Dossier:
    """The same for what only award dossiers have.

    Raises:
        Conflict: when it is a duty report.
        NotAllowed, NotFound: when it is not theirs to change now.
    """
    dossier = lock(work, actor, dossier_id)
    if dossier.kind != DossierKind.AWARD:
        raise Conflict(
            message(
                "{code} is a duty report: it has a text and files, but no title or nominations of its own.",
                code=dossier.code,
            )
        )
    return dossier


def record(work: Work, dossier: Dossier, actor: Actor, entry: Entry) -> None:
    """Writes a change by the unit into the history, and makes the dossier findable by what it now says."""
    index(dossier)
    histories.append(work, dossier, acting(work, actor, dossier), entry, organisation=dossier.unit)
    work.session.flush()


def acting(work: Work, actor: Actor, dossier: Dossier) -> Actor:
    """The actor as whoever prepares the dossier: a substitute does it in the place of the task's holder."""
    if actor.absences:
        for task in tasks.open_of(work, dossier.id).values():
            if task.act in PREPARES and actor.holds(task.assignee_id, task.group_id):
                return actor.through(actor.seat_in(task.group_id, task.assignee_id))
    return actor


def index(dossier: Dossier) -> None:
    """Makes a dossier findable by its code, title, unit and nominees."""
    names = [nomination.nominee_name for nomination in dossier.nominations]
    dossier.search_key = search_key(dossier.code, dossier.title, dossier.unit.name_vi, *names)


def short(name: str, text: str) -> str:
    """A typed text, normalised.

    Raises:
        Invalid: when it is empty or longer than `LONGEST` allows.
    """
    cleaned = normalise(text)
    if not cleaned:
        raise Invalid(
            message("Check the marked fields and send again."), {name: message("Fill in this field.")}
        )
    if len(cleaned) > LONGEST[name]:
        raise Invalid(
            message("Check the marked fields and send again."),
            {name: message("At most {most} characters.", most=LONGEST[name])},
        )
    return cleaned

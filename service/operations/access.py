"""Who may see and do what: the one place that decides it for screens, API and command line."""

from service.domain.access import WITHOUT_SIGN_IN, Who
from service.domain.dossiers import DossierStatus
from service.domain.errors import NotAllowed, NotFound, message
from service.domain.labels import Label
from service.domain.people import SYSTEM, Actor, Seat
from service.domain.tasks import PREPARES
from service.store.dossiers import NO_DOSSIER
from service.store.tables import Dossier, UserTask


def may_enter(actor: Actor | None, who: Who | None) -> bool:
    """The outer door of a route: whether asking there makes sense for the actor at all."""
    if actor is None or who is None:
        return who in WITHOUT_SIGN_IN
    return actor.administrator or who is not Who.ADMINISTRATORS


def require_entry(actor: Actor | None, who: Who) -> None:
    """
    Raises:
        NotAllowed: when the route is not for the actor, whatever its address names.
    """
    if not may_enter(actor, who):
        raise NotAllowed(message("Only an administrator may do this. Ask yours."))


def may_see_dossier(actor: Actor, dossier: Dossier) -> bool:
    """Own unit always; reviewing offices of the locality from the first submission on."""
    if actor.administrator or actor.seat_at(dossier.unit_id) is not None:
        return True
    return dossier.submitted_at is not None and actor.reviews_in(dossier.locality_id)


def require_sight(actor: Actor, dossier: Dossier) -> None:
    """
    Raises:
        NotFound: when the actor may not know of the dossier.
    """
    if not may_see_dossier(actor, dossier):
        raise NotFound(NO_DOSSIER)


def require_seat(actor: Actor, task: UserTask) -> Seat:
    """The seat through which the actor may take the task.

    Raises:
        NotFound: when the actor may not even see the dossier.
        NotAllowed: when the task is another office's.
    """
    seat = actor.seat_in(task.group_id)
    if seat is not None:
        return seat
    require_sight(actor, task.dossier)
    office = task.group.organisation
    raise NotAllowed(
        message(
            "This task belongs to {office}. Only its members can take it.",
            office=Label(office.name_vi, office.name_en),
        )
    )


def require_administrator(actor: Actor) -> None:
    """
    Raises:
        NotAllowed: when the actor is not an administrator.
    """
    if not actor.administrator:
        raise NotAllowed(message("Only an administrator may do this. Ask yours."))


def may_amend(actor: Actor) -> bool:
    """Rounds, deadlines, the calendar and ladders: administrators, and the operator's command line."""
    return actor.administrator or actor is SYSTEM


def require_amend(actor: Actor) -> None:
    """
    Raises:
        NotAllowed: when the actor may not change what the plan's rules have become here.
    """
    if not may_amend(actor):
        raise NotAllowed(message("Only an administrator may do this. Ask yours."))


def may_see_locality(actor: Actor, locality_id: str) -> bool:
    """Its rounds and calendar: whoever has a seat in the locality, and administrators."""
    return actor.administrator or actor is SYSTEM or locality_id in actor.locality_ids


def require_locality(actor: Actor, locality_id: str) -> None:
    """
    Raises:
        NotFound: when the actor may not know of the locality.
    """
    if not may_see_locality(actor, locality_id):
        raise NotFound(message("There is no such locality, or you have no seat in it."))


def may_edit(actor: Actor, dossier: Dossier, open_tasks: list[UserTask]) -> bool:
    """Whether the actor may change nominations and files: the unit's holder while it prepares."""
    if dossier.status not in {DossierStatus.DRAFT, DossierStatus.RETURNED}:
        return False
    return any(
        task.act in PREPARES and task.assignee_id == actor.person_id and actor.seat_in(task.group_id)
        for task in open_tasks
    )


def require_edit(actor: Actor, dossier: Dossier, open_tasks: list[UserTask]) -> None:
    """
    Raises:
        NotFound: when the actor may not know of the dossier.
        NotAllowed: when it is not theirs to change now.
    """
    require_sight(actor, dossier)
    if not may_edit(actor, dossier, open_tasks):
        raise NotAllowed(
            message(
                "Dossier {code} can be changed only while its unit prepares it, by the person who "
                "holds that task.",
                code=dossier.code,
            )
        )


def may_withdraw(actor: Actor, dossier: Dossier) -> bool:
    """Whether the actor speaks for the dossier's unit as a proposer."""
    return actor.seat_at(dossier.unit_id, "proposer") is not None

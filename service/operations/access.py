"""Who may see and do what: the one place that decides it for screens, API and command line."""

from collections.abc import Collection
from typing import NoReturn

from service.domain.access import WITHOUT_SIGN_IN, Who, reach_of
from service.domain.dossiers import DossierStatus
from service.domain.errors import Conflict, NotAllowed, NotFound, message
from service.domain.labels import Label
from service.domain.people import SYSTEM, Actor, Seat
from service.domain.tasks import PENDING, PREPARES
from service.store.dossiers import NO_DOSSIER
from service.store.tables import CandidateGroup, Comment, Dossier, Opinion, Person, SavedView, UserTask


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
    submitted = dossier.submitted_at is not None
    return reach_of(actor).sees_dossier(dossier.unit_id, dossier.locality_id, submitted=submitted)


def require_sight(actor: Actor, dossier: Dossier) -> None:
    """
    Raises:
        NotFound: when the actor may not know of the dossier.
    """
    if not may_see_dossier(actor, dossier):
        raise NotFound(NO_DOSSIER)


def require_seat(actor: Actor, task: UserTask) -> Seat:
    """The seat through which the actor may take the task, or work on it as its holder has asked them to.

    Raises:
        NotFound: when the actor may not even see the dossier.
        NotAllowed: when the task is another office's.
    """
    seat = actor.seat_in(task.group_id, task.assignee_id)
    if seat is None and task.delegation == PENDING and task.assignee_id == actor.person_id:
        seat = actor.seat_at(task.group.organisation_id)
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


def require_head(actor: Actor, task: UserTask) -> Seat:
    """The seat through which the actor leads the office in which a task waits.

    Raises:
        NotFound: when the actor may not even see the dossier.
        NotAllowed: when they do not lead that office.
    """
    seat = actor.heads(task.group.organisation_id)
    if seat is not None:
        return seat
    require_sight(actor, task.dossier)
    office = task.group.organisation
    raise NotAllowed(
        message(
            "Only the head of {office} may give this task to somebody.",
            office=Label(office.name_vi, office.name_en),
        )
    )


def may_seat(actor: Actor, group: CandidateGroup, *, head: bool) -> bool:
    """Who gives seats: administrators all of them, heads those of their office that do not lead it."""
    if administers(actor):
        return True
    return not head and actor.heads(group.organisation_id) is not None


def require_seating(actor: Actor, group: CandidateGroup, *, head: bool) -> None:
    """
    Raises:
        NotFound: when the actor may not know of the office.
        NotAllowed: when the seats of the role are not theirs to give.
    """
    require_locality(actor, group.organisation.locality_id)
    if not may_seat(actor, group, head=head):
        raise NotAllowed(
            message(
                "An administrator gives these seats; the head of {office} those of its members.",
                office=Label(group.organisation.name_vi, group.organisation.name_en),
            )
        )


def may_enter_absence(actor: Actor, absent_id: int, organisation_ids: Collection[int]) -> bool:
    """Who says that somebody is away: they themselves, the head of all their offices, administrators."""
    if administers(actor) or actor.person_id == absent_id:
        return True
    return bool(organisation_ids) and all(actor.heads(one) is not None for one in organisation_ids)


def require_absence(actor: Actor, absent_id: int, organisation_ids: Collection[int]) -> None:
    """
    Raises:
        NotAllowed: when it is not the actor's to say that somebody is away.
    """
    if not may_enter_absence(actor, absent_id, organisation_ids):
        raise NotAllowed(
            message(
                "An absence is entered by whoever is away, by the head of their office or an administrator."
            )
        )


def may_answer(actor: Actor, opinion: Opinion) -> bool:
    """Whether the actor speaks for the office that was asked, or has a ballot in the council's vote.

    A ballot is personal: whoever has left the council meanwhile does not cast it.
    """
    seat = actor.seat_at(opinion.organisation_id)
    if not opinion.council:
        return seat is not None
    return (
        seat is not None
        and seat.absent is None
        and any(ballot.person_id == actor.person_id for ballot in opinion.ballots)
    )


def require_answer(actor: Actor, opinion: Opinion) -> None:
    """
    Raises:
        NotFound: when the actor may not even see the dossier.
        NotAllowed: when others were asked.
    """
    require_sight(actor, opinion.dossier)
    if not may_answer(actor, opinion):
        office = opinion.organisation
        raise NotAllowed(
            message(
                "{office} was asked. Only its members answer.", office=Label(office.name_vi, office.name_en)
            )
        )


def require_holder(actor: Actor, task: UserTask) -> None:
    """
    Raises:
        Conflict: when nobody holds the task.
        NotAllowed: when somebody else does.
    """
    if task.assignee_id is None:
        raise Conflict(message("Nobody holds this task. Claim it first, then complete it."))
    if not actor.holds(task.assignee_id, task.group_id):
        raise NotAllowed(
            message(
                "{name} holds this task. Ask them to release it.",
                name=task.assignee.name if task.assignee else "?",
            )
        )


def may_take(actor: Actor, task: UserTask) -> bool:
    """Whether the task waits for the actor's office, by any of their seats."""
    return actor.seat_in(task.group_id) is not None


def require_owner(actor: Actor, task: UserTask, owner: Person) -> None:
    """
    Raises:
        NotAllowed: when somebody else answers for a task that was handed to a colleague.
    """
    if not actor.holds(owner.id, task.group_id):
        raise NotAllowed(message("{owner} answers for this task and may take it back.", owner=owner.name))


def refuse_opening() -> NoReturn:
    """Raises NotAllowed: neither unit nor round is one in which the actor may open a dossier."""
    raise NotAllowed(message("You can open dossiers only for your own unit and an open round."))


def require_commenting(actor: Actor, dossier: Dossier) -> Seat:
    """The seat by which the actor writes comments.

    Raises:
        NotAllowed: when they see the dossier by no seat of theirs.
    """
    seat = comments_as(actor, dossier)
    if seat is None:
        raise NotAllowed(message("Only people of the unit and of the reviewing offices write comments."))
    return seat


def require_author(actor: Actor, comment: Comment) -> None:
    """
    Raises:
        NotAllowed: when somebody else wrote the comment.
    """
    if comment.author_id != actor.person_id:
        raise NotAllowed(message("Only {name} may change this comment.", name=comment.author.name))


def require_comment_removal(actor: Actor, comment: Comment) -> None:
    """
    Raises:
        NotAllowed: when somebody else wrote the comment and the actor is no administrator.
    """
    if not may_remove_comment(actor, comment):
        raise NotAllowed(
            message("Only {name} or an administrator may remove this comment.", name=comment.author.name)
        )


def require_receiving_office(actor: Actor, organisation_id: int) -> None:
    """
    Raises:
        NotAllowed: when another office received the papers.
    """
    if not speaks_for(actor, organisation_id):
        raise NotAllowed(message("Only the office that received these papers can correct the receipt."))


def administers(actor: Actor) -> bool:
    """Administrators, and the operator's command line."""
    return actor is SYSTEM or may_enter(actor, Who.ADMINISTRATORS)


def require_administrator(actor: Actor) -> None:
    """
    Raises:
        NotAllowed: when the actor is no administrator, nor the operator's command line.
    """
    if actor is not SYSTEM:
        require_entry(actor, Who.ADMINISTRATORS)


def may_see_locality(actor: Actor, locality_id: str) -> bool:
    """Its rounds and calendar: whoever has a seat in the locality, and administrators."""
    return actor is SYSTEM or reach_of(actor).knows_locality(locality_id)


def require_locality(actor: Actor, locality_id: str) -> None:
    """
    Raises:
        NotFound: when the actor may not know of the locality.
    """
    if not may_see_locality(actor, locality_id):
        raise NotFound(message("There is no such locality, or you have no seat in it."))


def may_see_reports(actor: Actor, locality_id: str) -> bool:
    """Whether everybody's duty reports are told to the actor: reviewing offices and administrators."""
    return actor.administrator or actor.reviews_in(locality_id)


def speaks_for(actor: Actor, organisation_id: int) -> bool:
    """Whether the actor has any seat in an organisation: its own affairs are told to them."""
    return actor.seat_at(organisation_id) is not None


def may_edit(actor: Actor, dossier: Dossier, open_tasks: list[UserTask]) -> bool:
    """Whether the actor may change nominations and files: the unit's holder while it prepares."""
    if dossier.status not in {DossierStatus.DRAFT, DossierStatus.RETURNED}:
        return False
    return any(
        task.act in PREPARES
        and actor.holds(task.assignee_id, task.group_id)
        and actor.seat_in(task.group_id) is not None
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


def require_proposer(actor: Actor, dossier: Dossier) -> None:
    """
    Raises:
        NotFound: when the actor may not know of the dossier.
        NotAllowed: when they do not speak for its unit.
    """
    require_sight(actor, dossier)
    if not may_withdraw(actor, dossier):
        raise NotAllowed(message("Only the proposing unit can withdraw its dossier."))


def comments_as(actor: Actor, dossier: Dossier) -> Seat | None:
    """The seat by which the actor speaks about a dossier: in its unit, else in a reviewing office; their
    own seat before one that they fill for somebody absent.

    None for whoever may not see it, and for administrators without a seat.
    """
    if not may_see_dossier(actor, dossier):
        return None
    own = actor.seat_at(dossier.unit_id)
    reviewing = (
        seat for seat in actor.seats if seat.locality_id == dossier.locality_id and seat.function != "unit"
    )
    return own or min(reviewing, key=lambda seat: seat.absent is not None, default=None)


def may_remove_comment(actor: Actor, comment: Comment) -> bool:
    """Whoever wrote it, and administrators."""
    return actor.administrator or comment.author_id == actor.person_id


def require_own_view(actor: Actor, view: SavedView) -> None:
    """
    Raises:
        NotFound: when somebody else saved the view.
    """
    if view.person_id != actor.person_id:
        raise NotFound(
            message(
                "{name} saved this view. Open it and save it under a name of your own.",
                name=view.person.name,
            )
        )


def may_remove_view(actor: Actor, view: SavedView) -> bool:
    """One's own, and as the head of an office those that are shared with it."""
    if view.person_id == actor.person_id:
        return True
    return view.organisation_id is not None and actor.heads(view.organisation_id) is not None


def require_view_removal(actor: Actor, view: SavedView) -> None:
    """
    Raises:
        NotFound: when the view is not the actor's to delete.
    """
    if not may_remove_view(actor, view):
        require_own_view(actor, view)


def seat_to_receive(actor: Actor, dossier: Dossier, offices: Collection[int]) -> Seat | None:
    """The seat through which the actor records paper originals: in an office that reviews the dossier."""
    if not may_see_dossier(actor, dossier):
        return None
    return next(
        (seat for seat in actor.seats if seat.organisation_id in offices and seat.function != "unit"), None
    )


def require_receiving(actor: Actor, dossier: Dossier, offices: Collection[int]) -> Seat:
    """
    Raises:
        NotAllowed: when the actor's office has not had the dossier to review.
    """
    seat = seat_to_receive(actor, dossier, offices)
    if seat is None:
        raise NotAllowed(message("Only the offices that review this dossier record what arrives on paper."))
    return seat

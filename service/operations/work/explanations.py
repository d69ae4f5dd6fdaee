"""Why somebody does not see a task: where its dossier stands, as seen from their chair.

What the asker may not know of sounds the same as what does not exist.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from service.domain.deadlines import day_in_figures
from service.domain.dossiers import DossierStatus
from service.domain.errors import Message, message
from service.domain.labels import Label
from service.domain.people import Actor
from service.domain.tasks import PENDING, PREPARES, Folder, is_overdue
from service.domain.words import normalise
from service.operations import access, step_names
from service.operations.work import snoozes
from service.store import dossiers, tasks
from service.store.tables import Dossier, UserTask
from service.store.work import Work
from service.translations import terms


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing to know: where to look, if there is a place where the asker finds it."""

    said: Message
    task_id: int | None = None
    folder: Folder | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """What can be said about a code. Without a `dossier` there is none that the asker may know of."""

    code: str
    dossier: Dossier | None
    reasons: tuple[Reason, ...]


def explain(work: Work, actor: Actor, code: str) -> Explanation:
    """Why the dossier of a code is in the actor's inbox, or is not."""
    typed = normalise(code)
    dossier = dossiers.by_code(work, typed) or dossiers.by_code(work, typed.upper())
    if dossier is None or not access.may_see_dossier(actor, dossier):
        unknown = message(
            "There is no dossier {code} that you may know of. Check the code. It may not have been submitted "
            "yet, or belong to another unit or locality.",
            code=typed,
        )
        return Explanation(typed, None, (Reason(unknown),))
    if dossier.closed_at is not None:
        ended = message(
            "The dossier ended on {day}: {status}. Nothing of it waits for anybody.",
            day=_day(dossier, dossier.closed_at),
            status=terms.of("dossier", dossier.status) or dossier.status,
        )
        return Explanation(dossier.code, dossier, (Reason(ended), *_own_part(work, actor, dossier)))
    names = step_names.by_element(work, dossier.round.process_key)
    found = tasks.open_of(work, dossier.id).values()
    reasons = [_of_task(work, actor, dossier, task, names) for task in found]
    reasons += _own_part(work, actor, dossier)
    if not actor.seats:
        reasons.append(Reason(message("You hold no seat in any office now, so no task can wait for you.")))
    return Explanation(dossier.code, dossier, tuple(reasons))


def _of_task(work: Work, actor: Actor, dossier: Dossier, task: UserTask, names: Mapping[str, str]) -> Reason:
    step = Label(task.name, names.get(task.element_id, task.name))
    if actor.holds(task.assignee_id, task.group_id) or (
        task.assignee_id is None and actor.seat_in(task.group_id) is not None
    ):
        return _in_inbox(work, actor, dossier, task, step)
    office = Label(task.group.organisation.name_vi, task.group.organisation.name_en)
    if task.delegation == PENDING and task.owner_id == actor.person_id:
        return Reason(
            message(
                "You have asked {name} to work on the step “{step}” since {day}. You stay responsible.",
                name=task.assignee.name if task.assignee else "?",
                step=step,
                day=_day(dossier, task.claimed_at or task.opened_at),
            ),
            task.id,
            Folder.MINE,
        )
    if actor.heads(task.group.organisation_id) is not None:
        return _as_head(dossier, task, step)
    if actor.seat_in(task.group_id) is not None:
        return Reason(
            message(
                "{name} holds the step “{step}” since {day}. Ask them to release it, or the head of the "
                "office to give it to you.",
                name=task.assignee.name if task.assignee else "?",
                step=step,
                day=_day(dossier, task.claimed_at or task.opened_at),
            ),
            task.id,
        )
    if task.act in PREPARES and dossier.status == DossierStatus.DRAFT:
        return Reason(
            message("It has not been submitted yet: {office} is preparing it.", office=office), task.id
        )
    if task.assignee is not None:
        said = message(
            "The step “{step}” is with {name} of {office} since {day}. You are not in the group whose step "
            "it is.",
            name=task.assignee.name,
            step=step,
            office=office,
            day=_day(dossier, task.opened_at),
        )
    else:
        said = message(
            "The step “{step}” waits at {office} since {day}; nobody has taken it yet. You are not in the "
            "group whose step it is.",
            step=step,
            office=office,
            day=_day(dossier, task.opened_at),
        )
    return Reason(said, task.id)


def _as_head(dossier: Dossier, task: UserTask, step: Label) -> Reason:
    """Not theirs to do, but theirs to give: in the folder of the whole office."""
    if task.assignee is None:
        said = message(
            "The step “{step}” waits at your office since {day}; nobody has taken it yet. You lead the "
            "office and can give it to one of its members.",
            step=step,
            day=_day(dossier, task.opened_at),
        )
    else:
        said = message(
            "{name} of your office holds the step “{step}” since {day}. You lead the office and can give it "
            "to somebody else.",
            name=task.assignee.name,
            step=step,
            day=_day(dossier, task.claimed_at or task.opened_at),
        )
    return Reason(said, task.id, Folder.OFFICE)


def _in_inbox(work: Work, actor: Actor, dossier: Dossier, task: UserTask, step: Label) -> Reason:
    """It is there: in which folder."""
    if (back_at := snoozes.of_tasks(work, actor, [task]).get(task.id)) is not None:
        return Reason(
            message(
                "You have put off the step “{step}” until {day}. Until then it lies in the folder of "
                "snoozed tasks.",
                step=step,
                day=_day(dossier, back_at),
            ),
            task.id,
            Folder.SNOOZED,
        )
    if is_overdue(task.due_at, work.now):
        return Reason(
            message("The step “{step}” waits for you and is overdue.", step=step), task.id, Folder.OVERDUE
        )
    if task.assignee_id is None:
        return Reason(
            message("The step “{step}” waits for your office; nobody has taken it yet.", step=step),
            task.id,
            Folder.GROUP,
        )
    return Reason(message("The step “{step}” is in your hands.", step=step), task.id, Folder.MINE)


def _own_part(work: Work, actor: Actor, dossier: Dossier) -> list[Reason]:
    """What the actor has done with it last."""
    done = [one for one in tasks.of_dossier(work, dossier.id) if one.closed_by_id == actor.person_id]
    if not done or done[-1].closed_at is None:
        return []
    last = done[-1]
    names = step_names.by_element(work, dossier.round.process_key)
    said = message(
        "You completed its step “{step}” on {day}.",
        step=Label(last.name, names.get(last.element_id, last.name)),
        day=_day(dossier, last.closed_at or last.opened_at),
    )
    return [Reason(said, last.id, Folder.DONE)]


def _day(dossier: Dossier, instant: datetime) -> str:
    return day_in_figures(instant.astimezone(ZoneInfo(dossier.round.locality.zone)).date())

"""The filters of a search as conditions on dossiers and nominations."""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, select

from service.domain.searches import Sent, Wanted
from service.store.tables import CandidateGroup, Dossier, Nomination, UserTask


def of_dossiers(wanted: Wanted, now: datetime) -> list[ColumnElement[bool]]:
    """What must hold of a dossier for all filters but the text to let it through."""
    found: list[ColumnElement[bool]] = _of_the_dossier_itself(wanted)
    if wanted.step is not None or wanted.office_id is not None or wanted.overdue:
        found.append(Dossier.id.in_(_waiting(wanted, now)))
    if wanted.award_id is not None or wanted.nomination_status is not None:
        found.append(exists().where(Nomination.dossier_id == Dossier.id, *of_nominations(wanted)))
    return found


def of_nominations(wanted: Wanted) -> list[ColumnElement[bool]]:
    """What must hold of a nomination itself; its dossier has conditions of its own."""
    found: list[ColumnElement[bool]] = []
    if wanted.award_id is not None:
        found.append(Nomination.award_id == wanted.award_id)
    if wanted.nomination_status is not None:
        found.append(Nomination.status == wanted.nomination_status)
    return found


def is_route_step(now: datetime | None = None) -> list[ColumnElement[bool]]:
    """What holds of an open step of the route itself, overdue at an instant if one is given.

    Escalations are steps too, but they tell of a late one and are not where a dossier stands.
    """
    found: list[ColumnElement[bool]] = [UserTask.closed_at.is_(None), UserTask.late_task_id.is_(None)]
    return found if now is None else [*found, UserTask.due_at <= now]


def _of_the_dossier_itself(wanted: Wanted) -> list[ColumnElement[bool]]:
    equal = {
        Dossier.locality_id: wanted.locality_id,
        Dossier.round_id: wanted.round_id,
        Dossier.status: wanted.status,
        Dossier.kind: wanted.kind,
        Dossier.unit_id: wanted.unit_id,
    }
    found: list[ColumnElement[bool]] = [
        column == value for column, value in equal.items() if value is not None
    ]
    match wanted.sent:
        case Sent.YES:
            found.append(Dossier.submitted_at.is_not(None))
        case Sent.IN_TIME:
            found += [Dossier.submitted_at.is_not(None), Dossier.late.is_(False)]
        case Sent.LATE:
            found += [Dossier.submitted_at.is_not(None), Dossier.late.is_(True)]
        case Sent.NOT:
            found.append(Dossier.submitted_at.is_(None))
        case None:
            pass
    return found


def _waiting(wanted: Wanted, now: datetime) -> Select[int]:
    """The dossiers that wait at the step or the office that is wanted."""
    query = select(UserTask.dossier_id).where(*is_route_step(now if wanted.overdue else None))
    if wanted.step is not None:
        query = query.where(UserTask.element_id == wanted.step)
    if wanted.office_id is not None:
        query = query.join(CandidateGroup, CandidateGroup.id == UserTask.group_id).where(
            CandidateGroup.organisation_id == wanted.office_id
        )
    return query

"""Who is meant by an audience key, for one task of one dossier."""

from datetime import date

from service.domain.organisations import Function
from service.domain.reminders import Audience
from service.operations import calendars
from service.store import localities, people, tasks
from service.store.tables import CandidateGroup, Dossier, Organisation, Role
from service.store.work import Work


def group_for_role(work: Work, dossier: Dossier, role_key: str) -> CandidateGroup:
    """The candidate group that a role of the diagram means for a dossier.

    Roles of proposing units are held in the dossier's own unit; all others in the locality's
    organisation with the role's function that is valid on the day (the newest one if none is).

    Raises:
        LookupError: when the locality has no such role or no such organisation.
    """
    role = localities.roles(work, dossier.locality_id).get(role_key)
    if role is None:
        raise LookupError(f"{dossier.locality_id} has no role {role_key}")
    if role.function == Function.UNIT:
        group = tasks.group_of(work, dossier.unit_id, role_key)
    else:
        today = calendars.today(work, dossier.round.locality)
        groups = tasks.groups_by_function(work, dossier.locality_id, role.function, role_key)
        valid = [group for group in groups if _is_valid(group.organisation, today)]
        group = (valid or groups or [None])[-1]
    if group is None:
        raise LookupError(f"{dossier.locality_id} has no organisation for role {role_key}")
    return group


def resolve(
    work: Work, dossier: Dossier, audience: Audience, group: CandidateGroup | None
) -> CandidateGroup | None:
    """The group that an audience means at a task of `group`; None means the task's holder.

    An audience in which nobody sits falls back to the candidates: a deadline must not pass unheard.
    """
    found = _resolve(work, dossier, audience, group)
    today = calendars.today(work, dossier.round.locality)
    if found is not None and not people.members(work, [found.id], today):
        return group
    return found


def _resolve(
    work: Work, dossier: Dossier, audience: Audience, group: CandidateGroup | None
) -> CandidateGroup | None:
    match audience:
        case Audience.ASSIGNEE:
            return None
        case Audience.CANDIDATES:
            return group
        case Audience.UNIT_HEAD:
            return _head(work, dossier, dossier.unit_id, Function.UNIT) or group
        case Audience.OFFICE_HEAD:
            if group is None:
                return None
            return _head(work, dossier, group.organisation_id, group.organisation.function) or group
        case Audience.FOCAL_OFFICE:
            return _first_group(work, dossier, focal=True) or group
        case Audience.CHAIRMAN_OFFICE:
            return _first_group(work, dossier, function=Function.CHAIRMAN_OFFICE) or group


def _head(work: Work, dossier: Dossier, organisation_id: int, function: str) -> CandidateGroup | None:
    role = _role(work, dossier, function, head=True)
    return tasks.group_of(work, organisation_id, role.key) if role else None


def _first_group(
    work: Work, dossier: Dossier, *, focal: bool = False, function: str | None = None
) -> CandidateGroup | None:
    today = calendars.today(work, dossier.round.locality)
    meant = [
        organisation
        for organisation in localities.organisations(work, dossier.locality_id)
        if (organisation.focal or not focal) and function in {None, organisation.function}
    ]
    valid = [organisation for organisation in meant if _is_valid(organisation, today)]
    for organisation in valid or meant:
        role = _role(work, dossier, organisation.function, head=False)
        if role is not None:
            return tasks.group_of(work, organisation.id, role.key)
    return None


def _role(work: Work, dossier: Dossier, function: str, *, head: bool) -> Role | None:
    roles = localities.roles(work, dossier.locality_id).values()
    return next((role for role in roles if role.function == function and role.head == head), None)


def _is_valid(organisation: Organisation, day: date) -> bool:
    return (organisation.valid_from or day) <= day <= (organisation.valid_to or day)

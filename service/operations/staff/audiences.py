"""Who is meant by an audience key, for one task of one dossier."""

from collections.abc import Callable, Iterable
from datetime import date

from service.domain.duties import RECIPIENT_ROLES, RelativeRole
from service.domain.organisations import Function
from service.domain.reminders import Audience
from service.operations import calendars
from service.operations.staff import directories
from service.operations.staff.directories import Directory, Group
from service.store import people
from service.store.tables import Dossier
from service.store.work import Work


def group_for_role(work: Work, dossier: Dossier, role_key: str) -> Group:
    """The candidate group that a role of the diagram means for a dossier.

    Roles of proposing units are held in the dossier's own unit; all others in the locality's
    organisation with the role's function that is valid on the day (the newest one if none is). Relative
    roles mean the members of whoever owes the report, and of the offices that its round names.

    Raises:
        LookupError: when the locality has no such role or no such organisation.
    """
    directory = directories.of(work, dossier.round.locality)
    today = calendars.today(work, dossier.round.locality)
    if role_key in set(RelativeRole):
        group = _of_duty(directory, today, dossier, RelativeRole(role_key))
        if group is None:
            raise LookupError(f"{dossier.round.key} has nobody as {role_key}")
        return group
    role = directory.roles.get(role_key)
    if role is None:
        raise LookupError(f"{dossier.locality_id} has no role {role_key}")
    if role.function == Function.UNIT:
        group = directory.group_of(dossier.unit_id, role_key)
    else:
        group = _newest(directory, today, role_key)
    if group is None:
        raise LookupError(f"{dossier.locality_id} has no organisation for role {role_key}")
    return group


def _of_duty(directory: Directory, today: date, dossier: Dossier, role: RelativeRole) -> Group | None:
    """The members of the organisation that a relative role means in a duty; heads where there are none."""
    if role is RelativeRole.OWNER:
        own = [group for group in directory.groups.values() if group.organisation_id == dossier.unit_id]
        members = [group for group in own if not directory.roles[group.role].head]
        return next(iter(members or own), None)
    named = dossier.round.recipients or []
    position = RECIPIENT_ROLES.index(role)
    return _receiving(directory, today, named[position]) if position < len(named) else None


def _receiving(directory: Directory, today: date, function: str) -> Group | None:
    held = directory.role_of(function, head=False) or directory.role_of(function, head=True)
    return _newest(directory, today, held.key) if held else None


def _newest(directory: Directory, today: date, role_key: str) -> Group | None:
    """The holders of a role in the newest organisation that is valid on the day, or the newest of all."""
    groups = [group for group in directory.groups.values() if group.role == role_key]
    valid = [group for group in groups if group.is_valid(today)]
    return max(valid or groups, key=lambda group: group.id, default=None)


class Seating:
    """Which groups somebody sits in, asked of the database once for each group and day."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._known: dict[tuple[int, date], bool] = {}

    def of(self, group_ids: Iterable[int], today: date) -> set[int]:
        """Those of some groups in which an active person sits on a local date."""
        asked = set(group_ids)
        unknown = {group_id for group_id in asked if (group_id, today) not in self._known}
        if unknown:
            seated = people.seated_groups(self._work, unknown, today)
            self._known |= {(group_id, today): group_id in seated for group_id in unknown}
        return {group_id for group_id in asked if self._known[group_id, today]}


def resolve(work: Work, dossier: Dossier, audience: Audience, group_id: int | None) -> Group | None:
    """The group that an audience means at a task of a group; None means the task's holder.

    An audience in which nobody sits falls back to the candidates: a deadline must not pass unheard.
    """
    return resolve_all(work, dossier, [audience], group_id, Seating(work))[audience]


def resolve_all(
    work: Work, dossier: Dossier, audiences: Iterable[Audience], group_id: int | None, seating: Seating
) -> dict[Audience, Group | None]:
    """Several audiences at once; see `resolve`."""
    locality = dossier.round.locality
    directory, today = directories.of(work, locality), calendars.today(work, locality)
    candidates = directory.groups[group_id] if group_id is not None else None
    meant = {audience: _meant(directory, today, dossier, audience, candidates) for audience in audiences}
    seated = seating.of({group.id for group in meant.values() if group is not None}, today)
    return {
        audience: group if group is None or group.id in seated else candidates
        for audience, group in meant.items()
    }


def _meant(
    directory: Directory, today: date, dossier: Dossier, audience: Audience, candidates: Group | None
) -> Group | None:
    match audience:
        case Audience.ASSIGNEE:
            return None
        case Audience.CANDIDATES:
            return candidates
        case Audience.UNIT_HEAD:
            return _own_head(directory, dossier.unit_id) or candidates
        case Audience.OFFICE_HEAD:
            if candidates is None:
                return None
            return _head(directory, candidates.organisation_id, candidates.function) or candidates
        case Audience.FOCAL_OFFICE:
            return _first(directory, today, lambda group: group.focal) or candidates
        case Audience.CHAIRMAN_OFFICE:
            office = Function.CHAIRMAN_OFFICE
            return _first(directory, today, lambda group: group.function == office) or candidates
        case Audience.RECEIVING_OFFICE:
            if dossier.round.recipients:
                return _of_duty(directory, today, dossier, RelativeRole.FIRST_RECIPIENT) or candidates
            return _first(directory, today, lambda group: group.focal) or candidates


def _own_head(directory: Directory, organisation_id: int) -> Group | None:
    functions = {group.organisation_id: group.function for group in directory.groups.values()}
    return _head(directory, organisation_id, functions.get(organisation_id, Function.UNIT))


def _head(directory: Directory, organisation_id: int, function: str) -> Group | None:
    role = directory.role_of(function, head=True)
    return directory.group_of(organisation_id, role.key) if role else None


def _first(directory: Directory, today: date, is_meant: Callable[[Group], bool]) -> Group | None:
    """The members of the first office, in dictionary order, that is meant and exists today."""
    members = [
        group
        for group in directory.groups.values()
        if is_meant(group)
        and (role := directory.role_of(group.function, head=False))
        and role.key == group.role
    ]
    valid = [group for group in members if group.is_valid(today)]
    return next(iter(valid or members), None)

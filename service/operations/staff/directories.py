"""The standing order of a locality: its roles, who may take tasks in which office, its reminder ladders.

It changes with the configuration only, which carries its content hash, so a process reads it once.
Who sits in a group changes any day and is asked anew every time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from service.domain.reminders import Ladder
from service.operations import calendars
from service.store import localities
from service.store import tables as rows
from service.store.work import Work


@dataclass(frozen=True, slots=True)
class Role:
    """A role of the diagrams: what kind of organisation holds it, and whether its heads do."""

    key: str
    function: str
    head: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The holders of one role in one organisation, with what is asked about that organisation."""

    id: int
    role: str
    organisation_id: int
    function: str
    focal: bool
    valid_from: date | None
    valid_to: date | None

    def is_valid(self, day: date) -> bool:
        """Whether the organisation exists on a local date; both ends are included."""
        return (self.valid_from or day) <= day <= (self.valid_to or day)


@dataclass(frozen=True, slots=True)
class Directory:
    """Roles and ladders by key; groups by id, and in the dictionary order of their organisations."""

    roles: Mapping[str, Role]
    groups: Mapping[int, Group]
    ladders: Mapping[str, Ladder]

    def group_of(self, organisation_id: int, role_key: str) -> Group | None:
        """The holders of a role in an organisation."""
        return next(
            (
                group
                for group in self.groups.values()
                if group.organisation_id == organisation_id and group.role == role_key
            ),
            None,
        )

    def role_of(self, function: str, *, head: bool) -> Role | None:
        """The role that heads, or members, of organisations with a function hold."""
        return next(
            (role for role in self.roles.values() if role.function == function and role.head == head), None
        )

    def is_headed_by(self, group_id: int) -> bool:
        """Whether the members of a group lead their organisation."""
        group = self.groups.get(group_id)
        return group is not None and self.roles[group.role].head


def of(work: Work, locality: rows.Locality) -> Directory:
    """The directory of a locality as its present configuration has it."""
    key = ("directory", locality.id, locality.edition)
    return work.recall(key, lambda: _read(work, locality.id))


def _read(work: Work, locality_id: str) -> Directory:
    groups = sorted(
        localities.groups(work, locality_id),
        key=lambda group: (group.organisation.sort_key, group.organisation_id, group.id),
    )
    rules = localities.reminder_rules(work, locality_id)
    return Directory(
        roles={
            role.key: Role(role.key, role.function, role.head)
            for _, role in sorted(localities.roles(work, locality_id).items())
        },
        groups={
            group.id: Group(
                group.id,
                group.role,
                group.organisation_id,
                group.organisation.function,
                group.organisation.focal,
                group.organisation.valid_from,
                group.organisation.valid_to,
            )
            for group in groups
        },
        ladders={key: calendars.ladder(rules, key) for key in sorted({rule.ladder for rule in rules})},
    )

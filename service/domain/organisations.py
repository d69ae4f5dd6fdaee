"""Proposing units and reviewing offices, what each does on the route, and the roles held in them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from service.domain.citations import Citation
from service.domain.labels import Label


class Level(StrEnum):
    """The level of government at which a locality stands or an award is given."""

    STATE = "state"
    PROVINCE = "province"
    DEPARTMENT = "department"
    DISTRICT = "district"
    COMMUNE = "commune"
    UNIT = "unit"


class Function(StrEnum):
    """What an organisation does on the route of a dossier."""

    UNIT = "unit"
    LABOUR = "labour"
    INTERIOR = "interior"
    CHAIRMAN = "chairman"
    CHAIRMAN_OFFICE = "chairman_office"
    COUNCIL = "council"
    UPPER = "upper"


@dataclass(frozen=True, slots=True)
class Organisation:
    """A unit, an office, or an upper level that dossiers are handed over to.

    `valid_from` and `valid_to` are inclusive local dates; an open side means no known limit.
    `ended_by` cites what ended it. `focal` marks the single intake office of the locality.
    """

    key: str
    name: Label
    function: Function
    citation: Citation
    focal: bool = False
    valid_from: date | None = None
    valid_to: date | None = None
    ended_by: Citation | None = None

    def is_valid_on(self, day: date) -> bool:
        """Whether the organisation existed on that day, as far as is known."""
        return (self.valid_from or day) <= day <= (self.valid_to or day)


@dataclass(frozen=True, slots=True)
class Role:
    """A role that diagrams name, held in every organisation of one function.

    `head` marks whoever answers for the organisation: reminders to a head go to this role.
    """

    key: str
    name: Label
    function: Function
    head: bool = False


def offices(
    organisations: Iterable[Organisation], function: Function, on: date | None = None
) -> tuple[Organisation, ...]:
    """The organisations of one function, in their given order; only those valid on a day if one is given."""
    return tuple(
        organisation
        for organisation in organisations
        if organisation.function is function and (on is None or organisation.is_valid_on(on))
    )

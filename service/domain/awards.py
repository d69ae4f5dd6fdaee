"""Forms of commendation: who decides them, and what a dossier for them must contain."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from service.domain.citations import Citation
from service.domain.dossiers import NomineeKind
from service.domain.labels import Label
from service.domain.organisations import Level


class Power(StrEnum):
    """Whether the locality decides an award itself or only forwards it upward."""

    OWN = "own"
    UPWARD = "upward"


class Extent(StrEnum):
    """How often a component is owed: once in the dossier, or once for each nomination."""

    DOSSIER = "dossier"
    NOMINATION = "nomination"


class Medium(StrEnum):
    """How a component is handed over: on paper in as many sets as the award asks for, or as a file only."""

    PAPER = "paper"
    ELECTRONIC = "electronic"


@dataclass(frozen=True, slots=True)
class Component:
    """A paper that a dossier must (or may) contain.

    It is owed for the awards named in `awards`, or for all of them when none is named.
    """

    key: str
    name: Label
    citation: Citation
    extent: Extent = Extent.DOSSIER
    medium: Medium = Medium.PAPER
    required: bool = True
    awards: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Award:
    """A form of commendation as one locality meets it.

    `decided_by` is the key of the organisation that decides. `sets` is the number of original sets
    the plan asks for, with its own clause in `sets_citation`; None when the plan does not say.
    """

    key: str
    name: Label
    level: Level
    decided_by: str
    power: Power
    nominees: tuple[NomineeKind, ...]
    citation: Citation
    sets: int | None = None
    sets_citation: Citation | None = None

    @property
    def in_power(self) -> bool:
        """Whether the locality's own Chairman or head decides it."""
        return self.power is Power.OWN


def is_owed_for(component_awards: Collection[str], award_key: str) -> bool:
    """Whether a component is owed for an award: it names those that it is for, or is for all."""
    return not component_awards or award_key in component_awards


def sets_owed(medium: Medium, sets: Iterable[int | None]) -> int | None:
    """The original sets owed of a component: the largest number that any of the awards asking for it wants.

    None when no plan says, and of what is not handed over on paper.
    """
    if medium is not Medium.PAPER:
        return None
    return max((number for number in sets if number is not None), default=None)

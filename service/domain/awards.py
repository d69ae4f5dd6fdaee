"""Forms of commendation: who decides them, and what a dossier for them must contain."""

from collections.abc import Iterable
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


@dataclass(frozen=True, slots=True)
class Owed:
    """One line of a dossier's checklist: a component, and the original sets owed of it.

    `sets` is the largest number that any nominated award asks for; None when no plan says, and of what is
    not handed over on paper.
    """

    component: Component
    awards: tuple[str, ...]
    sets: int | None


def checklist(nominated: Iterable[Award], components: Iterable[Component]) -> tuple[Owed, ...]:
    """What a dossier with nominations for these awards must contain, in the order of the components."""
    awards = tuple(dict.fromkeys(nominated))
    lines: list[Owed] = []
    for component in components:
        asking = [award for award in awards if not component.awards or award.key in component.awards]
        if asking:
            counted = asking if component.medium is Medium.PAPER else []
            sets = max((award.sets for award in counted if award.sets is not None), default=None)
            lines.append(Owed(component, tuple(award.key for award in asking), sets))
    return tuple(lines)

"""People, their roles in offices, and what an actor may do."""

from dataclasses import dataclass, field, replace
from typing import TypedDict

from service.domain.labels import Label


@dataclass(frozen=True, slots=True)
class Absent:
    """Somebody who is away, in whose place another person acts."""

    person_id: int
    name: str


class InPlaceOf(TypedDict):
    """For whom something was done, as rows keep it."""

    for_id: int | None
    for_name: str | None


def in_place_of(absent: Absent | None) -> InPlaceOf:
    """What is written down of whoever a thing was done for; nobody where one acts for oneself."""
    return {
        "for_id": absent.person_id if absent else None,
        "for_name": absent.name if absent else None,
    }


@dataclass(frozen=True, slots=True)
class Seat:
    """One role that a person holds in one organisation: membership of a candidate group.

    `head` says that whoever holds the role answers for the organisation. A seat with somebody `absent` is
    theirs: the person fills it in their place.
    """

    group_id: int
    organisation_id: int
    office: Label
    locality_id: str
    function: str
    role: str
    head: bool = False
    absent: Absent | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, with the seats valid at the instant of the work.

    `administrator` may configure and see everything but holds no seat by that: an administrator
    decides on no dossier. `absent` is set on an actor who does something in the place of somebody else: what
    is recorded then says so.
    """

    person_id: int
    name: str
    language: str = "vi"
    administrator: bool = False
    seats: tuple[Seat, ...] = ()
    absent: Absent | None = None
    group_ids: frozenset[int] = field(init=False)
    organisation_ids: frozenset[int] = field(init=False)
    locality_ids: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "group_ids", frozenset(seat.group_id for seat in self.seats))
        object.__setattr__(self, "organisation_ids", frozenset(seat.organisation_id for seat in self.seats))
        object.__setattr__(self, "locality_ids", frozenset(seat.locality_id for seat in self.seats))

    def seat_in(self, group_id: int, holder_id: int | None = None) -> Seat | None:
        """The seat through which the actor belongs to a group, if any: their own before a substitute's.

        What somebody holds for whom the actor stands in there is done through that seat.
        """
        found = [seat for seat in self.seats if seat.group_id == group_id]
        for seat in found:
            if seat.absent is not None and seat.absent.person_id == holder_id:
                return seat
        return min(found, key=lambda seat: seat.absent is not None, default=None)

    def holds(self, holder_id: int | None, group_id: int) -> bool:
        """Whether a task of a group that somebody holds is the actor's to do: their own or an absentee's."""
        if holder_id is None:
            return False
        if holder_id == self.person_id:
            return True
        seat = self.seat_in(group_id, holder_id)
        return seat is not None and seat.absent is not None and seat.absent.person_id == holder_id

    @property
    def absences(self) -> dict[int, frozenset[int]]:
        """The groups in which the actor stands in for others, by the absent person's id."""
        found: dict[int, set[int]] = {}
        for seat in self.seats:
            if seat.absent is not None:
                found.setdefault(seat.absent.person_id, set()).add(seat.group_id)
        return {person_id: frozenset(groups) for person_id, groups in found.items()}

    def through(self, seat: Seat | None) -> "Actor":
        """The actor as they act through a seat: in the place of the absent person whose seat it is."""
        absent = seat.absent if seat is not None else None
        return self if absent == self.absent else replace(self, absent=absent)

    @property
    def holder_id(self) -> int:
        """Who holds what the actor takes: the absent person whose seat it is, else the actor."""
        return self.absent.person_id if self.absent is not None else self.person_id

    def seat_at(self, organisation_id: int, role: str | None = None) -> Seat | None:
        """A seat in an organisation, of a certain role if one is named; their own before a substitute's."""
        found = [
            seat
            for seat in self.seats
            if seat.organisation_id == organisation_id and role in {None, seat.role}
        ]
        return min(found, key=lambda seat: seat.absent is not None, default=None)

    def heads(self, organisation_id: int) -> Seat | None:
        """The seat through which the actor leads an organisation, if they do."""
        found = [seat for seat in self.seats if seat.head and seat.organisation_id == organisation_id]
        return min(found, key=lambda seat: seat.absent is not None, default=None)

    def reviews_in(self, locality_id: str) -> bool:
        """Whether the actor sits in a reviewing office (not only a proposing unit) of the locality."""
        return any(seat.locality_id == locality_id and seat.function != "unit" for seat in self.seats)


SYSTEM = Actor(person_id=0, name="Trình")
"""The actor of timers and of the system's own steps; has no row among the people."""

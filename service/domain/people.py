"""People, their roles in offices, and what an actor may do."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Seat:
    """One role that a person holds in one organisation: membership of a candidate group."""

    group_id: int
    organisation_id: int
    locality_id: str
    function: str
    role: str


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, with the seats valid at the instant of the work.

    `administrator` may configure and see everything but holds no seat by that: an administrator
    decides on no dossier.
    """

    person_id: int
    name: str
    language: str = "vi"
    administrator: bool = False
    seats: tuple[Seat, ...] = ()
    group_ids: frozenset[int] = field(init=False)
    locality_ids: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "group_ids", frozenset(seat.group_id for seat in self.seats))
        object.__setattr__(self, "locality_ids", frozenset(seat.locality_id for seat in self.seats))

    def seat_in(self, group_id: int) -> Seat | None:
        """The seat through which the actor belongs to a group, if any."""
        return next((seat for seat in self.seats if seat.group_id == group_id), None)

    def seat_at(self, organisation_id: int, role: str | None = None) -> Seat | None:
        """A seat in an organisation, of a certain role if one is named."""
        return next(
            (
                seat
                for seat in self.seats
                if seat.organisation_id == organisation_id and role in {None, seat.role}
            ),
            None,
        )

    def reviews_in(self, locality_id: str) -> bool:
        """Whether the actor sits in a reviewing office (not only a proposing unit) of the locality."""
        return any(seat.locality_id == locality_id and seat.function != "unit" for seat in self.seats)


SYSTEM = Actor(person_id=0, name="Trình")
"""The actor of timers and of the system's own steps; has no row among the people."""

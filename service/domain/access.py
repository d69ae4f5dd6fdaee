"""Who may use a route: the words in which every screen and every call of the API declares it; how far
somebody sees.

A declaration is a promise about the answer. Whoever it leaves out is told 404 when they may not even know
of what the address names, and 403 when they may; a test tries every route with everybody and compares.
The decisions themselves are those of `service.operations.access`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from service.domain.comments import Scope
from service.domain.errors import Message, message
from service.domain.organisations import Function
from service.domain.people import Actor

_DECLARED = "who_may"

View = TypeVar("View", bound=Callable[..., object])


class Who(StrEnum):
    """Who may use a route; the value is how the documentation names them."""

    ANYBODY = "anybody"
    KNOWING = "whoever knows the secret address"
    SIGNED_IN = "anybody who is signed in"
    OWNER = "the person whose own it is"
    LOCALITY = "the people of the locality, and administrators"
    REVIEWERS = "the reviewing offices of the locality, and administrators"
    READERS = "the dossier's unit; after its submission the locality's offices; administrators"
    SPEAKERS = "the dossier's unit; after its submission the locality's offices"
    PROPOSERS = "the proposers of the dossier's unit"
    PREPARER = "the person who prepares the dossier, while it is in preparation"
    CANDIDATES = "the members of the office whose task it is"
    HOLDER = "the person who holds the task"
    RECEIVERS = "the offices that review the dossier or have reviewed it"
    CORRECTORS = "the office that recorded the receipt"
    HEADS = "the head of the office whose task it is"
    ASKED = "whoever was asked for the opinion"
    AUTHORS = "whoever wrote it, and administrators"
    WRITER = "whoever wrote it"
    SEATERS = "the head of the office, and administrators"
    ABSENTEES = "whoever is away or stands in, the head of their office, and administrators"
    ADMINISTRATORS = "administrators"


WORDS: dict[Who, Message] = {
    Who.ANYBODY: message("anybody"),
    Who.KNOWING: message("whoever knows the secret address"),
    Who.SIGNED_IN: message("anybody who is signed in"),
    Who.OWNER: message("the person whose own it is"),
    Who.LOCALITY: message("the people of the locality, and administrators"),
    Who.REVIEWERS: message("the reviewing offices of the locality, and administrators"),
    Who.READERS: message("the dossier's unit; after its submission the locality's offices; administrators"),
    Who.SPEAKERS: message("the dossier's unit; after its submission the locality's offices"),
    Who.PROPOSERS: message("the proposers of the dossier's unit"),
    Who.PREPARER: message("the person who prepares the dossier, while it is in preparation"),
    Who.CANDIDATES: message("the members of the office whose task it is"),
    Who.HOLDER: message("the person who holds the task"),
    Who.RECEIVERS: message("the offices that review the dossier or have reviewed it"),
    Who.CORRECTORS: message("the office that recorded the receipt"),
    Who.HEADS: message("the head of the office whose task it is"),
    Who.ASKED: message("whoever was asked for the opinion"),
    Who.AUTHORS: message("whoever wrote it, and administrators"),
    Who.WRITER: message("whoever wrote it"),
    Who.SEATERS: message("the head of the office, and administrators"),
    Who.ABSENTEES: message("whoever is away or stands in, the head of their office, and administrators"),
    Who.ADMINISTRATORS: message("administrators"),
}
"""The same for readers of screens, to be translated."""

WITHOUT_SIGN_IN = frozenset({Who.ANYBODY, Who.KNOWING})
"""Routes that ask nobody to sign in."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How far somebody sees: `everything`, or their own organisations and the localities they review in.

    The rule stands here once: `operations.access` asks it of one row, queries write it as conditions over
    many. `localities` are those in which the person has any seat.
    """

    everything: bool
    organisation_ids: frozenset[int]
    reviewed: frozenset[str]
    localities: frozenset[str]

    def sees_dossier(self, unit_id: int, locality_id: str, *, submitted: bool) -> bool:
        """Own unit always; reviewing offices of the locality from the first submission on."""
        if self.everything or unit_id in self.organisation_ids:
            return True
        return submitted and locality_id in self.reviewed

    def knows_members(self, organisation_id: int, locality_id: str) -> bool:
        """Who sits in an organisation: told in it, and to the reviewing offices of its locality."""
        return self.everything or organisation_id in self.organisation_ids or locality_id in self.reviewed

    def reads_comment(self, organisation_id: int, scope: Scope) -> bool:
        """Of a dossier that they see: what is said to all, and what is said within an office of theirs."""
        return self.everything or scope is Scope.DOSSIER or organisation_id in self.organisation_ids

    def knows_locality(self, locality_id: str) -> bool:
        """A locality, its rounds, its calendar and the names of its organisations."""
        return self.everything or locality_id in self.localities


def reach_of(actor: Actor) -> Reach:
    """How far an actor sees by the seats that they fill now."""
    return Reach(
        actor.administrator,
        actor.organisation_ids,
        frozenset(seat.locality_id for seat in actor.seats if seat.function != Function.UNIT),
        actor.locality_ids,
    )


def allow(who: Who) -> Callable[[View], View]:
    """Declares who may use a route; stands right under the route itself."""

    def declare(view: View) -> View:
        setattr(view, _DECLARED, who)
        return view

    return declare


def declared(view: Callable[..., object]) -> Who | None:
    """What a view declares; None for a route that is closed to all."""
    return getattr(view, _DECLARED, None)

"""What the matrix expects of a route, from nothing but its declaration."""

from enum import StrEnum

from service.domain.access import WITHOUT_SIGN_IN, Who
from tests.functional.access.places import (
    ASKED,
    AT_HOME,
    AWAY,
    EVERYBODY,
    OFFICES,
    STANDS_IN,
    Person,
    Place,
)

OF_A_TASK = frozenset({Who.CANDIDATES, Who.HOLDER, Who.HEADS})


class Expected(StrEnum):
    """How somebody is answered."""

    LET_IN = "let in"
    """The page or the change: 200, 303, or word of what is wrong with what was sent (400, 409, 422)."""
    TOO_LATE = "told that it is not the time for it"
    """Rightly there, but the state forbids it: 403 or 409."""
    REFUSED = "refused"
    """403: may know of it, may not do it."""
    OVER = "refused, or told that it is over"
    """403, or 409 from a task whose end they may read in the dossier anyway."""
    NOT_SERVED = "gets nothing"
    """What is meant stands in what was sent, not in the address: 403, 404, or 422 as if it were not there."""
    UNKNOWN = "not told that it exists"
    """404."""
    SENT_AWAY = "asked to sign in"
    """A page leads to the sign-in page; anything else is 401."""


def expected(who: Who, person: Person, place: Place, *, in_address: bool = True) -> Expected:
    """What a declaration promises to somebody at a place; `in_address` when the address names the thing."""
    if who in WITHOUT_SIGN_IN:
        return Expected.LET_IN
    if person is Person.NOBODY:
        return Expected.SENT_AWAY
    allowed, knowing, late = _promise(who, place)
    if who is Who.ABSENTEES and not in_address:
        allowed -= {STANDS_IN}  # It is not theirs to say that a colleague will be away.
    if person in allowed:
        held_by_another = who is Who.CANDIDATES and not in_address and place.holder not in {person, None}
        return Expected.TOO_LATE if late or held_by_another else Expected.LET_IN
    if not in_address:
        return Expected.NOT_SERVED
    if person not in knowing:
        return Expected.UNKNOWN
    return Expected.OVER if who in OF_A_TASK and place.holder is None else Expected.REFUSED


def _promise(who: Who, place: Place) -> tuple[frozenset[Person], frozenset[Person], bool]:
    """Whom it lets in, who may know of the thing besides, and whether the place is past it."""
    only = {
        Who.SIGNED_IN: (EVERYBODY, EVERYBODY),
        Who.ADMINISTRATORS: (frozenset({Person.ADMINISTRATOR}), EVERYBODY),
        Who.OWNER: (frozenset({place.owner}), frozenset[Person]()),
        Who.LOCALITY: (AT_HOME, AT_HOME),
        Who.REVIEWERS: (OFFICES | {Person.ADMINISTRATOR}, AT_HOME),
        Who.READERS: (place.readers, place.readers),
        Who.PROPOSERS: (place.proposers, place.readers),
        Who.RECEIVERS: (place.receivers, place.readers),
        Who.CORRECTORS: (place.correctors, place.readers),
        Who.SPEAKERS: (place.readers - {Person.ADMINISTRATOR}, place.readers),
        Who.AUTHORS: (frozenset({place.owner, Person.ADMINISTRATOR}), place.readers),
        Who.WRITER: (frozenset({place.owner}), place.readers),
        Who.ASKED: (ASKED, place.readers),
        Who.SEATERS: (frozenset({Person.HEAD, Person.ADMINISTRATOR}), AT_HOME),
        Who.ABSENTEES: (AWAY | {Person.HEAD, Person.ADMINISTRATOR}, AT_HOME),
    }
    if who in only:
        allowed, knowing = only[who]
        return allowed, knowing, False
    finished = place.holder is None
    if who is Who.PREPARER:
        return place.proposers, place.readers, place.preparer is None
    if who is Who.HEADS:
        return _some(place.head), place.readers, finished
    if who not in {Who.CANDIDATES, Who.HOLDER}:
        raise LookupError(f"say in {__name__} what Who.{who.name} promises")
    if who is Who.CANDIDATES or finished:
        return place.members, place.readers, finished
    return _some(place.holder), place.readers, False


def _some(person: Person | None) -> frozenset[Person]:
    return frozenset({person} - {None})  # type: ignore[arg-type]

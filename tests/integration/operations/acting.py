"""People at work: what they do, each in a Work of its own, and where they sit."""

from collections.abc import Callable
from datetime import date
from typing import Concatenate, ParamSpec, TypeVar

from service.domain.people import Actor
from service.operations.staff import seats, substitutions
from service.operations.staff.substitutions import Away
from service.operations.watch import verification
from service.store import localities
from service.store.tables import OutgoingMail
from service.store.work import Work
from tests.builders import LOCALITY, World
from tests.integration.operations.readings import rows

Given = ParamSpec("Given")
Done = TypeVar("Done")


def person(world: World, who: str) -> int:
    """The id of somebody."""
    return world.actor(who).person_id


def do(
    world: World,
    verb: Callable[Concatenate[Work, Actor, Given], Done],
    who: str,
    *given: Given.args,
    **named: Given.kwargs,
) -> Done:
    """Runs an operation as somebody in a Work of its own."""
    with world.database.write() as work:
        return verb(work, world.actor(who), *given, **named)


def away(world: World, who: str, substitute: str, first: str, last: str, by: str = "") -> int:
    """Enters an absence for all of somebody's roles; gives its id."""
    entry = Away(
        person(world, who),
        person(world, substitute),
        date.fromisoformat(first),
        date.fromisoformat(last),
        "Nghỉ phép",
    )
    return do(world, substitutions.enter, by or who, LOCALITY, entry).id


def seat_council(world: World, *who: str) -> None:
    """Gives some people a seat in the council from today on."""
    with world.database.read() as work:
        group = next(one for one in localities.groups(work, LOCALITY) if one.role == "council_member")
    for name in who:
        do(
            world,
            seats.seat,
            "admin",
            person_id=person(world, name),
            group_id=group.id,
            first=None,
            last=None,
            reason="Quyết định thành lập Hội đồng",
        )


def office(world: World, key: str) -> int:
    """The id of an office by its key."""
    with world.database.read() as work:
        return next(one.id for one in localities.organisations(work, LOCALITY) if one.key == key)


def mails_of(world: World, dossier_id: int) -> list[OutgoingMail]:
    """The mails about a dossier, sent or not."""
    return [mail for mail in rows(world, OutgoingMail) if mail.dossier_id == dossier_id]


def sound(world: World) -> None:
    """Fails when anything that must hold does not."""
    with world.database.read() as work:
        assert verification.verify(work).broken == ()

"""The inbox: what lies in a folder, where its list goes on, how much each folder holds."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime

from service.domain.errors import Invalid, Message, message
from service.domain.organisations import Function
from service.domain.people import Actor
from service.domain.queues import LARGEST_ID, NOBODY, Wanted
from service.domain.tasks import Folder
from service.operations import calendars
from service.operations.staff import directories
from service.store import agendas, folders, localities, people
from service.store.folder_parts import Reader
from service.store.folders import Counts, Place
from service.store.tables import Organisation, Person, Round, UserTask
from service.store.work import Work

MOST_SORTED = folders.SORTED_CAP
"""How many tasks are put in another order than a folder's own."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of a folder. `following` is the cursor of the next page, None on the last one.

    `cut` says that the folder holds more than is put in an order like this one: the rest is on no page.
    """

    tasks: list[UserTask]
    following: str | None
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Choices:
    """What an actor may filter their folders by."""

    rounds: list[Round]
    units: list[Organisation]
    holders: list[Person]


def look(work: Work, actor: Actor, wanted: Wanted, cursor: str | None = None, limit: int = 50) -> Listing:
    """A page of a folder of the actor's inbox, from the place that a cursor names.

    Raises:
        Invalid: when the cursor is none that such a page has given.
    """
    after = _read_cursor(cursor, wanted) if cursor else None
    reader = reader_of(work, actor)
    found = folders.listing(work, reader, wanted, limit + 1, after)
    following = None
    if len(found) > limit:
        following = _cursor(folders.place_of(work, reader, found[limit - 1], wanted))
    return Listing(found[:limit], following, folders.is_cut(work, reader, wanted))


def every_id(work: Work, actor: Actor, wanted: Wanted, limit: int) -> list[int]:
    """All tasks of a folder of the actor's inbox, in the order wanted, up to a limit."""
    return folders.every_id(work, reader_of(work, actor), wanted, limit)


def count(work: Work, actor: Actor) -> Counts:
    """How many tasks lie in each folder, and how many opinions are asked of the actor."""
    return folders.counts(work, reader_of(work, actor), actor.organisation_ids)


def next_behind(work: Work, actor: Actor, wanted: Wanted, done: UserTask) -> UserTask | None:
    """What to open after a task of a folder: the one behind it, else the first that is left."""
    reader = reader_of(work, actor)
    behind = None if wanted.folder is Folder.WAITING else folders.place_of(work, reader, done, wanted)
    for after in (behind, None):
        if found := folders.listing(work, reader, wanted, 1, after):
            return found[0]
    return None


def reader_of(work: Work, actor: Actor) -> Reader:
    """Whose inbox is read: their groups, those of the offices they lead, and whom they stand in for."""
    led = led_groups(work, actor)
    absent = tuple((person_id, tuple(sorted(ids))) for person_id, ids in sorted(actor.absences.items()))
    return Reader(actor.person_id, tuple(sorted(actor.group_ids)), tuple(sorted(led)), absent)


def led_groups(work: Work, actor: Actor) -> set[int]:
    """The groups of all organisations that the actor leads."""
    led = {seat.organisation_id for seat in actor.seats if seat.head}
    places = {seat.locality_id for seat in actor.seats if seat.head}
    return {
        group.id
        for locality_id in places
        for group in directories.of(work, localities.get(work, locality_id)).groups.values()
        if group.organisation_id in led
    }


def choices(work: Work, actor: Actor) -> Choices:
    """The rounds and units of the actor's localities, and the people of their offices, each in order.

    A council is no office: nobody holds a task for it.
    """
    places = sorted(actor.locality_ids)
    organisations = [one for place in places for one in localities.organisations(work, place)]
    units = [one for one in organisations if one.function == Function.UNIT]
    councils = {one.id for one in organisations if one.function == Function.COUNCIL}
    mine = actor.group_ids | led_groups(work, actor)
    holders: dict[int, Person] = {}
    for place in places:
        locality = localities.get(work, place)
        groups = directories.of(work, locality).groups.values()
        ids = mine & {group.id for group in groups if group.organisation_id not in councils}
        holders |= {one.id: one for one in people.members(work, ids, calendars.today(work, locality))}
    return Choices(
        agendas.rounds_of(work, places),
        sorted(units, key=lambda unit: (unit.sort_key, unit.id)),
        sorted(holders.values(), key=lambda person: (person.sort_key, person.id)),
    )


def round_named(work: Work, actor: Actor, round_id: int) -> Round | None:
    """The round that a filter names, if it is the actor's to know of."""
    return next(
        (one for one in agendas.rounds_of(work, sorted(actor.locality_ids)) if one.id == round_id), None
    )


def unit_named(work: Work, actor: Actor, unit_id: int) -> Organisation | None:
    """The unit that a filter names, if it is the actor's to know of."""
    found = localities.organisation(work, unit_id)
    return found if found is not None and found.locality_id in actor.locality_ids else None


def holder_named(work: Work, actor: Actor, holder_id: int) -> Person | None:
    """The person that a filter names, if they sit in an office of the actor's."""
    return next((one for one in choices(work, actor).holders if one.id == holder_id), None)


def holder_told(work: Work, actor: Actor, holder_id: int) -> Message:
    """Whom a filter for a holder means, without telling of people whom the actor cannot filter by."""
    if holder_id == NOBODY:
        return message("nobody yet")
    holder = holder_named(work, actor, holder_id)
    return message("somebody of another office") if holder is None else message("{name}", name=holder.name)


def _cursor(place: Place) -> str:
    said = [
        value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value for value in place.values
    ]
    text = json.dumps([*said, place.task_id], ensure_ascii=False, separators=(",", ":"))
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_cursor(cursor: str, wanted: Wanted) -> Place:
    kinds = folders.kinds_of_place(wanted)
    try:
        said = json.loads(urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4)))
        *values, task_id = said
        if len(values) != len(kinds) or type(task_id) is not int or not 0 < task_id <= LARGEST_ID:
            raise ValueError("Not of our making.")
        return Place(tuple(_value(one, kind) for one, kind in zip(values, kinds, strict=True)), task_id)
    except (ValueError, TypeError):
        wrong = {"after": message("Write here what the page before gave as next.")}
        raise Invalid(message("Check the marked fields and send again."), wrong) from None


def _value(said: object, kind: type[datetime | str]) -> datetime | str:
    if not isinstance(said, str) or "\x00" in said:
        raise ValueError("Not of our making.")
    if kind is str:
        return said
    instant = datetime.fromisoformat(said)
    if instant.tzinfo != UTC:
        raise ValueError("Not of our making.")
    return instant

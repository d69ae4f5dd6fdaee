"""The stage: a database in memory with what the round follows, and people of the rehearsal in its offices.

Nothing but rows read in one Work of the real database comes along. The stage lives in the memory of one
thread and is gone with it.
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from service.clock import FakeClock
from service.domain.errors import Conflict, Invalid, message
from service.domain.organisations import Function
from service.domain.rounds import RoundKind
from service.operations.dossier.dossiers import PROPOSER
from service.operations.staff import people
from service.rehearsals.asking import MOST_UNITS, Asked
from service.rehearsals.results import Seat
from service.store import copies, localities, rehearsals
from service.store import tables as rows
from service.store.copies import Rows
from service.store.work import Database, Work

IN_MEMORY = "sqlite://"
NOBODY = "rehearsal.invalid"
"""Addresses of the rehearsal: the domain can never exist."""
BEFORE_FIRST_DEADLINE = timedelta(days=30)
USUAL_FIRST_DEADLINE = (12, 1)
"""Month and day from which a round without any date is counted back."""
OPENS = time(8)


@dataclass(frozen=True, slots=True)
class Script:
    """What is known of the real locality: its rows, how many sit in which group, when the rehearsal begins.

    `under_way` are the dossiers that come along, with their units: then it begins now, else when the round
    opens. `done` are the units whose dossiers have come to their end.
    """

    asked: Asked
    copied: Rows
    seated: Mapping[int, int]
    opens_at: datetime
    zone: ZoneInfo
    under_way: Mapping[int, int]
    done: frozenset[int]


@dataclass(frozen=True, slots=True)
class Stage:
    """A filled database under a clock that jumps, with the seats of everybody by the person's id.

    `units` take part, in the order of their ids here: each gets one dossier. Of a round of awards
    `proposers` open them, one person for each unit; reports the service opens by itself, and nobody else
    does. `carried` are dossiers that were under way, with their units, in the order of their ids. `empty` are
    groups on the route in which nobody sits in reality.
    """

    database: Database
    clock: FakeClock
    script: Script
    round_id: int
    units: tuple[int, ...]
    proposers: tuple[int, ...]
    seats: Mapping[int, Seat]
    members: Mapping[int, tuple[int, ...]]
    carried: tuple[tuple[int, int], ...]
    empty: tuple[tuple[str, str], ...]


def read(work: Work, asked: Asked, opens_on: date | None = None) -> Script:
    """Reads what a rehearsal needs; the only look at the real database.

    Raises:
        NotFound: unknown locality or round.
        Invalid: more dossiers are under way than a rehearsal can bear.
    """
    locality = localities.get(work, asked.locality_id)
    round_ = localities.round_of(work, asked.locality_id, asked.round_key)
    zone = ZoneInfo(locality.zone)
    now = work.now.astimezone(zone)
    under_way = coming_along(work, asked, MOST_UNITS)
    opening = datetime.combine(opens_on or opening_day(round_), OPENS, tzinfo=zone)
    return Script(
        asked,
        copies.take(work, locality.id, round_.key, under_way),
        rehearsals.seats(work, locality.id, now.date()),
        now if under_way else opening,
        zone,
        under_way,
        frozenset(rehearsals.units_done(work, round_.id) if under_way else ()),
    )


def coming_along(work: Work, asked: Asked, most: int) -> dict[int, int]:
    """The dossiers under way that a rehearsal takes along, with their units.

    Raises:
        NotFound: unknown round.
        Invalid: more than `most`.
    """
    found = {} if asked.from_opening else under_way(work, asked.locality_id, asked.round_key)
    if len(found) > most:
        too_many = message(
            "{number} dossiers are under way; a rehearsal takes at most {most} along. Play the round from "
            "its opening instead.",
            number=len(found),
            most=most,
        )
        raise Invalid(message("Check the marked fields and send again."), {"from_opening": too_many})
    return found


def under_way(work: Work, locality_id: str, round_key: str) -> dict[int, int]:
    """The dossiers of a round that have not come to their end, with their units.

    Raises:
        NotFound: unknown round.
    """
    return rehearsals.under_way(work, localities.round_of(work, locality_id, round_key).id)


def collects_reports(round_: rows.Round) -> bool:
    """Whether a round collects duty reports, which the service opens by itself."""
    return round_.kind == RoundKind.DUTY


def taking_part(round_: rows.Round) -> str:
    """The function of whoever has a dossier in the round: units; of reports whoever owes them."""
    if collects_reports(round_) and round_.deadlines:
        return round_.deadlines[0].owner
    return Function.UNIT.value


def opening_day(round_: rows.Round) -> date:
    """The day on which a rehearsed round opens: the round's own, else a month before its first deadline.

    Reports whose deadline lies before the round's own day open a month before it, as in reality.
    """
    days = [row.last_day for row in round_.deadlines if row.active and row.last_day is not None]
    opens_on = round_.opens_on
    if opens_on is not None and not (collects_reports(round_) and days and opens_on > max(days)):
        return opens_on
    return min(days, default=date(round_.year, *USUAL_FIRST_DEADLINE)) - BEFORE_FIRST_DEADLINE


@contextmanager
def staged(script: Script) -> Iterator[Stage]:
    """A stage for one rehearsal; gone after the block."""
    clock = FakeClock(script.opens_at)
    database = Database(IN_MEMORY, clock)
    try:
        copies.fill(database, script.copied)
        with database.write() as work:
            stage = _Casting(work, script).cast(database, clock)
        yield stage
    finally:
        database.dispose()


class _Casting:
    """Gives the seats of a stage to people of the rehearsal."""

    def __init__(self, work: Work, script: Script) -> None:
        self._work = work
        self._script = script
        self._locality = localities.get(work, script.asked.locality_id)
        self._seats: dict[int, Seat] = {}
        self._members: dict[int, list[int]] = {}

    def cast(self, database: Database, clock: FakeClock) -> Stage:
        script, work = self._script, self._work
        round_ = localities.round_of(work, self._locality.id, script.asked.round_key)
        rehearsals.take_papers_as_given(work, self._locality.id)
        if script.under_way:
            rehearsals.let_go_of_tasks(work)
        else:
            rehearsals.count_from_one(work, round_.id)
        function = taking_part(round_)
        have_theirs = {*script.under_way.values(), *script.done}
        units = [unit for unit in self._units(function) if unit.id not in have_theirs]
        chosen = {*script.under_way.values(), *(unit.id for unit in units)}
        if collects_reports(round_):
            self._let_nobody_else_owe(function, chosen)
        nobody_anywhere = not script.seated
        empty: list[tuple[str, str]] = []
        roles = localities.roles(work, self._locality.id)
        opening: dict[int, int] = {}
        for group in localities.groups(work, self._locality.id):
            if group.role == PROPOSER:
                opening[group.organisation_id] = group.id
            number = script.seated.get(group.id, 0)
            organisation, role = group.organisation, roles.get(group.role)
            acts = role is not None and not role.head
            is_idle_unit = organisation.function == function and organisation.id not in chosen
            if number == 0 and acts and not is_idle_unit:
                empty.append((organisation.key, group.role))
            if number == 0 and not is_idle_unit and (acts or nobody_anywhere):
                number = 1
            for place in range(1, number + 1):
                self._seat(group, place)
        proposers = () if collects_reports(round_) else [self._members[opening[unit.id]][0] for unit in units]
        members = {group_id: tuple(those) for group_id, those in self._members.items()}
        return Stage(
            database, clock, script, round_.id, tuple(unit.id for unit in units), tuple(proposers),
            self._seats, members, tuple(script.under_way.items()), () if nobody_anywhere else tuple(empty),
        )  # fmt: skip

    def _let_nobody_else_owe(self, function: str, chosen: Collection[int]) -> None:
        """Whoever does not take part has been dissolved long ago: no report is opened for it."""
        for organisation in localities.organisations(self._work, self._locality.id):
            if organisation.function == function and organisation.id not in chosen:
                organisation.valid_to = date.min

    def _units(self, function: str) -> list[rows.Organisation]:
        """The units that take part: those valid at the opening in dictionary order, more if asked for."""
        day = self._script.opens_at.date()
        known = [
            unit
            for unit in localities.organisations(self._work, self._locality.id)
            if unit.function == function and (unit.valid_from or day) <= day <= (unit.valid_to or day)
        ]
        if not known:
            raise Conflict(message("This locality has no unit that could take part in the rehearsal."))
        asked = self._script.asked.units or len(known)
        return known[:asked] + [self._invent(function, number) for number in range(len(known) + 1, asked + 1)]

    def _invent(self, function: str, number: int) -> rows.Organisation:
        """One more unit, with the groups that units have."""
        unit = rows.Organisation(
            locality_id=self._locality.id,
            key=f"rehearsal_{number}",
            function=function,
            name_vi=f"Đơn vị diễn tập {number}",
            name_en=f"Rehearsal unit {number}",
            sort_key=f"~{number:06}",
        )
        self._work.session.add(unit)
        self._work.session.flush()
        for role in localities.roles(self._work, self._locality.id).values():
            if role.function == function:
                self._work.session.add(rows.CandidateGroup(organisation_id=unit.id, role=role.key))
        self._work.session.flush()
        return unit

    def _seat(self, group: rows.CandidateGroup, place: int) -> None:
        name = f"{group.organisation.key}.{group.role}.{place}"
        person = people.add(
            self._work,
            sign_in_name=name,
            name=f"{group.organisation.name_vi} {place}",
            email=f"{name}@{NOBODY}",
            password=None,
            seats=[(self._locality.id, group.organisation.key, group.role)],
        )
        self._seats[person.id] = Seat(group.organisation.key, group.role, place)
        self._members.setdefault(group.id, []).append(person.id)

"""Swap days: official days off and make-up working days entered, changed and withdrawn here.

Whatever changes the working calendar moves, in the same Work, every deadline that rolls off rest days
and every reminder that counts working days, in all rounds of the locality.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from service.domain.amendments import LONGEST_NAME, Guidance, Subject
from service.domain.calendars import DayKind, Override
from service.domain.citations import Citation
from service.domain.deadlines import day_in_figures
from service.domain.errors import Conflict, Invalid, Message, NotFound, message
from service.domain.labels import Label
from service.domain.people import Actor
from service.domain.words import normalise
from service.operations import calendars
from service.operations.process.effects import Effect
from service.operations.schedule import amendments, resolving
from service.operations.schedule.deadline_changes import Why
from service.store import localities
from service.store import tables as rows
from service.store.work import Work


@dataclass(frozen=True, slots=True)
class SwapDay:
    """A day that an official document makes free or working, against the calendar of the country.

    Raises:
        Invalid: naming every wrong field.
    """

    day: date
    kind: DayKind
    name: Label
    guidance: Guidance

    def __post_init__(self) -> None:
        vietnamese = normalise(self.name.vi)
        name = Label(vietnamese, normalise(self.name.en) or vietnamese)
        object.__setattr__(self, "name", name)
        wrong: dict[str, Message] = {}
        if not name.vi:
            wrong["name_vi"] = message("Write what the day is called, such as: day off for Tết.")
        for field, text in (("name_vi", name.vi), ("name_en", name.en)):
            if len(text) > LONGEST_NAME:
                wrong[field] = message("At most {most} characters.", most=LONGEST_NAME)
        if wrong:
            raise Invalid(_NOT_CHANGED, wrong)


_NOT_CHANGED = message("The calendar was not changed: something needs correcting.")


def enter(
    work: Work, actor: Actor, locality_id: str, swap: SwapDay, *, reason: str, seen: int | None = None
) -> Effect:
    """Enters a swap day, or gives one that stands there another kind, name or source.

    Raises:
        NotAllowed: the actor may not amend.
        Conflict: the locality's rules have changed since the edition `seen`.
        Invalid: the calendar has the day so already or does not reach it, or a field is wrong.
    """
    locality = amendments.begin(work, actor, locality_id)
    resolving.require_unchanged(locality, seen)
    _require_difference(work, locality, swap)
    row = localities.calendar_day(work, locality_id, swap.day)
    before, why = _told(row), Why(actor, reason, swap.guidance)
    row = row or rows.CalendarDay(locality_id=locality_id, day=swap.day)
    row.kind, row.name_vi, row.name_en = swap.kind.value, swap.name.vi, swap.name.en
    row.source_document, row.source_section = swap.guidance.name.vi, swap.guidance.section
    row.source_quote, row.source_verified = swap.guidance.quote, swap.guidance.verified
    row.amended, row.withdrawn = True, False

    def write() -> None:
        work.session.add(row)
        _record(work, why, locality, swap.day, before, _told(row))

    return _changed(work, why, locality, write)


def withdraw(
    work: Work, actor: Actor, locality_id: str, day: date, *, reason: str, seen: int | None = None
) -> Effect:
    """Takes a swap day back: what was entered here goes, a day of the files overrides nothing any more.

    Where an entry of ours stood in front of one of the files, that one holds again.

    Raises:
        NotAllowed: the actor may not amend.
        NotFound: no swap day stands there.
        Conflict: it is withdrawn already, or the locality's rules have changed since `seen`.
        Invalid: the reason is missing.
    """
    locality = amendments.begin(work, actor, locality_id)
    resolving.require_unchanged(locality, seen)
    row = _standing(work, locality, day)
    if row.withdrawn:
        raise Conflict(message("{day} is withdrawn already.", day=day_in_figures(day)))
    before, why = _told(row), Why(actor, reason)
    in_files = _in_files(work, locality, day)

    def write() -> None:
        if not row.amended:
            row.withdrawn = True
        elif in_files is None:
            work.session.delete(row)
        else:
            _follow_files(row, in_files)
        after = None if row.amended and in_files is None else _told(row)
        _record(work, why, locality, day, before, after)

    return _changed(work, why, locality, write)


def restore(
    work: Work, actor: Actor, locality_id: str, day: date, *, reason: str, seen: int | None = None
) -> Effect:
    """Lets a day of the files that was withdrawn here hold again.

    Raises:
        NotAllowed: the actor may not amend.
        NotFound: no swap day stands there.
        Conflict: it is not withdrawn, or the locality's rules have changed since `seen`.
        Invalid: the reason is missing.
    """
    locality = amendments.begin(work, actor, locality_id)
    resolving.require_unchanged(locality, seen)
    row = _standing(work, locality, day)
    if not row.withdrawn:
        raise Conflict(message("{day} is not withdrawn: it holds.", day=day_in_figures(day)))
    before, why = _told(row), Why(actor, reason)

    def write() -> None:
        row.withdrawn = False
        _record(work, why, locality, day, before, _told(row))

    return _changed(work, why, locality, write)


def history(work: Work, locality_id: str, day: date | None = None) -> list[rows.Amendment]:
    """What was entered and withdrawn here, the newest first; of one day if one is named."""
    key = None if day is None else day.isoformat()
    return amendments.history(work, locality_id, Subject.CALENDAR, key)


def _changed(work: Work, why: Why, locality: rows.Locality, write: Callable[[], None]) -> Effect:
    """Writes, and lets all rounds follow the calendar as it is then."""
    following = resolving.Following(work, locality)
    write()
    work.session.flush()
    return following.follow(why)


def _require_difference(work: Work, locality: rows.Locality, swap: SwapDay) -> None:
    """Refuses a day that the country's calendar has so anyway: nothing would change but what people read."""
    plain = calendars.without(work, locality, swap.day)
    figures = day_in_figures(swap.day)
    if not plain.first_year <= swap.day.year <= plain.last_year:
        wrong = message(
            "The calendar reaches from {first} to {last}.", first=plain.first_year, last=plain.last_year
        )
    elif swap.kind is DayKind.OFF and not plain.is_working(swap.day):
        wrong = message("{day} is a rest day already: choose another day.", day=figures)
    elif swap.kind is DayKind.WORKING and plain.is_working(swap.day):
        wrong = message("{day} is a working day already: choose another day.", day=figures)
    else:
        return
    raise Invalid(_NOT_CHANGED, {"day": wrong})


def _standing(work: Work, locality: rows.Locality, day: date) -> rows.CalendarDay:
    row = localities.calendar_day(work, locality.id, day)
    if row is None:
        raise NotFound(message("No swap day stands on {day}.", day=day_in_figures(day)))
    return row


def _in_files(work: Work, locality: rows.Locality, day: date) -> Override | None:
    """The swap day that the files loaded last name for a day."""
    version = localities.newest_version(work, locality.id)
    written: list[Mapping[str, Any]] = version.content.get("overrides", []) if version else []
    for one in written:
        if one["day"] == day.isoformat():
            source = one["citation"]
            return Override(
                day,
                DayKind(one["kind"]),
                Label(one["name"]["vi"], one["name"]["en"]),
                Citation(source["document"], source["section"], source["quote"], source["verified"]),
            )
    return None


def _follow_files(row: rows.CalendarDay, given: Override) -> None:
    row.kind, row.name_vi, row.name_en = given.kind.value, given.name.vi, given.name.en
    row.source_document, row.source_section = given.citation.document, given.citation.section
    row.source_quote, row.source_verified = given.citation.quote, given.citation.verified
    row.amended = row.withdrawn = False


def _record(
    work: Work,
    why: Why,
    locality: rows.Locality,
    day: date,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
) -> None:
    amendments.record(
        work,
        why.actor,
        locality,
        Subject.CALENDAR,
        day.isoformat(),
        before=before,
        after=after,
        reason=why.reason,
        guidance=why.guidance,
    )


def _told(row: rows.CalendarDay | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {
        "day": row.day.isoformat(),
        "kind": row.kind,
        "name": {"vi": row.name_vi, "en": row.name_en},
        "document": row.source_document,
        "section": row.source_section,
        "amended": row.amended,
        "withdrawn": row.withdrawn,
    }

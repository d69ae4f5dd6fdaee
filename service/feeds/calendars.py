"""One calendar with its events as bytes: what a calendar program reads at the address of a feed.

An event is a whole day, the last permitted one of a deadline. Whole days belong to no zone, and the
instants beside them are in UTC, so that no program needs the rules of a zone to read them. The same
events always give the same bytes: what a program has already read can be recognised.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Timezone, TimezoneStandard, vText
from icalendar import Event as Component

MEDIA_TYPE = "text/calendar; charset=utf-8"
READ_AGAIN_AFTER = timedelta(hours=1)
"""How often programs are asked to look; most of them look less often."""

_PRODUCT = "-//Trình//Deadlines//VI"
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Event:
    """The last permitted day of something owed.

    `uid` stays the same for as long as the thing exists, `sequence` grows with every move of its day, and
    `changed_at` is the instant of the last change. A `cancelled` event is still told, so that programs
    which keep what they once read take it away.
    """

    uid: str
    day: date
    summary: str
    description: str
    address: str
    categories: tuple[str, ...]
    sequence: int
    changed_at: datetime
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Feed:
    """A calendar: what it is called, in which language (`vi`, `en`), and what stands in it."""

    name: str
    description: str
    language: str
    zone: str
    events: Sequence[Event]


def write(feed: Feed) -> bytes:
    """The calendar with its lines folded and ended as RFC 5545 demands, in UTF-8."""
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    # Older programs know the names with X-, newer ones those of RFC 7986. The library escapes only what
    # it knows to be text: values of properties with X- are made text here.
    for key in ("x-wr-calname", "name"):
        calendar.add(key, vText(feed.name))
    for key in ("x-wr-caldesc", "description"):
        calendar.add(key, vText(feed.description))
    calendar.add("x-wr-timezone", vText(feed.zone))
    calendar.add("refresh-interval", READ_AGAIN_AFTER, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", _duration(READ_AGAIN_AFTER))
    for event in feed.events:
        calendar.add_component(_component(event, feed.language))
    if not feed.events:
        # A calendar of no component is none (RFC 5545, 3.6), and strict programs refuse the address.
        calendar.add_component(_utc())
    return calendar.to_ical(sorted=False)


def _component(event: Event, language: str) -> Component:
    component = Component()
    component.add("uid", event.uid)
    # Without a request for an answer, DTSTAMP is the instant at which this revision was made.
    changed_at = event.changed_at.astimezone(UTC).replace(microsecond=0)
    component.add("dtstamp", changed_at)
    component.add("last-modified", changed_at)
    component.add("sequence", event.sequence)
    component.add("dtstart", event.day)
    component.add("dtend", event.day + _DAY)
    component.add("summary", event.summary, parameters={"language": language})
    component.add("description", event.description, parameters={"language": language})
    component.add("categories", list(event.categories))
    component.add("url", event.address)
    component.add("status", "CANCELLED" if event.cancelled else "CONFIRMED")
    component.add("class", "PRIVATE")
    # A deadline keeps nobody busy for a day.
    component.add("transp", "TRANSPARENT")
    return component


def _utc() -> Timezone:
    """The only zone in which instants are told here."""
    standard = TimezoneStandard()
    standard.add("dtstart", datetime(1970, 1, 1))  # noqa: DTZ001 - RFC 5545, 3.6.5 wants local time
    standard.add("tzoffsetfrom", timedelta())
    standard.add("tzoffsetto", timedelta())
    standard.add("tzname", "UTC")
    zone = Timezone()
    zone.add("tzid", "UTC")
    zone.add_component(standard)
    return zone


def _duration(length: timedelta) -> str:
    return f"PT{int(length.total_seconds()) // 3600}H"

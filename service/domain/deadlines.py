"""What "trước ngày D" means: rules for days, resolved to the first instant that is late.

A plan writes a `DeadlineRule`; a round resolves it to a `Deadline`. The last permitted day follows
from the bound ("before" D ends with D-1, "by" D ends with D) and from the roll, which may move it
off a rest day. `due_at` is the midnight, in the locality's zone, at which the day after begins:
the first instant that is late.
"""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from service.domain.amendments import Guidance
from service.domain.calendars import WEEKDAYS, WorkingCalendar
from service.domain.citations import Citation
from service.domain.errors import Message, message
from service.domain.labels import Label
from service.domain.organisations import Function

_DAY = timedelta(days=1)
_ANY_YEAR = 2023
"""A year without 29 February: a day that exists in it exists in every year."""


class Bound(StrEnum):
    """How a plan's day bounds: "trước ngày" excludes the day, "đến ngày" includes it."""

    BEFORE = "before"
    BY = "by"


class Roll(StrEnum):
    """Where a last day goes that falls on a rest day."""

    NONE = "none"
    NEXT = "next_working_day"
    PREVIOUS = "previous_working_day"


class LatePolicy(StrEnum):
    """What happens to what arrives late."""

    ACCEPT_FLAGGED = "accept_flagged"
    REFUSE = "refuse"
    NEXT_ROUND = "next_round"


def late_policies(owner: Function, *, duty: bool = False) -> tuple[LatePolicy, ...]:
    """The late policies that mean something for whoever owes a step by a deadline.

    Only what a unit sends in can go to the next round: nobody loses a round because an office was late, and
    the report of a year belongs to that year. What the Chairman decides late is decided all the same:
    nobody stands above to grant more time.
    """
    if not duty and owner is Function.UNIT:
        return tuple(LatePolicy)
    if not duty and owner in {Function.CHAIRMAN, Function.UPPER}:
        return (LatePolicy.ACCEPT_FLAGGED,)
    return (LatePolicy.ACCEPT_FLAGGED, LatePolicy.REFUSE)


def late_policy_complaint(policy: LatePolicy, owner: Function, *, duty: bool = False) -> Message | None:
    """What is wrong with a late policy for whoever owes the step; None when it has a meaning there."""
    if policy in late_policies(owner, duty=duty):
        return None
    if duty:
        return message(
            "A report belongs to its year and cannot go to the next round: choose accept_flagged or refuse."
        )
    if policy is LatePolicy.NEXT_ROUND:
        return message(
            "Only what units send in can go to the next round: no dossier loses its round because an office "
            "was late. Choose accept_flagged or refuse."
        )
    return message(
        "A decision of the Chairman is valid also when it comes late, and nobody stands above to grant more "
        "time: choose accept_flagged."
    )


@dataclass(frozen=True, slots=True)
class Yearly:
    """The same day in every year ("01/12 hàng năm"), taken in the year of the round."""

    month: int
    day: int

    def __post_init__(self) -> None:
        date(_ANY_YEAR, self.month, self.day)


@dataclass(frozen=True, slots=True)
class OnDate:
    """One fixed day."""

    day: date


@dataclass(frozen=True, slots=True)
class WithinMonth:
    """A whole month ("trong tháng 9/2022"): its last day still counts."""

    year: int
    month: int

    def __post_init__(self) -> None:
        date(self.year, self.month, 1)


@dataclass(frozen=True, slots=True)
class Unset:
    """No day yet: guidance of somebody is awaited, or (without `awaits`) the plan names none."""

    awaits: str | None = None
    note: Label | None = None


DayRule = Yearly | OnDate | WithinMonth | Unset


@dataclass(frozen=True, slots=True)
class DeadlineRule:
    """Who owes a step by when, as the plan says it.

    `owner` owes it to `to`. `ladder` names the reminders that go with it. For a month the bound is
    always "by".
    """

    key: str
    name: Label
    owner: Function
    day: DayRule
    citation: Citation
    to: Function | None = None
    bound: Bound = Bound.BEFORE
    roll: Roll = Roll.NONE
    late: LatePolicy = LatePolicy.ACCEPT_FLAGGED
    ladder: str = "default"

    def __post_init__(self) -> None:
        if isinstance(self.day, WithinMonth) and self.bound is not Bound.BY:
            raise ValueError("A month is a bound by its last day.")


@dataclass(frozen=True, slots=True)
class Deadline:
    """A deadline of one round, resolved.

    `day` is the plan's day, `last_day` the last permitted day after bound and roll, `due_at` the
    first instant that is late; all three are None while the deadline is unset. Then `awaits` names
    whose guidance is awaited, or is None if the plan itself sets no day. One that is `amended` was
    changed here and no longer follows the plan; `guidance` is the document that ordered it, if any did.
    """

    round: str
    key: str
    name: Label
    owner: Function
    zone: ZoneInfo
    source: Citation
    to: Function | None = None
    bound: Bound = Bound.BEFORE
    roll: Roll = Roll.NONE
    late: LatePolicy = LatePolicy.ACCEPT_FLAGGED
    ladder: str = "default"
    day: date | None = None
    last_day: date | None = None
    due_at: datetime | None = None
    awaits: str | None = None
    note: Label | None = None
    amended: bool = False
    guidance: Guidance | None = None


@dataclass(frozen=True, slots=True)
class LastMoment:
    """The last permitted moment in parts: 24:00 of `day`, a `weekday` counted from Monday as 0."""

    day: date
    weekday: int
    hour: str = "24:00"


def day_in(rule: DayRule, year: int) -> date | None:
    """The day that a rule names in a year: the plan's own day, before bound and roll."""
    match rule:
        case Yearly(month, day):
            return date(year, month, day)
        case OnDate(fixed):
            return fixed
        case WithinMonth(window_year, month):
            return date(window_year, month, monthrange(window_year, month)[1])
        case Unset():
            return None


def last_day(day: date, bound: Bound, roll: Roll, calendar: WorkingCalendar) -> date:
    """The last permitted day."""
    last = day - _DAY if bound is Bound.BEFORE else day
    match roll:
        case Roll.NONE:
            return last
        case Roll.NEXT:
            return calendar.next_working(last)
        case Roll.PREVIOUS:
            return calendar.previous_working(last)


def first_late_instant(last: date, zone: ZoneInfo) -> datetime:
    """Midnight of the day after the last permitted day, in the zone of the locality."""
    return datetime.combine(last + _DAY, time.min, tzinfo=zone)


def resolve(
    rule: DeadlineRule, *, round_key: str, year: int, zone: ZoneInfo, calendar: WorkingCalendar
) -> Deadline:
    """The deadline of a rule in the round of a year; an unset rule gives no date: nothing is guessed."""
    day = day_in(rule.day, year)
    last = None if day is None else last_day(day, rule.bound, rule.roll, calendar)
    unset = rule.day if isinstance(rule.day, Unset) else Unset()
    return Deadline(
        round=round_key,
        key=rule.key,
        name=rule.name,
        owner=rule.owner,
        to=rule.to,
        zone=zone,
        source=rule.citation,
        bound=rule.bound,
        roll=rule.roll,
        late=rule.late,
        ladder=rule.ladder,
        day=day,
        last_day=last,
        due_at=None if last is None else first_late_instant(last, zone),
        awaits=unset.awaits,
        note=unset.note,
    )


def last_moment(deadline: Deadline) -> LastMoment | None:
    """The last permitted moment in parts, for screens that set them apart; None while unset."""
    if deadline.last_day is None:
        return None
    return LastMoment(deadline.last_day, deadline.last_day.weekday())


def in_words(deadline: Deadline) -> Message:
    """The deadline for people: its last moment with the weekday, or why there is none.

    The parameter `weekday` is a `Message` of its own.
    """
    moment = last_moment(deadline)
    if moment is not None:
        return message(
            "at the latest {hour} on {day}, {weekday}",
            hour=moment.hour,
            day=day_in_figures(moment.day),
            weekday=WEEKDAYS[moment.weekday],
        )
    if deadline.awaits:
        return message("no date yet: awaits the guidance of {awaits}", awaits=deadline.awaits)
    return message("no date: the plan sets none")


def day_in_figures(day: date) -> str:
    """The day as Vietnamese offices write it: 30/11/2026."""
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"


def rest_day_warning(deadline: Deadline, calendar: WorkingCalendar) -> Message | None:
    """A warning when the last permitted day is a rest day; None otherwise and while unset."""
    return None if deadline.last_day is None else warning_of(deadline.last_day, calendar)


def warning_of(last: date, calendar: WorkingCalendar) -> Message | None:
    """The same for a last permitted day alone."""
    name = calendar.rest_name(last)
    if name is None:
        return None
    return message("The last day, {day}, is a rest day ({name}).", day=day_in_figures(last), name=name)


def is_late(deadline: Deadline, now: datetime) -> bool:
    """Whether the first late instant has come."""
    return deadline.due_at is not None and now >= deadline.due_at


def days_left(deadline: Deadline, now: datetime) -> int | None:
    """Days from the locality's today to the last day: 0 on it, negative after it; None while unset."""
    if deadline.last_day is None:
        return None
    return (deadline.last_day - now.astimezone(deadline.zone).date()).days


def working_days_left(deadline: Deadline, now: datetime, calendar: WorkingCalendar) -> int | None:
    """Working days after today up to the last day inclusive; negative after it; None while unset."""
    if deadline.last_day is None:
        return None
    return calendar.working_days_between(now.astimezone(deadline.zone).date(), deadline.last_day)


def as_json(
    deadline: Deadline, calendar: WorkingCalendar, tell: Callable[[Message | Label], str] = str
) -> dict[str, object]:
    """The shape that the command line and the API give: instants with their offset, dates as ISO text.

    `tell` puts what is meant for people into their language: `note`, `warning` and `words`.
    """
    warning = rest_day_warning(deadline, calendar)
    return {
        "round": deadline.round,
        "key": deadline.key,
        "name": {"vi": deadline.name.vi, "en": deadline.name.en},
        "owner": deadline.owner.value,
        "to": deadline.to.value if deadline.to else None,
        "bound": deadline.bound.value,
        "roll": deadline.roll.value,
        "late": deadline.late.value,
        "ladder": deadline.ladder,
        "date": _iso(deadline.day),
        "last_day": _iso(deadline.last_day),
        "due_at": _iso(deadline.due_at),
        "words": tell(in_words(deadline)),
        "awaits": deadline.awaits,
        "note": tell(deadline.note) if deadline.note else None,
        "warning": tell(warning) if warning else None,
        "source": {
            "document": deadline.source.document,
            "section": deadline.source.section,
            "quote": deadline.source.quote,
            "verified": deadline.source.verified,
        },
        "amended": deadline.amended,
        "guidance": deadline.guidance.as_json() if deadline.guidance else None,
    }


def _iso(value: date | datetime | None) -> str | None:
    return None if value is None else value.isoformat()

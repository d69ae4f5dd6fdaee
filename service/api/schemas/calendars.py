"""The working calendar with its swap days, and reminder ladders."""

from datetime import time
from typing import Any

from marshmallow import ValidationError, fields

from service.api.fields import Answer, Choice, Input, Instant, Items, Part, Query, Text, Whole
from service.api.schemas.deadlines import FIRST_YEAR, LAST_YEAR, Amending, Effect, Guiding
from service.api.schemas.localities import BothNames, Source
from service.domain.amendments import LONGEST_NAME
from service.domain.calendars import DayKind
from service.domain.errors import message
from service.domain.reminders import FARTHEST_DAYS, MOST_RUNGS, Audience, DayCount

_HOUR = message("Write the hour as 08:00.")


class CalendarQuery(Query):
    """Which year; the present one unless named."""

    year = Whole(least=FIRST_YEAR, most=LAST_YEAR, written=True, load_default=None)


class DayOff(Answer):
    """A named rest day."""

    day = fields.String(metadata={"format": "date"})
    weekday = fields.String()
    name = fields.Nested(BothNames)


class SwapDay(Answer):
    """A day that a document made free or working. `amended` was entered here, `withdrawn` does not hold."""

    day = fields.String(metadata={"format": "date"})
    kind = fields.String()
    name = fields.Nested(BothNames)
    source = fields.Nested(Source)
    amended = fields.Boolean()
    withdrawn = fields.Boolean()


class MarkedDay(Answer):
    """The last permitted day of a deadline, of a `unit` if extended for it; `rest_day`: offices rest then."""

    round = fields.String()
    deadline = fields.String()
    unit = fields.String(allow_none=True)
    last_day = fields.String(metadata={"format": "date"})
    rest_day = fields.Boolean()


class CalendarYear(Answer):
    """One year: everything but plain working days and weekends. `edition` is what to confirm changes with."""

    locality = fields.String()
    year = fields.Integer()
    edition = fields.Integer()
    working_days = fields.Integer()
    days_off = fields.List(fields.Nested(DayOff))
    days_made_up = fields.List(fields.String(metadata={"format": "date"}))
    swap_days = fields.List(fields.Nested(SwapDay))
    deadlines = fields.List(fields.Nested(MarkedDay))


class NewSwapDay(Amending):
    """What the document makes of a day."""

    kind = Choice(DayKind, required=True)
    name_vi = Text(LONGEST_NAME, required=True)
    name_en = Text(LONGEST_NAME, least=0, load_default="")
    guidance = Part(Guiding, required=True)


class Amended(Answer):
    """What a change has done, or (`applied` false) would do; `edition` is what to confirm it with."""

    applied = fields.Boolean()
    edition = fields.Integer()
    effect = fields.Nested(Effect)


class Hour(fields.Field[time]):
    """A local hour, `08:00`."""

    def __init__(self, **options: Any) -> None:
        pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$"
        super().__init__(metadata={"type": "string", "pattern": pattern}, **options)

    def _serialize(self, value: time | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else f"{value:%H:%M}"

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> time:
        try:
            hour, minute = (int(part) for part in str(value).split(":") if len(part) == 2 and part.isascii())
            return time(hour, minute)
        except ValueError:
            raise ValidationError([_HOUR]) from None


class NewRung(Input):
    """A reminder: `days` after the last day (negative before, 0 on it)."""

    days = Whole(least=-FARTHEST_DAYS, most=FARTHEST_DAYS, required=True)
    count = Choice(DayCount, load_default=DayCount.CALENDAR.value)
    at = Hour(load_default=time(8))
    audience = Choice(Audience, required=True)


class NewLadder(Amending):
    """A ladder's name and all of its reminders; what is left out goes."""

    name_vi = Text(LONGEST_NAME, required=True)
    name_en = Text(LONGEST_NAME, least=0, load_default="")
    rungs = Items(Part(NewRung), least=1, most=MOST_RUNGS, required=True)


class Rung(Answer):
    """One reminder of a ladder; `key` is the rule that it is sent under, once for a task and date."""

    key = fields.String()
    days = fields.Integer()
    count = fields.String()
    at = fields.String()
    audience = fields.String()


class LadderDeadline(Answer):
    """A deadline that reminds by a ladder."""

    round = fields.String()
    deadline = fields.String()


class Ladder(Answer):
    """A ladder. `amended` was changed or created here; without `in_files` the plan's files do not know it."""

    key = fields.String()
    name = fields.Nested(BothNames)
    amended = fields.Boolean()
    in_files = fields.Boolean()
    rungs = fields.List(fields.Nested(Rung))
    deadlines = fields.List(fields.Nested(LadderDeadline))


class Ladders(Answer):
    """The ladders of a locality, the default one first. `edition` is what to confirm changes with."""

    edition = fields.Integer()
    ladders = fields.List(fields.Nested(Ladder))


class DatedReminder(Answer):
    """When a reminder of a ladder goes out for a deadline."""

    rule = fields.String()
    audience = fields.String()
    fire_at = Instant()


class DatedLadder(Answer):
    """The reminders of a ladder for one deadline, in the order of time."""

    round = fields.String()
    deadline = fields.String()
    last_day = fields.String(metadata={"format": "date"})
    reminders = fields.List(fields.Nested(DatedReminder))


class LadderDates(Answer):
    """The dates of a ladder for the deadlines to come."""

    dates = fields.List(fields.Nested(DatedLadder))


class AmendedLadder(Amended):
    """What a change of a ladder does, and when its reminders then go out."""

    key = fields.String()
    dates = fields.List(fields.Nested(DatedLadder))

"""Rounds and deadlines as administrators change them."""

from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from service.api.fields import Answer, Choice, Flag, Input, Instant, Items, Part, Query, Text, Whole
from service.api.schemas.localities import BothNames, Deadline, GuidingDocument
from service.api.schemas.people import Office
from service.domain.amendments import LONGEST_NAME, LONGEST_QUOTE, LONGEST_REASON
from service.domain.deadlines import Bound, LatePolicy, Roll
from service.domain.errors import message
from service.domain.rounds import RoundKind

FIRST_YEAR, LAST_YEAR = 2001, 2064
MOST_DEADLINES = 50


class LocalDay(fields.Date):
    """A local date as ISO text, `2024-12-05`."""

    default_error_messages = {  # type: ignore[assignment]  # marshmallow hands messages through untouched
        "invalid": [message("Write a day as 2024-12-05.")],
        "required": [message("This field is missing: fill it in.")],
        "null": [message("This field is missing: fill it in.")],
    }


class Guiding(Input):
    """The document that sets or changes a date: number, issuer, day of issue, clause and its words."""

    number = Text(LONGEST_NAME, required=True)
    issuer = Text(LONGEST_NAME, required=True)
    issued_on = LocalDay(required=True)
    section = Text(LONGEST_NAME, required=True)
    quote = Text(LONGEST_QUOTE, least=0, load_default="")
    verified = Flag(load_default=True)


class Amending(Input):
    """What every change has: why; whether to try it only; the edition of the locality it was prepared at."""

    reason = Text(LONGEST_REASON, required=True)
    preview = Flag(load_default=False)
    edition = Whole(least=0, most=2**53, load_default=None, allow_none=True)


class DeadlineTerms(Amending):
    """What a deadline is to say. What is left out stays; `date` null needs `awaits`."""

    date = LocalDay(allow_none=True)
    bound = Choice(Bound)
    roll = Choice(Roll)
    late = Choice(LatePolicy)
    ladder = Text(100)
    awaits = Text(LONGEST_NAME, least=0, allow_none=True)
    guidance = Part(Guiding, load_default=None, allow_none=True)


class NewExtension(Amending):
    """A later last day for one unit, which still counts; without `granted_by` the caller grants it."""

    unit = Text(100, required=True)
    last_day = LocalDay(required=True)
    granted_by = Text(LONGEST_NAME, least=0, load_default="")
    guidance = Part(Guiding, load_default=None, allow_none=True)


class Move(Answer):
    """A deadline whose last permitted day moves."""

    round = fields.String()
    deadline = fields.String()
    unit = fields.String(allow_none=True)
    before = fields.String(allow_none=True, metadata={"format": "date"})
    after = fields.String(allow_none=True, metadata={"format": "date"})


class Effect(Answer):
    """How many dossiers, open tasks, pending reminders and timers move."""

    moves = fields.List(fields.Nested(Move))
    dossiers = fields.Integer()
    tasks = fields.Integer()
    reminders = fields.Integer()
    timers = fields.Integer()


class ChangedDeadline(Answer):
    """What a change has done, or (`applied` false) would do; `edition` is what to confirm it with."""

    applied = fields.Boolean()
    edition = fields.Integer()
    unit = fields.Nested(BothNames, allow_none=True)
    before = fields.Nested(Deadline)
    after = fields.Nested(Deadline)
    effect = fields.Nested(Effect)
    overdue = fields.Integer()
    cautions = fields.List(fields.String())


class ProposalQuery(Query):
    """Which round."""

    kind = Choice(RoundKind, required=True)
    year = Whole(least=FIRST_YEAR, most=LAST_YEAR, written=True, required=True)


class Proposal(Answer):
    """What the plan's own rules give; `by_plan` is false where the plan knows no such kind."""

    key = fields.String()
    kind = fields.String()
    year = fields.Integer()
    name = fields.Nested(BothNames)
    awards = fields.List(fields.String())
    by_plan = fields.Boolean()
    cautions = fields.List(fields.String())
    deadlines = fields.List(fields.Nested(Deadline))


class DatedDeadline(Input):
    """A day for one deadline of a new round that differs from the proposed one."""

    key = Text(100, required=True)
    date = LocalDay(required=True)
    bound = Choice(Bound, required=True)
    roll = Choice(Roll, load_default=Roll.NONE.value)


class NewRound(Input):
    """A round; names, awards and days are the plan's unless given."""

    kind = Choice(RoundKind, required=True)
    year = Whole(least=FIRST_YEAR, most=LAST_YEAR, required=True)
    name_vi = Text(LONGEST_NAME, load_default=None, allow_none=True)
    name_en = Text(LONGEST_NAME, least=0, load_default="")
    awards = Items(Text(100), most=50, load_default=None, allow_none=True)
    opens_on = LocalDay(load_default=None, allow_none=True)
    deadlines = Items(Part(DatedDeadline), most=MOST_DEADLINES, load_default=list)
    guidance = Part(Guiding, load_default=None, allow_none=True)
    reason = Text(LONGEST_REASON, required=True)

    @validates_schema
    def each_deadline_once(self, data: dict[str, Any], **options: Any) -> None:
        keys = [one["key"] for one in data["deadlines"]]
        if len(set(keys)) != len(keys):
            raise ValidationError({"deadlines": [message("Name each deadline once.")]})


class Why(Input):
    """The reason, kept in the history."""

    reason = Text(LONGEST_REASON, required=True)


class PastChange(Answer):
    """One change of a deadline: both sides whole, why, by whom, by which document; of a unit alone or all."""

    deadline = fields.String()
    changed_at = Instant()
    by = fields.String(allow_none=True)
    reason = fields.String()
    unit = fields.Nested(Office, allow_none=True)
    before = fields.Dict(allow_none=True)
    after = fields.Dict(allow_none=True)
    guidance = fields.Nested(GuidingDocument, allow_none=True)


class Changes(Answer):
    """The newest first."""

    changes = fields.List(fields.Nested(PastChange))

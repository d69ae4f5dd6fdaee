"""Duty reports: what is owed in a year, and where each organisation stands with it."""

from marshmallow import fields

from service.api.fields import Answer, Input, Instant, Query, Text, Whole
from service.api.schemas.localities import BothNames, Source
from service.api.schemas.people import Office


class DutyQuery(Query):
    """Which duties: of one year, or of all."""

    year = Whole(least=1900, most=9999, written=True, load_default=None)


class Duty(Answer):
    """A report that is owed in one year, and how many have come.

    `sent` counts what lies with the recipients or was settled by them, `missing` the others of `owing`;
    `late` what was sent after the deadline or is missing after it. Whoever sits in a unit only is told of
    their own reports. `opens_on` is a setting of the locality, not a rule of the plan.
    """

    duty = fields.String()
    year = fields.Integer()
    round = fields.String()
    name = fields.Nested(BothNames)
    owner = fields.String()
    recipients = fields.List(fields.String())
    date = fields.String(allow_none=True, metadata={"format": "date"})
    last_day = fields.String(allow_none=True, metadata={"format": "date"})
    due_at = fields.String(allow_none=True, metadata={"format": "date-time"})
    bound = fields.String()
    awaits = fields.String(allow_none=True)
    opens_on = fields.String(allow_none=True, metadata={"format": "date"})
    owing = fields.Integer()
    sent = fields.Integer()
    missing = fields.Integer()
    late = fields.Integer()
    source = fields.Nested(Source)


class Duties(Answer):
    """The duties of a locality, newest year first."""

    duties = fields.List(fields.Nested(Duty))


class Report(Answer):
    """Where one organisation stands; `dossier_id` is null until its report is open, or for other eyes."""

    unit = fields.Nested(Office)
    state = fields.String()
    late = fields.Boolean()
    dossier_id = fields.Integer(allow_none=True)
    code = fields.String(allow_none=True)
    last_day = fields.Date(allow_none=True)
    extended = fields.Boolean()
    sent_at = Instant()
    reminded = fields.Integer()
    reminded_at = Instant()


class DutyPage(Duty):
    """The same with everybody who owes the report, the late ones first."""

    reports = fields.List(fields.Nested(Report))


class Opening(Input):
    """Whose report to open; without a unit those of everybody who has none."""

    unit = Text(100, load_default=None)


class Opened(Answer):
    """The codes of the reports that were opened."""

    codes = fields.List(fields.String())

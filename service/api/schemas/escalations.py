"""Escalations: late steps, who has been asked about them, and what they answered."""

from enum import StrEnum

from marshmallow import fields

from service.api.fields import Answer, Choice, Input, Instant, Query, Text, Whole
from service.api.schemas.people import Office


class Answered(StrEnum):
    """Whether everybody who was asked has answered."""

    YES = "yes"
    NO = "no"


class Acknowledgement(Input):
    """The instruction with which somebody answers: what is to be done, by whom and by when."""

    note = Text(2000, required=True)


class ClimbQuery(Query):
    """Which: those that have climbed to this level, those that everybody asked has answered, or not."""

    level = Whole(least=1, most=9, written=True, load_default=None)
    answered = Choice(Answered, load_default=None)


class EscalationLevel(Answer):
    """Somebody who has been asked about a late step. `state`: asked, acknowledged or overtaken."""

    level = fields.Integer()
    state = fields.String()
    task_id = fields.Integer(attribute="task.id")
    element_id = fields.String(attribute="task.element_id")
    name = fields.String(attribute="task.name")
    office = fields.Nested(Office, attribute="task.group.organisation")
    asked_at = Instant(attribute="task.opened_at")
    answered_at = Instant()
    answered_by = fields.String(allow_none=True)
    note = fields.String(allow_none=True)


class Climb(Answer):
    """A late step that has been escalated: how high, since when, who was asked and what they answered."""

    task_id = fields.Integer(attribute="late.id")
    element_id = fields.String(attribute="late.element_id")
    name = fields.String(attribute="late.name")
    due_at = Instant(attribute="late.due_at")
    level = fields.Integer()
    since = Instant()
    acknowledged = fields.Boolean()
    asked = fields.List(fields.Nested(EscalationLevel))


class ClimbLine(Climb):
    """The same, with the dossier and the office that is late."""

    dossier_id = fields.Integer(attribute="late.dossier_id")
    code = fields.String(attribute="late.dossier.code")
    office = fields.Nested(Office, attribute="late.group.organisation")


class ClimbList(Answer):
    """The longest overdue first; `number` counts those that were left off, too."""

    escalations = fields.List(fields.Nested(ClimbLine))
    number = fields.Integer()

"""Nominations that match one of a round beside: as they are told, and as they are answered."""

from typing import Any

from marshmallow import fields

from service.api.fields import Answer, Choice, Input, Instant, Number, Text
from service.api.schemas.people import Holder, Office
from service.domain.overlaps import LONGEST_REASON, OverlapVerdict


class OverlapAnswer(Answer):
    """What a reviewer said of two nominations: `different` achievements, or the `same`."""

    verdict = fields.String()
    reason = fields.String()
    person = fields.Nested(Holder)
    at = Instant()


class Beside(Answer):
    """A nomination of another round, with the dossier it stands in."""

    id = fields.Integer()
    dossier_id = fields.Integer()
    dossier_code = fields.String(attribute="dossier.code")
    round = fields.String(attribute="dossier.round.key")
    unit = fields.Nested(Office, attribute="dossier.unit")
    nominee_name = fields.String()
    achievement = fields.String()
    status = fields.String()


class Overlap(Answer):
    """A nomination, and one of the same nominee for the same award in a round that runs at the same time.

    `equal`: the achievement is the same too. While `unanswered`, the nomination cannot go on.
    """

    nomination_id = fields.Integer(attribute="nomination.id")
    other = fields.Nested(Beside)
    equal = fields.Boolean()
    unanswered = fields.Boolean()
    answer: Any = fields.Nested(OverlapAnswer, allow_none=True)


class OverlapSaid(Input):
    """What is said of a nomination of this form and one of another round; `same` drops it here."""

    nomination_id = Number(required=True)
    other_id = Number(required=True)
    verdict = Choice(OverlapVerdict, required=True)
    reason = Text(LONGEST_REASON, required=True)

"""Rehearsals of a round: what is asked, what is tried, how far it is and what it tells."""

from marshmallow import fields

from service.api.fields import Answer, Choice, Flag, Input, Instant, Items, Part, Share, Text, Whole
from service.api.schemas.calendars import NewRung
from service.api.schemas.deadlines import MOST_DEADLINES, LocalDay
from service.api.schemas.localities import BothNames
from service.domain.deadlines import Bound, Roll
from service.domain.reminders import MOST_RUNGS
from service.rehearsals import LARGEST_SEED, MOST_UNITS_BESIDE

LONGEST_DIAGRAM = 1024**2
"""Characters; a body may not be larger."""


class TriedDate(Input):
    """Another date or rule for one deadline; what is left out stays as it is."""

    deadline = Text(100, required=True)
    date = LocalDay(load_default=None, allow_none=True)
    bound = Choice(Bound, load_default=None, allow_none=True)
    roll = Choice(Roll, load_default=None, allow_none=True)


class TriedLadder(Input):
    """Another ladder: all of its reminders; what is left out goes."""

    key = Text(100, required=True)
    rungs = Items(Part(NewRung), least=1, most=MOST_RUNGS, required=True)


class NewRehearsal(Input):
    """How many `units` take part, all without it; shares from 0 to 1; and the change to try, if any.

    Dossiers under way come along and the round is played on from now; `from_opening` plays all of it without
    them.

    `diagram` is the text of a .bpmn file. The same `seed` gives the same rehearsal.
    """

    units = Whole(least=1, most=MOST_UNITS_BESIDE, load_default=None, allow_none=True)
    late = Share(load_default=0.2)
    returned = Share(load_default=0.1)
    seed = Whole(least=0, most=LARGEST_SEED, load_default=1)
    from_opening = Flag(load_default=False)
    dates = Items(Part(TriedDate), most=MOST_DEADLINES, load_default=())
    ladder = Part(TriedLadder, load_default=None, allow_none=True)
    diagram = Text(LONGEST_DIAGRAM, load_default=None, allow_none=True)


class Rehearsal(Answer):
    """A rehearsal of one's own. `state`: running, done or failed; `share` (0 to 1) is done; `wrong` says why
    it failed; `change` tells the change that is tried, empty without one.
    """

    id = fields.String()
    locality = fields.String(attribute="locality_id")
    round = fields.String(attribute="round_key")
    state = fields.String(attribute="state.value")
    share = fields.Float()
    asked_at = Instant()
    change = fields.Nested(BothNames)
    wrong = fields.String(allow_none=True)


class Rehearsals(Answer):
    """One's own rehearsals of a round, the newest first; they stay for a day."""

    rehearsals = fields.List(fields.Nested(Rehearsal))


class ToldRehearsal(Rehearsal):
    """The same; once it is done `told` has the shape of `trinh rehearse --json`, before that it is null."""

    told = fields.Dict(allow_none=True)

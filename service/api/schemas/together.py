"""People who work together: seats, absences, tasks handed on, opinions and votes."""

from marshmallow import fields

from service.api.fields import Answer, Choice, Flag, Input, Instant, Items, Name, Number, Part, Query, Text
from service.api.fields import Day as ShownDay
from service.api.schemas.dossiers import MOST_LISTED
from service.api.schemas.people import Holder, Office
from service.domain.opinions import LONGEST_TEXT
from service.domain.opinions import Answer as GivenAnswer
from service.domain.opinions import Choice as VoteChoice
from service.operations.dossier.dossiers import MOST_NOMINATIONS
from service.operations.work.assignments import LONGEST_REASON


class _Day(fields.Date):
    """A local date that a caller sends."""


class Assignment(Input):
    """To whom the head gives a task, and why."""

    person_id = Number(required=True)
    reason = Text(LONGEST_REASON, required=True)


class Delegation(Input):
    """Which colleague is to work on a task, with a note."""

    person_id = Number(required=True)
    note = Text(LONGEST_REASON, required=True)


class Resolution(Input):
    """A note to the owner of a delegated task."""

    note = Text(LONGEST_REASON, required=True)


class Because(Input):
    """Why."""

    reason = Text(LONGEST_REASON, required=True)


class TaskPeople(Answer):
    """Who may get a task: from the head (`candidates`), and from its holder to work on it (`colleagues`)."""

    candidates = fields.List(fields.Nested(Holder))
    colleagues = fields.List(fields.Nested(Holder))
    owner = fields.Nested(Holder, allow_none=True)
    delegation = fields.String(allow_none=True)


class Sitting(Answer):
    """Somebody in a role: `now`, `to_come` or `past`; both days are included, null where open."""

    person = fields.Nested(Holder)
    state = fields.String()
    first_day = ShownDay()
    last_day = ShownDay()


class RoleSeats(Answer):
    """A candidate group: the holders of a role in an office."""

    group_id = fields.Integer()
    role = fields.String()
    name = Name(of="named")
    head = fields.Boolean()
    sittings = fields.List(fields.Nested(Sitting))


class OfficeSeats(Answer):
    """An office with its roles."""

    organisation = fields.Nested(Office)
    roles = fields.List(fields.Nested(RoleSeats))


class Directory(Answer):
    """The offices of a locality with their people."""

    offices = fields.List(fields.Nested(OfficeSeats))


class NewSeat(Input):
    """The days of somebody's seat; null means since ever, or until further notice."""

    person_id = Number(required=True)
    first_day = _Day(load_default=None, allow_none=True)
    last_day = _Day(load_default=None, allow_none=True)
    reason = Text(500, required=True)


class Seated(Answer):
    """A seat that has been given or changed."""

    person_id = fields.Integer()
    group_id = fields.Integer()
    first_day = ShownDay(attribute="valid_from")
    last_day = ShownDay(attribute="valid_to")


class NewAbsence(Input):
    """Who is away, who stands in, from when to when (both included); without `group_ids` in all roles."""

    absent_id = Number(required=True)
    substitute_id = Number(required=True)
    first_day = _Day(required=True)
    last_day = _Day(required=True)
    reason = Text(500, required=True)
    group_ids = Items(Number(), most=100, load_default=None, allow_none=True)


class Absence(Answer):
    """An absence with its substitute; the reason is null for whoever is not concerned."""

    id = fields.Integer()
    absent = fields.Nested(Holder)
    substitute = fields.Nested(Holder)
    first_day = ShownDay()
    last_day = ShownDay()
    reason = fields.String(allow_none=True)
    group_ids = fields.List(fields.Integer())
    ended_at = Instant()


class Absences(Answer):
    """The absences of a locality that last or come."""

    absences = fields.List(fields.Nested(Absence))


class OpinionQuery(Query):
    """Which questions: those waiting, or those closed."""

    closed = Flag(load_default=False)


class NewOpinion(Input):
    """A question to an office or a council, until its last permitted day.

    A council votes on `nomination_ids` one by one; with none on the dossier as a whole.
    """

    organisation_id = Number(required=True)
    question = Text(LONGEST_TEXT, required=True)
    last_day = _Day(required=True)
    nomination_ids = Items(Number(), most=MOST_NOMINATIONS, load_default=list)


class OpinionAnswer(Input):
    """An office's answer; `said` is needed with conditions and disagreement."""

    answer = Choice(GivenAnswer, required=True)
    said = Text(LONGEST_TEXT, least=0, load_default="")
    reason = Text(LONGEST_TEXT, least=0, load_default="")


class SubjectVote(Input):
    """One choice."""

    subject_id = Number(required=True)
    choice = Choice(VoteChoice, required=True)
    reason = Text(LONGEST_TEXT, least=0, load_default="")


class NewBallot(Input):
    """A ballot: one choice for each subject."""

    votes = Items(Part(SubjectVote), least=1, most=MOST_NOMINATIONS, required=True)


class Subject(Answer):
    """What a council votes on; an empty name is the dossier."""

    id = fields.Integer()
    nomination_id = fields.Integer(allow_none=True)
    name = fields.String()


class Counted(Answer):
    """The numbers of a vote on one subject."""

    subject = fields.String()
    members = fields.Integer()
    cast = fields.Integer()
    agree = fields.Integer()
    disagree = fields.Integer()
    abstain = fields.Integer()
    voters_needed = fields.Integer()
    agreeing_needed = fields.Integer()
    quorate = fields.Boolean()
    carried = fields.Boolean()


class Opinion(Answer):
    """A question, its answer or its vote.

    `due_at` is the first late instant; `state` is open or how it ended.
    """

    id = fields.Integer()
    dossier_id = fields.Integer()
    task_id = fields.Integer()
    organisation = fields.Nested(Office)
    council = fields.Boolean()
    question = fields.String()
    asked_by = fields.Nested(Holder)
    asked_in_place_of = fields.Nested(Holder, attribute="asked_for", allow_none=True)
    asked_at = Instant()
    last_day = ShownDay()
    due_at = Instant()
    overdue = fields.Boolean()
    state = fields.String()
    closed_at = Instant()
    answer = fields.String(allow_none=True)
    said = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)
    answered_by = fields.Nested(Holder, allow_none=True)
    in_place_of = fields.Nested(Holder, allow_none=True)
    quorum = fields.String(allow_none=True)
    share = fields.String(allow_none=True)
    share_of = fields.String(allow_none=True)
    subjects = fields.List(fields.Nested(Subject))
    members = fields.Integer()
    voted = fields.Integer()
    results = fields.List(fields.Nested(Counted))


class Opinions(Answer):
    """Some questions: at most as many as one page lists."""

    opinions = fields.List(fields.Nested(Opinion))


MOST = MOST_LISTED

"""Tasks, folders, submissions and decisions."""

from typing import Any

from marshmallow import fields

from service.api.fields import (
    Answer,
    Choice,
    Day,
    FormValues,
    Input,
    Instant,
    Items,
    Number,
    Part,
    Query,
    Text,
    Whole,
)
from service.api.schemas.dossiers import MOST_LISTED, DossierLine, Nomination
from service.api.schemas.overlaps import Overlap, OverlapSaid
from service.api.schemas.people import Holder, Office
from service.domain.dossiers import Verdict
from service.domain.queues import LARGEST_ID, LONGEST_TEXT
from service.domain.tasks import Act, Folder
from service.operations.dossier.dossiers import MOST_NOMINATIONS
from service.operations.work.papers import MOST_AT_ONCE


class TaskQuery(Query):
    """Which tasks: `after` is the `next` of the page before.

    `round`, `unit` and `holder` are ids; a holder of 0 stands for nobody. `sort` is up to three of deadline,
    unit, step, code and opened, joined by commas, with a minus sign to descend: `unit,-deadline`.
    """

    folder = Choice(Folder, load_default=Folder.MINE.value)
    act = Choice(Act, load_default=None)
    round = Whole(least=1, most=LARGEST_ID, written=True, load_default=None)
    unit = Whole(least=1, most=LARGEST_ID, written=True, load_default=None)
    holder = Whole(least=0, most=LARGEST_ID, written=True, load_default=None)
    sort = Text(60, least=0, load_default="")
    q = Text(200, least=0, load_default="")
    after = Text(100, load_default=None)
    limit = Whole(least=1, most=MOST_LISTED, written=True, load_default=50)


class FolderFilters(Input):
    """A folder of one's inbox with filters and an order, as in `GET /tasks`."""

    folder = Choice(Folder, required=True)
    q = Text(LONGEST_TEXT, least=0, load_default="")
    act = Choice(Act, load_default=None, allow_none=True)
    round = Whole(least=1, most=LARGEST_ID, load_default=None, allow_none=True)
    unit = Whole(least=1, most=LARGEST_ID, load_default=None, allow_none=True)
    holder = Whole(least=0, most=LARGEST_ID, load_default=None, allow_none=True)
    sort = Text(60, least=0, load_default="")


class TaskDossier(Answer):
    """The dossier of a task, as lists show it."""

    id = fields.Integer()
    code = fields.String()
    title = fields.String()
    status = fields.String()
    unit = fields.Nested(Office)
    late = fields.Boolean()
    version = fields.Integer()


class TaskLine(Answer):
    """A step that waits for a person, or has waited.

    `last_day` is the last permitted day, `due_at` the first instant that is late; `warning` says that
    offices rest on the last day. A `supplement` has met its deadline once: the days are its own. While a
    `delegation` is `pending`, the assignee works for the `owner`.
    """

    id = fields.Integer()
    element_id = fields.String()
    name = fields.String()
    act = fields.String()
    role = fields.String()
    office = fields.Nested(Office, attribute="group.organisation")
    dossier = fields.Nested(TaskDossier)
    assignee = fields.Nested(Holder, allow_none=True)
    owner = fields.Nested(Holder, allow_none=True)
    delegation = fields.String(allow_none=True)
    opened_at = Instant()
    claimed_at = Instant()
    last_day = Day()
    due_at = Instant()
    warning = fields.String(allow_none=True)
    overdue = fields.Boolean()
    supplement = fields.Boolean()
    return_reason = fields.String(allow_none=True)
    closed_at = Instant()
    closing = fields.String(allow_none=True)
    outcome = fields.String(allow_none=True)


class FolderCounts(Answer):
    """How many tasks lie in each folder; counting stops at 1000, of `waiting` at 200."""

    mine = fields.Integer()
    group = fields.Integer()
    overdue = fields.Integer()
    soon = fields.Integer()
    supplement = fields.Integer()
    waiting = fields.Integer()
    snoozed = fields.Integer()
    office = fields.Integer()
    done = fields.Integer()


class QueuedTask(TaskLine):
    """A task in a folder; `snoozed_until` is the instant until which one has put it off."""

    snoozed_until = Instant()


class TaskList(Answer):
    """Nearest deadline first (`done`: newest first, `waiting`: what waits longest first) unless `sort` says
    otherwise: then the thousand first of that order are sorted, and `cut` says that more fit. `next` is null
    on the last page."""

    tasks = fields.List(fields.Nested(QueuedTask))
    counts = fields.Nested(FolderCounts)
    next = fields.String(allow_none=True)
    cut = fields.Boolean()


class Conditions(Answer):
    """What the conditions of a form may ask besides its fields."""

    late = fields.Boolean()
    has_local = fields.Boolean()
    has_upward = fields.Boolean()


class TaskPage(TaskLine):
    """A task with its form (form-js), the answers it knows, and the nominations to judge."""

    form = fields.Dict()
    conditions = fields.Nested(Conditions)
    answers_before = fields.Dict(keys=fields.String())
    outcomes = fields.List(fields.String())
    nominations_to_judge = fields.List(fields.Nested(Nomination))
    overlaps = fields.List(fields.Nested(Overlap))


class Verdicts(Input):
    """The verdict on one nomination; dropping needs a reason."""

    nomination_id = Number(required=True)
    verdict = Choice(Verdict, required=True)
    reason = Text(2000, least=0, load_default=None, allow_none=True)


class Completion(Input):
    """A task's form as filled in, and the dossier's version that the caller has seen.

    `unanswered` says why not to wait for opinions that were asked for.
    """

    values = FormValues(required=True)
    judgements = Items(Part(Verdicts), most=MOST_NOMINATIONS, load_default=list)
    overlaps = Items(Part(OverlapSaid), most=MOST_NOMINATIONS, load_default=list)
    seen_version = Whole(least=0, most=2**31, required=True)
    unanswered = Text(2000, least=0, load_default="")


class Completed(Answer):
    """The closed task, and where its dossier stands now."""

    task = fields.Nested(TaskLine)
    dossier = fields.Nested(DossierLine)


class Seen(Input):
    """The version of a task's dossier that the caller has seen."""

    task_id = Number(required=True)
    seen_version = Whole(least=0, most=2**31, required=True)


class NewSubmission(Input):
    """A letter over the dossiers of forwarding tasks of one round and one office, each as it was seen.

    Over more than one, `values` needs the reason that stands in the history of each: `note`.
    """

    task_ids = Items(Number(), least=1, most=MOST_AT_ONCE, required=True)
    values = FormValues(required=True)
    seen_versions = Items(Part(Seen), least=1, most=MOST_AT_ONCE, required=True)


class NewDecision(NewSubmission):
    """A decision over the dossiers of decision tasks; every nomination shown needs its verdict."""

    judgements = Items(Part(Verdicts), most=MOST_AT_ONCE * MOST_NOMINATIONS, required=True)
    overlaps = Items(Part(OverlapSaid), most=MOST_AT_ONCE * MOST_NOMINATIONS, load_default=list)


class Submission(Answer):
    """A letter (tờ trình) with the nominations it carries, as far as the caller may see their dossiers."""

    id = fields.Integer()
    number = fields.String()
    signed_on = Day()
    sender = fields.Nested(Office, attribute="from_organisation")
    recipient = fields.Nested(Office, attribute="to_organisation", allow_none=True)
    note = fields.String()
    sent_at = Instant()
    sent_by = fields.Nested(Holder)
    in_place_of = fields.String(attribute="for_name", allow_none=True)
    nominations = fields.List(fields.Nested(Nomination))


class Decision(Answer):
    """A signed decision with the nominations it grants, as far as the caller may see their dossiers."""

    id = fields.Integer()
    number = fields.String()
    signed_on = Day()
    signer_name = fields.String()
    in_place_of = fields.String(attribute="for_name", allow_none=True)
    clause = fields.String()
    organisation = fields.Nested(Office)
    recorded_at = Instant()
    nominations = fields.List(fields.Nested(Nomination))


class Decided(Answer):
    """The decision; null when all that was approved goes upward to a higher authority."""

    decision: Any = fields.Nested(Decision, allow_none=True)

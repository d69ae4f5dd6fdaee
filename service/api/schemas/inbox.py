"""Views, snoozes, many tasks at once, and why one does not see a task."""

from marshmallow import fields

from service.api.fields import Answer, Input, Instant, Items, Number, Query, Text
from service.api.schemas.deadlines import LocalDay
from service.api.schemas.people import Holder, Office
from service.api.schemas.tasks import FolderFilters, Submission, TaskLine
from service.operations.work.assignments import LONGEST_REASON
from service.operations.work.results import MOST_AT_ONCE
from service.operations.work.views import LONGEST_NAME


class ViewInput(FolderFilters):
    """A view as it is to be: a folder with filters and an order, under a name.

    With `office`, the id of one's own office, its members see it.
    """

    name = Text(LONGEST_NAME * 4, required=True)
    office = Number(load_default=None, allow_none=True)


class View(Answer):
    """A saved view; its filters are null where it has none. `own` views one may change."""

    id = fields.Integer()
    name = fields.String()
    folder = fields.String()
    q = fields.String(allow_none=True)
    act = fields.String(allow_none=True)
    round = fields.Integer(allow_none=True)
    unit = fields.Integer(allow_none=True)
    holder = fields.Integer(allow_none=True)
    sort = fields.String(allow_none=True)
    own = fields.Boolean()
    owner = fields.Nested(Holder)
    shared_with = fields.Nested(Office, allow_none=True)


class ViewList(Answer):
    """One's own views first, then those that others share with one's offices."""

    views = fields.List(fields.Nested(View))


class ManyTasks(Input):
    """Some tasks, each of them gone about for itself."""

    task_ids = Items(Number(), least=1, most=MOST_AT_ONCE, required=True)


class Assigning(ManyTasks):
    """To whom they are given, and why: that stays in the history of each dossier."""

    person_id = Number(required=True)
    reason = Text(LONGEST_REASON, required=True)


class Snoozing(Input):
    """The local day on which a task is to be shown again: after today, not behind its last day."""

    until = LocalDay(required=True)


class ManySnoozing(ManyTasks, Snoozing):
    """The same for some tasks."""


class Result(Answer):
    """What became of one task. `detail` says why it was not done; `code` is null where one may not know."""

    task_id = fields.Integer()
    code = fields.String(allow_none=True)
    done = fields.Boolean()
    detail = fields.String(allow_none=True)


class ResultList(Answer):
    """What became of each; those of unknown tasks come last."""

    results = fields.List(fields.Nested(Result))


class SentSubmission(Submission):
    """A letter just sent, and what became of each of the chosen tasks."""

    results = fields.List(fields.Nested(Result))


class Snoozed(Answer):
    """A task that one has put off, and the instant until which."""

    task = fields.Nested(TaskLine)
    snoozed_until = Instant()


class ExplanationQuery(Query):
    """The code of a dossier."""

    code = Text(60, required=True)


class Reason(Answer):
    """One thing to know. `folder` is where the task lies in one's inbox, if it does."""

    detail = fields.String()
    task_id = fields.Integer(allow_none=True)
    folder = fields.String(allow_none=True)


class Explanation(Answer):
    """Why a dossier is in one's inbox or is not. Without `dossier_id` there is none that one may know of."""

    code = fields.String()
    dossier_id = fields.Integer(allow_none=True)
    reasons = fields.List(fields.Nested(Reason))

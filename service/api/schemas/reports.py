"""Searching, the progress of rounds, and files of rows."""

from marshmallow import fields

from service.api.fields import Answer, Choice, Flag, Input, Instant, Number, Part, Query, Text, Whole
from service.api.schemas.localities import BothNames
from service.api.schemas.people import Office
from service.api.schemas.tasks import FolderFilters
from service.domain.dossiers import DossierKind, DossierStatus, NominationStatus
from service.domain.labels import Language
from service.domain.reports import ExportKind, ExportState
from service.domain.searches import LONGEST_QUERY, Sent, Subject

MOST_LISTED = 100


class SearchQuery(Query):
    """What to look for. `q` has words in any order, without accents, as beginnings of words.

    `in` looks among one kind of thing and can be read on with `before`; without it the first few of each
    kind are told. `round`, `unit`, `office` and `award` are numbers of rows. `step` is an element of the
    diagram at which the dossier waits, `office` the organisation whose task that is, `overdue` (1) asks
    for a late step.
    """

    q = Text(LONGEST_QUERY, least=0, load_default="")
    subject = Choice(Subject, load_default=None, data_key="in")
    before = Number(written=True, load_default=None)
    limit = Whole(least=1, most=MOST_LISTED, written=True, load_default=50)
    locality = Text(100, load_default=None)
    round = Number(written=True, load_default=None)
    status = Choice(DossierStatus, load_default=None)
    kind = Choice(DossierKind, load_default=None)
    unit = Number(written=True, load_default=None)
    sent = Choice(Sent, load_default=None)
    step = Text(100, load_default=None)
    office = Number(written=True, load_default=None)
    overdue = Whole(least=0, most=1, written=True, load_default=0)
    award = Number(written=True, load_default=None)
    nomination = Choice(NominationStatus, load_default=None)


class Hit(Answer):
    """Something found. `title` is what people call it; `dossier_id` is null where there is no single one."""

    subject = fields.String(metadata={"enum": [one.value for one in Subject]})
    id = fields.Integer()
    title = fields.String()
    code = fields.String(allow_none=True)
    status = fields.String(allow_none=True)
    dossier_id = fields.Integer(allow_none=True)
    units = fields.List(fields.Nested(BothNames))


class Group(Answer):
    """What was found of one kind, newest first. `next` is the `before` of the next page, null at the end."""

    subject = fields.String(metadata={"enum": [one.value for one in Subject]})
    hits = fields.List(fields.Nested(Hit))
    next = fields.Integer(allow_none=True)


class SearchResults(Answer):
    """What was found; `exact` is the dossier whose very code was asked for."""

    exact = fields.Nested(Hit, allow_none=True)
    groups = fields.List(fields.Nested(Group))


class StepProgress(Answer):
    """A step: submitted dossiers that wait there, how many late; days that completed visits took."""

    element_id = fields.String()
    name = fields.Nested(BothNames)
    waiting = fields.Integer()
    overdue = fields.Integer()
    visits = fields.Integer()
    median_days = fields.Float(allow_none=True)
    p90_days = fields.Float(allow_none=True)


class UnitProgress(Answer):
    """A unit that may propose, in numbers of dossiers; `missing`: none has come although its day is over."""

    unit = fields.Nested(Office)
    state = fields.String()
    missing = fields.Boolean()
    in_time = fields.Integer()
    late = fields.Integer()
    drafts = fields.Integer()
    drafts_overdue = fields.Integer()
    overdue = fields.Integer()


class OfficeProgress(Answer):
    """An organisation at which submitted dossiers wait."""

    office = fields.Nested(Office)
    waiting = fields.Integer()
    overdue = fields.Integer()


class AwardProgress(Answer):
    """An award with its nominations by state."""

    award = fields.String()
    name = fields.Nested(BothNames)
    nominations = fields.Dict(keys=fields.String(), values=fields.Integer())


class RoundProgress(Answer):
    """Where a round stands. `whole` is false for the people of a unit: they are told of their own only."""

    locality = fields.String()
    round = fields.String()
    name = fields.Nested(BothNames)
    whole = fields.Boolean()
    submitted = fields.Integer()
    drafts = fields.Integer()
    drafts_overdue = fields.Integer()
    overdue = fields.Integer()
    steps = fields.List(fields.Nested(StepProgress))
    endings = fields.Dict(keys=fields.String(), values=fields.Integer())
    units = fields.List(fields.Nested(UnitProgress))
    offices = fields.List(fields.Nested(OfficeProgress))
    awards = fields.List(fields.Nested(AwardProgress))


class Filters(Input):
    """The filters of a list of dossiers, as in a search; nominations and progress need `round` alone."""

    q = Text(LONGEST_QUERY, least=0, load_default="")
    locality = Text(100, load_default=None)
    round = Number(load_default=None)
    status = Choice(DossierStatus, load_default=None)
    kind = Choice(DossierKind, load_default=None)
    unit = Number(load_default=None)
    sent = Choice(Sent, load_default=None)
    step = Text(100, load_default=None)
    office = Number(load_default=None)
    overdue = Flag(load_default=False)
    award = Number(load_default=None)
    nomination = Choice(NominationStatus, load_default=None)


class NewExport(Input):
    """A file that is wanted. A file of kind `inbox` says in `inbox` what of it, the others in `filters`."""

    kind = Choice(ExportKind, required=True)
    filters = Part(Filters, load_default=dict)
    inbox = Part(FolderFilters, load_default=None, allow_none=True)
    language = Choice(Language, load_default=Language.VIETNAMESE)


class Export(Answer):
    """A file of rows. `done` of `total` rows are written; `size` in bytes once it is ready."""

    id = fields.Integer()
    kind = fields.String()
    state = fields.String(metadata={"enum": [one.value for one in ExportState]})
    done = fields.Integer()
    total = fields.Integer(allow_none=True)
    display_name = fields.String()
    size = fields.Integer(allow_none=True)
    asked_at = Instant()
    finished_at = Instant()
    expires_at = Instant()


class Exports(Answer):
    """One's files, newest first."""

    exports = fields.List(fields.Nested(Export))

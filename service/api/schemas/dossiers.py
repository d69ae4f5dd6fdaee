"""Dossiers with their nominations, papers, history and diagram."""

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
    Name,
    Number,
    Part,
    Query,
    Text,
    Whole,
)
from service.api.schemas.escalations import Climb
from service.api.schemas.localities import DossierDeadline
from service.api.schemas.overlaps import Overlap
from service.api.schemas.people import Holder, Office
from service.domain.dossiers import DossierKind, DossierStatus, NomineeKind
from service.domain.labels import Label
from service.operations.dossier.dossiers import LONGEST, MOST_NOMINATIONS

MOST_LISTED = 100


class NominationInput(Input):
    """A nominee for an award."""

    award_key = Text(100, required=True)
    nominee_kind = Choice(NomineeKind, required=True)
    nominee_name = Text(LONGEST["nominee_name"], required=True)
    achievement = Text(LONGEST["achievement"], required=True)
    nominee_detail = Text(LONGEST["nominee_detail"], least=0, load_default="")


class NewDossier(Input):
    """A dossier to be opened. `unit` may be left out by whoever proposes for one unit only."""

    locality = Text(100, required=True)
    round = Text(100, required=True)
    unit = Text(100, load_default=None)
    title = Text(LONGEST["title"], required=True)
    nominations = Items(Part(NominationInput), most=MOST_NOMINATIONS, load_default=list)


class Rename(Input):
    """Another title."""

    title = Text(LONGEST["title"], required=True)


class Withdrawal(Input):
    """Why a dossier is taken back."""

    reason = Text(2000, required=True)


class SubmitForm(Input):
    """The unit's form. `seen_version` is the dossier's version that the caller has seen."""

    values = FormValues(required=True)
    seen_version = Whole(least=0, most=2**31, required=True)


class DossierQuery(Query):
    """Which dossiers: `q` is looked for in code, title, unit and nominees, without accents.

    `kind` is `award` for dossiers that propose awards (the default) or `duty` for duty reports.
    """

    q = Text(200, least=0, load_default="")
    kind = Choice(DossierKind, load_default=DossierKind.AWARD)
    status = Choice(DossierStatus, load_default=None)
    after = Number(written=True, load_default=None)
    limit = Whole(least=1, most=MOST_LISTED, written=True, load_default=50)


class HistoryQuery(Query):
    """Where to read on: after the step at this position."""

    after = Whole(least=0, most=2**31, written=True, load_default=0)
    limit = Whole(least=1, most=MOST_LISTED, written=True, load_default=100)


class Award(Answer):
    """A form of commendation. `in_power`: the locality decides it itself. `sets`: original sets owed."""

    key = fields.String()
    name = Name()
    level = fields.String()
    in_power = fields.Boolean()
    nominees = fields.List(fields.String())
    sets = fields.Integer(allow_none=True)


class Nomination(Answer):
    """A nominee for an award, and what has become of it so far."""

    id = fields.Integer()
    dossier_id = fields.Integer()
    position = fields.Integer()
    award = fields.Nested(Award)
    nominee_kind = fields.String()
    nominee_name = fields.String()
    nominee_detail = fields.String()
    achievement = fields.String()
    status = fields.String()
    status_reason = fields.String(allow_none=True)
    decision_id = fields.Integer(allow_none=True)
    hand_over_id = fields.Integer(allow_none=True)


class DossierLine(Answer):
    """A dossier as lists show it. `version` counts the steps of its history."""

    id = fields.Integer()
    kind = fields.String()
    code = fields.String()
    title = fields.String()
    status = fields.String()
    locality = fields.String(attribute="locality_id")
    round = fields.String(attribute="round.key")
    unit = fields.Nested(Office)
    created_at = Instant()
    submitted_at = Instant()
    closed_at = Instant()
    late = fields.Boolean()
    late_reason = fields.String(allow_none=True)
    version = fields.Integer()


class DossierList(Answer):
    """Newest first; `next` is the `after` of the following page, null on the last."""

    dossiers = fields.List(fields.Nested(DossierLine))
    next = fields.Integer(allow_none=True)


class LateStep(Answer):
    """A step that sent the dossier on after its deadline; an empty reason was not asked for."""

    task = fields.Integer(attribute="id")
    element_id = fields.String()
    office = fields.Nested(Office, attribute="group.organisation")
    last_day = fields.Date(allow_none=True)
    closed_at = Instant()
    reason = fields.String(attribute="late_reason")


class Attachment(Answer):
    """A file of a dossier: `checklist_item_id` tells which owed paper, `replaces_id` its older version."""

    id = fields.Integer()
    display_name = fields.String()
    media_type = fields.String()
    size = fields.Integer()
    sha256 = fields.String()
    checklist_item_id = fields.Integer(allow_none=True)
    uploaded_at = Instant()
    uploaded_by = fields.Nested(Holder)
    in_place_of = fields.String(attribute="for_name", allow_none=True)
    version = fields.Integer()
    replaces_id = fields.Integer(allow_none=True)
    reason = fields.String(allow_none=True)


class AttachmentList(Answer):
    """The present files of a dossier, oldest first."""

    attachments = fields.List(fields.Nested(Attachment))


class ChecklistLine(Answer):
    """A paper owed: how many original sets (null: the plan does not say) and whether it is missing."""

    id = fields.Integer(attribute="item.id")
    key = fields.String(attribute="item.key")
    name = Name(of="item")
    required = fields.Boolean(attribute="item.required")
    sets = fields.Integer(allow_none=True)
    missing = fields.Boolean()


class OpenTask(Answer):
    """A step that waits for somebody."""

    id = fields.Integer()
    element_id = fields.String()
    name = fields.String()
    act = fields.String()
    role = fields.String()
    office = fields.Nested(Office, attribute="group.organisation")
    due_at = Instant()


class LetterLine(Answer):
    """A submission that has carried nominations of the dossier."""

    id = fields.Integer()
    number = fields.String()
    signed_on = Day()
    sent_at = Instant()


class DecisionLine(Answer):
    """A decision that grants nominations of the dossier."""

    id = fields.Integer()
    number = fields.String()
    signed_on = Day()
    signer_name = fields.String()


class HandOver(Answer):
    """What was handed to an upper authority."""

    id = fields.Integer()
    recipient = fields.String()
    document_number = fields.String()
    handed_over_on = Day()
    sets = fields.Integer()
    note = fields.String()
    recorded_at = Instant()


class DossierPage(DossierLine):
    """A dossier with everything that belongs to it."""

    ending = fields.String(allow_none=True)
    late_steps = fields.List(fields.Nested(LateStep))
    nominations = fields.List(fields.Nested(Nomination))
    overlaps = fields.List(fields.Nested(Overlap))
    awards = fields.List(fields.Nested(Award))
    checklist = fields.List(fields.Nested(ChecklistLine))
    attachments = fields.List(fields.Nested(Attachment))
    open_tasks = fields.List(fields.Nested(OpenTask))
    submissions = fields.List(fields.Nested(LetterLine))
    decisions = fields.List(fields.Nested(DecisionLine))
    hand_overs = fields.List(fields.Nested(HandOver))
    deadlines = fields.List(fields.Nested(DossierDeadline))
    escalations = fields.List(fields.Nested(Climb))
    may_edit = fields.Boolean()
    may_withdraw = fields.Boolean()


class HistoryStep(Answer):
    """One line of the history: who, when, as which office, what, why, under which clause."""

    position = fields.Integer()
    at = Instant()
    person = fields.String(attribute="person_name")
    in_place_of = fields.String(attribute="for_name", allow_none=True)
    organisation = fields.String(attribute="organisation_name", allow_none=True)
    kind = fields.String()
    element_id = fields.String(allow_none=True)
    element_name = fields.String(allow_none=True)
    task_id = fields.Integer(allow_none=True)
    outcome = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)
    clause = fields.String(allow_none=True)
    said = fields.Dict(attribute="params")


class History(Answer):
    """Oldest first; `next` is the `after` of the following page, null on the last."""

    steps = fields.List(fields.Nested(HistoryStep))
    next = fields.Integer(allow_none=True)


class Branch(Answer):
    """Where a step may lead."""

    label = fields.String()
    target = fields.String()


class DiagramStep(Answer):
    """One step of the diagram in words."""

    number = fields.Integer()
    element_id = fields.String(attribute="element.id")
    type = fields.String(attribute="element.type")
    name = fields.String(attribute="element.name")
    lane = fields.String(attribute="element.lane", allow_none=True)
    branches = fields.List(fields.Nested(Branch))


class Words(fields.Field[Label | None]):
    """A name of the diagram in both languages; null where the diagram gives none."""

    def __init__(self, **options: Any) -> None:
        text = {"type": "string"}
        shape = {"type": ["object", "null"], "properties": {"vi": text, "en": text}}
        super().__init__(metadata=shape, **options)

    def _serialize(self, value: Label | None, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return None if value is None else {"vi": value.vi, "en": value.en}


class Visit(Answer):
    """One time that a dossier was at a step."""

    opened_at = Instant()
    office = Words()
    by = fields.String(allow_none=True)
    closed_at = Instant()
    outcome = fields.String(allow_none=True)
    cancelled = fields.Boolean()
    last_day = Day()
    level = fields.Integer(allow_none=True)


class Exit(Answer):
    """Where a step leads, under which conditions, and whether that is a way back."""

    conditions = fields.List(Words())
    target = fields.String()
    name = Words()
    back = fields.Boolean()


class Watch(Answer):
    """A timer or message on the border of a step; `opens` are the steps beside the way that it opens."""

    element_id = fields.String()
    name = Words()
    kind = fields.String()
    interrupting = fields.Boolean()
    waiting = fields.Boolean()
    due_at = Instant()
    fired = fields.List(Instant())
    opens: Any = fields.List(fields.Nested("Stop"))
    exits = fields.List(fields.Nested(Exit))


class Stop(Answer):
    """A step of the way: `done`, `current`, `ahead` or `skipped`; steps beside the way have the number 0."""

    number = fields.Integer()
    element_id = fields.String()
    type = fields.String()
    name = Words()
    lane = Words(allow_none=True)
    state = fields.String()
    visits = fields.List(fields.Nested(Visit))
    exits = fields.List(fields.Nested(Exit))
    watches = fields.List(fields.Nested(Watch))


class Way(Answer):
    """The way of a dossier in the order in which a reader meets its steps."""

    steps = fields.List(fields.Nested(Stop))


class Diagram(Answer):
    """The version of the diagram that a dossier runs on, with where it stands; `xml` is BPMN 2.0."""

    key = fields.String()
    version = fields.Integer()
    xml = fields.Function(lambda page: page.xml.decode("utf-8"), metadata={"type": "string"})
    current = fields.List(fields.String())
    visited = fields.List(fields.String())
    steps = fields.List(fields.Nested(DiagramStep), attribute="outline")

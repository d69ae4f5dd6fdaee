"""What differs about a dossier, what has come on paper, lists of nominees, the control slip."""

from apiflask.fields import File
from marshmallow import fields

from service.api.fields import Answer, Day, Input, Instant, Items, Name, Part, Query, Text, Whole
from service.api.languages import in_words
from service.api.schemas.people import Office
from service.domain.errors import Message, message
from service.domain.receipts import LONGEST, MOST_SETS

_DAY = message("Write a day such as 2024-12-05.")
_FILE = message("Send one file here.")


class Words(fields.Field[str]):
    """A message or a name, in the language of the answer."""

    def __init__(self, of: str | None = None) -> None:
        super().__init__(attribute=of, metadata={"type": "string"})

    def _serialize(self, value: object, attr: str | None, obj: object, **kwargs: object) -> str:
        return in_words(value if isinstance(value, Message) else Message("{value}", {"value": value}))


class DifferencesQuery(Query):
    """Since which version of the dossier; without one, since it was last returned."""

    since = Whole(least=1, most=2**31, written=True, load_default=None)


class ImportQuery(Query):
    """1: the right rows are imported although others are wrong."""

    good_rows_only = Whole(least=0, most=1, written=True, load_default=0)


class Workbook(Input):
    """A workbook like the template."""

    file = File(
        required=True,
        error_messages={"required": [_FILE], "null": [_FILE], "invalid": [_FILE]},
        metadata={"type": "string", "format": "binary"},
    )


class Replacement(Workbook):
    """A newer version of a file, and why; the reason may be left out before the first submission."""

    reason = Text(2000, least=0, load_default="")


class Return(Answer):
    """A return of the dossier, with its reason."""

    version = fields.Integer(attribute="position")
    at = Instant()
    person = fields.String(attribute="person_name")
    organisation = fields.String(attribute="organisation_name", allow_none=True)
    element_id = fields.String(allow_none=True)
    outcome = fields.String(allow_none=True)
    return_to = fields.Function(
        lambda step: step.params.get("return_to"), metadata={"type": ["string", "null"]}
    )
    reason = fields.String(allow_none=True)


class FieldChange(Answer):
    """One field before and after, in words; empty when it had no value."""

    field = fields.String()
    before = Words()
    after = Words()


class NominationChange(Answer):
    """A nomination that was `added`, `removed` or `changed`."""

    change = fields.String(attribute="change.kind")
    nominee = fields.String(attribute="change.nominee")
    fields_ = fields.List(fields.Nested(FieldChange), attribute="fields", data_key="fields")


class FileChange(Answer):
    """A file that was `added`, `removed` or `replaced`; the ids are those of attachments."""

    change = fields.String(attribute="change.kind")
    before_id = fields.Integer(attribute="change.before_id", allow_none=True)
    after_id = fields.Integer(attribute="change.after_id", allow_none=True)
    before = fields.String(attribute="before.display_name", dump_default=None, allow_none=True)
    after = fields.String(attribute="after.display_name", dump_default=None, allow_none=True)
    reason = fields.String(attribute="after.reason", dump_default=None, allow_none=True)


class AnswerChange(Answer):
    """An answer of a step's form that is another one than the last time."""

    element_id = fields.String()
    label = Words()
    before = Words()
    after = Words()


class VerdictChange(Answer):
    """A nomination on which a reviewer has decided otherwise."""

    nomination_id = fields.Integer(attribute="nomination.id")
    nominee = fields.String(attribute="nomination.nominee_name")
    before = fields.String(allow_none=True)
    after = fields.String(attribute="verdict.verdict")
    reason = fields.String(attribute="verdict.reason", allow_none=True)


class TitleChange(Answer):
    """The title before and now."""

    before = fields.String()
    after = fields.String()


class Differences(Answer):
    """All that differs since a version; `since` is null when none was named and nothing ever returned."""

    since = fields.Integer(allow_none=True)
    version = fields.Integer()
    returns = fields.List(fields.Nested(Return))
    title = fields.Nested(TitleChange, allow_none=True)
    nominations = fields.List(fields.Nested(NominationChange))
    files = fields.List(fields.Nested(FileChange))
    answers = fields.List(fields.Nested(AnswerChange))
    verdicts = fields.List(fields.Nested(VerdictChange))


class SetsReceived(Input):
    """How many sets of a paper, by the keys of the award that asks for it and of the checklist's line."""

    award_key = Text(100, required=True)
    paper_key = Text(100, required=True)
    sets = Whole(least=0, most=MOST_SETS, required=True)


class NewReceipt(Input):
    """What has arrived on paper."""

    received_on = fields.Date(
        required=True, error_messages={"required": [_DAY], "invalid": [_DAY], "null": [_DAY]}
    )
    received_from = Text(LONGEST["received_from"], required=True)
    note = Text(LONGEST["note"], least=0, load_default="")
    sets = Items(Part(SetsReceived), most=500, required=True)


class Correction(NewReceipt):
    """A receipt that takes the place of another; with no sets it takes that one back."""

    reason = Text(LONGEST["reason"], required=True)


class ReceiptLine(Answer):
    """How many sets of a paper came for an award."""

    award_key = fields.String(attribute="award.key")
    paper_key = fields.String(attribute="item.key")
    sets = fields.Integer()


class Receipt(Answer):
    """A receipt of paper originals. One that another `corrects` no longer counts."""

    id = fields.Integer()
    number = fields.Integer()
    office = fields.Nested(Office, attribute="organisation")
    received_on = Day()
    received_from = fields.String()
    note = fields.String()
    corrects_id = fields.Integer(allow_none=True)
    reason = fields.String(allow_none=True)
    recorded_by = fields.String(attribute="person_name")
    in_place_of = fields.String(attribute="for_name", allow_none=True)
    recorded_at = Instant()
    lines = fields.List(fields.Nested(ReceiptLine))


class PaperLine(Answer):
    """A paper owed for an award; `owed` is null where the plan does not say how many sets."""

    paper_key = fields.String(attribute="item.key")
    name = Name(of="item")
    required = fields.Boolean(attribute="item.required")
    owed = fields.Integer(allow_none=True)
    received = fields.Integer()
    missing = fields.Integer()


class AwardPapers(Answer):
    """The papers owed for one award, and the whole sets that have come."""

    award_key = fields.String(attribute="award.key")
    nominations = fields.Integer()
    complete = fields.Integer()
    missing = fields.Integer()
    papers = fields.List(fields.Nested(PaperLine), attribute="lines")


class Receipts(Answer):
    """What `office` has received, award by award, and every receipt of the dossier, newest first."""

    office = fields.Nested(Office, allow_none=True)
    may_record = fields.Boolean()
    awards = fields.List(fields.Nested(AwardPapers))
    receipts = fields.List(fields.Nested(Receipt))


class CellProblem(Answer):
    """A cell that is wrong, such as B7, and what to do about it."""

    cell = fields.String(attribute="place")
    message = Words(of="text")


class Imported(Answer):
    """What became of a workbook: the nominations imported, the cells of the rows left out, and the names of
    the sheets that were not read though they may name nominees."""

    imported = fields.Integer()
    unread_sheets = fields.List(fields.String(), attribute="unread")
    problems = fields.List(fields.Nested(CellProblem))


class SlipLine(Answer):
    """One stay of the dossier at a step; `result` is early, on_time, late, open, overdue or no_deadline."""

    number = fields.Integer()
    office = fields.Nested(Office)
    element_id = fields.String(attribute="task.element_id")
    step = fields.String(attribute="task.name")
    giver = fields.String()
    holder = fields.String()
    received_at = Instant()
    last_day = Day()
    handed_over_at = Instant()
    handed_to = fields.Nested(Office, allow_none=True)
    result = fields.String(attribute="timeliness")
    outcome = fields.String(attribute="step.outcome", dump_default=None, allow_none=True)
    reason = fields.String(attribute="step.reason", dump_default=None, allow_none=True)


class Slip(Answer):
    """The control slip: every stay of the dossier, oldest first."""

    code = fields.String(attribute="dossier.code")
    title = fields.String(attribute="dossier.title")
    made_at = Instant()
    lines = fields.List(fields.Nested(SlipLine))

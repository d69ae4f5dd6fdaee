"""The shape of every file of a locality. `docs/reference/locality-files.md` explains each key."""

from typing import Any

from marshmallow import Schema, ValidationError, validates_schema

from service.domain.awards import Extent, Medium
from service.domain.calendars import DayKind
from service.domain.deadlines import Bound, LatePolicy, Roll
from service.domain.dossiers import NomineeKind
from service.domain.duties import OPENS_BEFORE
from service.domain.errors import Message, message
from service.domain.labels import Language
from service.domain.opinions import ShareOf
from service.domain.organisations import Function, Level
from service.domain.reminders import Audience, DayCount
from service.domain.rounds import AWARD_KINDS
from service.localities.fields import (
    FIRST_YEAR,
    LAST_YEAR,
    Choice,
    Day,
    DayOfYear,
    Flag,
    Key,
    LabelText,
    MailAddress,
    Many,
    Month,
    Part,
    Record,
    Records,
    Reference,
    Text,
    TimeOfDay,
    Value,
    Whole,
    Zone,
    check_reference,
)

DAY_KEYS = ("yearly", "date", "month", "awaits", "silent")
"""The ways to say when something is due; each deadline uses one, only `awaits` may go with `silent`."""


class Shape(Schema):
    """A mapping whose keys are all known."""

    error_messages = {  # type: ignore[assignment]  # marshmallow passes them through unchanged
        "unknown": Message("This key is unknown here. Correct its spelling or remove it."),
        "type": Message("Write keys with values here, one per line."),
    }


class CitationShape(Shape):
    """The clause that orders a rule."""

    document = Reference("document")
    section = Text()
    quote = Text(load_default="")
    verified = Flag(load_default=True)
    note = LabelText(load_default=None)

    @validates_schema
    def a_verified_clause_is_quoted(self, data: dict[str, Any], **options: Any) -> None:
        if data["verified"] and not data["quote"]:
            text = message("Quote the clause word by word, or say verified: false if it was not read.")
            raise ValidationError({"quote": [text]})


class Cited(Value):
    """A citation: written in place, or the key of one written in plan.yaml."""

    default_error_messages = {  # type: ignore[assignment]  # marshmallow passes lists through unchanged
        "required": [
            Message(
                "The citation is missing. Every rule names its source: add citation with document, section "
                "and quote."
            )
        ]
    }

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        if isinstance(value, str):
            check_reference("citation", value)
            return value
        return CitationShape().load(value)


class NamedCitationShape(CitationShape):
    key = Key()


class DocumentShape(Shape):
    key = Key()
    title = Text()
    number = Text(load_default=None)
    issued_on = Day(load_default=None)
    issuer = Text(load_default=None)
    note = LabelText(load_default=None)


class LocalityShape(Shape):
    id = Key()
    name = LabelText()
    level = Choice(Level)
    country = Text()
    zone = Zone()
    code_prefix = Text()


class PlanShape(Shape):
    document = Reference("document")
    citation = Cited()


class CampaignShape(Shape):
    key = Key()
    name = LabelText()
    first_year = Whole(FIRST_YEAR, LAST_YEAR)
    last_year = Whole(FIRST_YEAR, LAST_YEAR)
    citation = Cited()

    @validates_schema
    def it_ends_after_it_begins(self, data: dict[str, Any], **options: Any) -> None:
        if data["last_year"] < data["first_year"]:
            text = message("The campaign ends before it begins. Correct first_year or last_year.")
            raise ValidationError({"last_year": [text]})


class RemarkShape(Shape):
    text = LabelText()
    citation = Cited()


class PlanFile(Shape):
    locality = Record(LocalityShape)
    plan = Record(PlanShape)
    campaign = Record(CampaignShape)
    documents = Records(DocumentShape, least=1)
    citations = Records(NamedCitationShape, load_default=())
    remarks = Many(Record(RemarkShape), load_default=())


class OrganisationShape(Shape):
    key = Key()
    name = LabelText()
    function = Choice(Function)
    citation = Cited()
    focal = Flag(load_default=False)
    valid_from = Day(load_default=None)
    valid_to = Day(load_default=None)
    ended_by = Cited(load_default=None)

    @validates_schema
    def its_end_is_cited_and_follows_its_beginning(self, data: dict[str, Any], **options: Any) -> None:
        first, last = data["valid_from"], data["valid_to"]
        if first and last and last < first:
            text = message("It ends before it begins. Correct one of the days.")
            raise ValidationError({"valid_to": [text]})
        if (last is None) is not (data["ended_by"] is None):
            text = message("An end needs both valid_to and ended_by, the citation of what ended it.")
            raise ValidationError({"valid_to": [text]})


class OrganisationsFile(Shape):
    organisations = Records(OrganisationShape, least=1)


class RoleShape(Shape):
    key = Key()
    name = LabelText()
    function = Choice(Function)
    head = Flag(load_default=False)


class RolesFile(Shape):
    roles = Records(RoleShape, least=1)


class DueShape(Shape):
    """When something is due: the part that rounds and duties share."""

    bound = Choice(Bound, load_default=None)
    yearly = DayOfYear(load_default=None)
    date = Day(load_default=None)
    month = Month(load_default=None)
    awaits = Text(load_default=None)
    silent = LabelText(load_default=None)
    citation = Cited()

    @validates_schema
    def it_says_when_in_one_way(self, data: dict[str, Any], **options: Any) -> None:
        given = [key for key in DAY_KEYS if data[key] is not None]
        if len(given) != 1 and given != ["awaits", "silent"]:
            text = message("Say when in exactly one way: {ways}.", ways=", ".join(DAY_KEYS))
            raise ValidationError({given[1] if given else "_schema": [text]})
        if given[0] in {"yearly", "date"} and data["bound"] is None:
            text = message("Say how the day bounds: before (that day is late) or by (that day still counts).")
            raise ValidationError({"bound": [text]})
        if given[0] == "month" and data["bound"] is not Bound.BY:
            text = message("A month is met by its last day: write bound: by.")
            raise ValidationError({"bound": [text]})


class RuleShape(DueShape):
    key = Reference("deadline")


class TermsShape(Shape):
    """What holds for a deadline in every round."""

    key = Key()
    name = LabelText()
    owner = Choice(Function)
    to = Choice(Function, load_default=None)
    roll = Choice(Roll, load_default=Roll.NONE)
    late = Choice(LatePolicy, load_default=LatePolicy.ACCEPT_FLAGGED)
    ladder = Reference("ladder", load_default="default")


class KindShape(Shape):
    kind = Choice(AWARD_KINDS)
    name = LabelText()
    process = Key()
    awards = Many(Reference("award"), least=1)
    citation = Cited()
    deadlines = Records(RuleShape)


class RoundShape(Shape):
    key = Key(load_default=None)
    kind = Choice(AWARD_KINDS)
    year = Whole(FIRST_YEAR, LAST_YEAR)
    deadlines = Records(RuleShape, load_default=())


class RoundsFile(Shape):
    deadlines = Records(TermsShape, least=1)
    kinds = Records(KindShape, unique="kind", least=1)
    rounds = Records(RoundShape, least=1)


class AwardShape(Shape):
    key = Key()
    name = LabelText()
    level = Choice(Level)
    decided_by = Reference("organisation")
    nominees = Many(Choice(NomineeKind), least=1)
    citation = Cited()
    sets = Whole(1, 20, load_default=None)
    sets_citation = Cited(load_default=None)

    @validates_schema
    def the_number_of_sets_is_cited(self, data: dict[str, Any], **options: Any) -> None:
        if (data["sets"] is None) is not (data["sets_citation"] is None):
            text = message("The number of sets needs both sets and sets_citation, the clause asking for it.")
            raise ValidationError({"sets": [text]})


class ComponentShape(Shape):
    key = Key()
    name = LabelText()
    extent = Choice(Extent, load_default=Extent.DOSSIER)
    medium = Choice(Medium, load_default=Medium.PAPER)
    required = Flag(load_default=True)
    awards = Many(Reference("award"), load_default=())
    citation = Cited()


class AwardsFile(Shape):
    awards = Records(AwardShape, least=1)
    components = Records(ComponentShape, least=1)
    once = Cited(load_default=None)


class RungShape(Shape):
    key = Key()
    days = Whole(-366, 366)
    count = Choice(DayCount, load_default=DayCount.CALENDAR)
    at = TimeOfDay()
    audience = Choice(Audience)


class LadderShape(Shape):
    key = Key()
    rungs = Records(RungShape)


class RemindersFile(Shape):
    ladders = Records(LadderShape, least=1)


class OverrideShape(Shape):
    day = Day()
    kind = Choice(DayKind)
    name = LabelText()
    citation = Cited()


class CalendarFile(Shape):
    overrides = Records(OverrideShape, unique="day")


class DutyShape(DueShape):
    key = Key()
    name = LabelText()
    owner = Choice(Function)
    recipients = Many(Choice(Function), least=1)
    first_year = Whole(FIRST_YEAR, LAST_YEAR)
    last_year = Whole(FIRST_YEAR, LAST_YEAR)
    opens_before = Whole(1, 366, load_default=OPENS_BEFORE)
    roll = Choice(Roll, load_default=Roll.NONE)
    late = Choice(LatePolicy, load_default=LatePolicy.ACCEPT_FLAGGED)
    ladder = Reference("ladder", load_default="default")


class DutiesFile(Shape):
    duties = Records(DutyShape)


class CouncilShape(Shape):
    organisation = Reference("organisation")
    quorum = Part()
    share = Part()
    share_of = Choice(ShareOf)
    citation = Cited()


class CouncilsFile(Shape):
    councils = Records(CouncilShape, unique="organisation")


class SeatShape(Shape):
    organisation = Reference("organisation")
    role = Reference("role")


class PersonShape(Shape):
    sign_in_name = Key()
    name = Text()
    email = MailAddress()
    language = Choice(Language, load_default=Language.VIETNAMESE)
    administrator = Flag(load_default=False)
    seats = Many(Record(SeatShape), load_default=())


class PeopleFile(Shape):
    people = Records(PersonShape, unique="sign_in_name")


FILES: dict[str, type[Shape]] = {
    "plan.yaml": PlanFile,
    "organisations.yaml": OrganisationsFile,
    "roles.yaml": RolesFile,
    "rounds.yaml": RoundsFile,
    "awards.yaml": AwardsFile,
    "reminders.yaml": RemindersFile,
    "calendar.yaml": CalendarFile,
    "duties.yaml": DutiesFile,
    "councils.yaml": CouncilsFile,
    "people.yaml": PeopleFile,
}
OPTIONAL_FILES = frozenset({"calendar.yaml", "duties.yaml", "councils.yaml", "people.yaml"})

DEFINITIONS: dict[str, tuple[str, str, str]] = {
    "document": ("plan.yaml", "documents", "key"),
    "citation": ("plan.yaml", "citations", "key"),
    "organisation": ("organisations.yaml", "organisations", "key"),
    "role": ("roles.yaml", "roles", "key"),
    "deadline": ("rounds.yaml", "deadlines", "key"),
    "award": ("awards.yaml", "awards", "key"),
    "ladder": ("reminders.yaml", "ladders", "key"),
}
"""Where each kind of reference is defined: file, list, and the key that names the item."""

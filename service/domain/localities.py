"""A locality: everything that operators configure for one district, province or department."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, datetime, time
from enum import Enum
from fractions import Fraction
from typing import cast
from zoneinfo import ZoneInfo

from service.domain.awards import Award, Component
from service.domain.calendars import Override, WorkingCalendar
from service.domain.citations import Citation, Document
from service.domain.deadlines import Deadline
from service.domain.duties import Duty
from service.domain.labels import Label, Language
from service.domain.opinions import Council
from service.domain.organisations import Level, Organisation, Role
from service.domain.reminders import Ladder
from service.domain.rounds import Campaign, Round, RoundPlan, resolve_round


@dataclass(frozen=True, slots=True)
class Seating:
    """A role that a configured person holds in an organisation."""

    organisation: str
    role: str


@dataclass(frozen=True, slots=True)
class ConfiguredPerson:
    """Somebody the configuration introduces; the secret to sign in with is never configured."""

    sign_in_name: str
    name: str
    email: str
    seats: tuple[Seating, ...]
    language: Language = Language.VIETNAMESE
    administrator: bool = False


@dataclass(frozen=True, slots=True)
class Remark:
    """A doubt or defect of the plan that its readers should know, with the clause it is about."""

    text: Label
    citation: Citation


@dataclass(frozen=True, slots=True)
class Locality:
    """One locality with its plan. Keys are stable: loading again updates what bears the same key.

    `plan` is the key of the document that launches the campaign; `kinds` are its rules for any year, from
    which rounds can be created that the files do not name; `once` is the clause by which an achievement
    is awarded no more than once; `calendar` follows from `country`
    and `overrides`, so it is no part of the content. Its days are part of the hash: a newer list of the
    country's holidays moves deadlines under files that have not changed.
    """

    id: str
    name: Label
    level: Level
    zone: ZoneInfo
    country: str
    code_prefix: str
    plan: str
    documents: tuple[Document, ...]
    campaign: Campaign
    organisations: tuple[Organisation, ...]
    roles: tuple[Role, ...]
    rounds: tuple[Round, ...]
    awards: tuple[Award, ...]
    components: tuple[Component, ...]
    ladders: tuple[Ladder, ...]
    calendar: WorkingCalendar
    plan_citation: Citation
    kinds: tuple[RoundPlan, ...] = ()
    duties: tuple[Duty, ...] = ()
    councils: tuple[Council, ...] = ()
    overrides: tuple[Override, ...] = ()
    people: tuple[ConfiguredPerson, ...] = ()
    remarks: tuple[Remark, ...] = ()
    once: Citation | None = None
    content_hash: str = field(init=False)

    def __post_init__(self) -> None:
        whole = [
            content(self),
            sorted(map(str, self.calendar.days_off)),
            sorted(map(str, self.calendar.days_worked)),
        ]
        text = json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        object.__setattr__(self, "content_hash", hashlib.sha256(text.encode()).hexdigest())

    @property
    def plan_document(self) -> Document:
        """The document that launches the campaign."""
        return next(document for document in self.documents if document.key == self.plan)

    def deadlines(self) -> tuple[Deadline, ...]:
        """The resolved deadlines of all rounds, in their order."""
        return tuple(
            deadline for round_ in self.rounds for deadline in resolve_round(round_, self.zone, self.calendar)
        )

    def duty_rounds(self) -> tuple[Round, ...]:
        """The rounds of all duties, one for each year in which they are owed."""
        return tuple(round_ for duty in self.duties for round_ in duty.rounds())


def content(locality: Locality) -> dict[str, object]:
    """What is configured, as plain JSON values; the same configuration always gives the same content."""
    left_out = {"calendar", "content_hash"}
    return {
        item.name: _plain(getattr(locality, item.name))
        for item in fields(locality)
        if item.name not in left_out
    }


def _plain(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Fraction):
        return str(value)
    if value is None or isinstance(value, str | int | bool):
        return value
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, ZoneInfo):
        return value.key
    if isinstance(value, tuple):
        return [_plain(item) for item in cast("tuple[object, ...]", value)]
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in cast("Mapping[object, object]", value).items()}
    if is_dataclass(value) and not isinstance(value, type):
        kind = {"type": type(value).__name__}
        return kind | {item.name: _plain(getattr(value, item.name)) for item in fields(value)}
    raise TypeError(f"{type(value).__name__} cannot be part of a configuration.")

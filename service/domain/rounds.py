"""Campaigns and their rounds: the occasions of awarding, each with its deadlines."""

from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

from service.domain.calendars import WorkingCalendar
from service.domain.citations import Citation
from service.domain.deadlines import Deadline, DeadlineRule, resolve
from service.domain.labels import Label
from service.domain.organisations import Function


class RoundKind(StrEnum):
    """Which occasion of awarding: every year, half-way, at the end, or at once for a special deed.

    A duty is none of these: in its round everybody who owes a report sends it.
    """

    ANNUAL = "annual"
    MID_TERM = "mid_term"
    FINAL = "final"
    AD_HOC = "ad_hoc"
    DUTY = "duty"


AWARD_KINDS = tuple(kind for kind in RoundKind if kind is not RoundKind.DUTY)
"""The kinds of rounds in which awards are proposed."""


@dataclass(frozen=True, slots=True)
class Campaign:
    """The emulation movement, from `first_year` to `last_year` inclusive."""

    key: str
    name: Label
    first_year: int
    last_year: int
    citation: Citation


@dataclass(frozen=True, slots=True)
class Round:
    """One occasion of awarding. `deadlines` stand in the order of the route.

    `process` is the key of the diagram its dossiers run on; `awards` are the keys of what may be
    proposed in it. The round of a duty has `recipients` instead, and opens by itself `opens_before`
    calendar days before its last permitted day.
    """

    key: str
    kind: RoundKind
    year: int
    name: Label
    process: str
    awards: tuple[str, ...]
    deadlines: tuple[DeadlineRule, ...]
    citation: Citation
    recipients: tuple[Function, ...] = ()
    opens_before: int | None = None


@dataclass(frozen=True, slots=True)
class RoundPlan:
    """What the plan says of one kind of round; the round of any year follows from it."""

    kind: RoundKind
    name: Label
    process: str
    awards: tuple[str, ...]
    deadlines: tuple[DeadlineRule, ...]
    citation: Citation

    def round_of(self, year: int, key: str | None = None) -> Round:
        """The round of a year as the plan has it, named by kind and year."""
        return Round(
            key=key or key_of(self.kind, year),
            kind=self.kind,
            year=year,
            name=Label(vi=f"{self.name.vi} {year}", en=f"{self.name.en} {year}"),
            process=self.process,
            awards=self.awards,
            deadlines=self.deadlines,
            citation=self.citation,
        )


def key_of(kind: RoundKind, year: int) -> str:
    """The stable key of a round: `annual-2024`."""
    return f"{kind.value}-{year}"


def resolve_round(round_: Round, zone: ZoneInfo, calendar: WorkingCalendar) -> tuple[Deadline, ...]:
    """All deadlines of a round, in the order of the route."""
    return tuple(
        resolve(rule, round_key=round_.key, year=round_.year, zone=zone, calendar=calendar)
        for rule in round_.deadlines
    )

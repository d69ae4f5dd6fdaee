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
    """Which occasion of awarding: every year, half-way, at the end, or at once for a special deed."""

    ANNUAL = "annual"
    MID_TERM = "mid_term"
    FINAL = "final"
    AD_HOC = "ad_hoc"


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
    proposed in it.
    """

    key: str
    kind: RoundKind
    year: int
    name: Label
    process: str
    awards: tuple[str, ...]
    deadlines: tuple[DeadlineRule, ...]
    citation: Citation


@dataclass(frozen=True, slots=True)
class Duty:
    """A report that `rule.owner` owes `recipients` in each year from `first_year` to `last_year`."""

    rule: DeadlineRule
    recipients: tuple[Function, ...]
    first_year: int
    last_year: int


def key_of(kind: RoundKind, year: int) -> str:
    """The stable key of a round: `annual-2024`."""
    return f"{kind.value}-{year}"


def resolve_round(round_: Round, zone: ZoneInfo, calendar: WorkingCalendar) -> tuple[Deadline, ...]:
    """All deadlines of a round, in the order of the route."""
    return tuple(
        resolve(rule, round_key=round_.key, year=round_.year, zone=zone, calendar=calendar)
        for rule in round_.deadlines
    )


def resolve_duty(duty: Duty, year: int, zone: ZoneInfo, calendar: WorkingCalendar) -> Deadline:
    """The deadline of a duty report in one year; its round is `duty-<year>`."""
    return resolve(duty.rule, round_key=f"duty-{year}", year=year, zone=zone, calendar=calendar)

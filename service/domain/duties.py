"""Duty reports: what organisations owe by the plan besides award dossiers, when it opens, when it is late."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from service.domain.deadlines import DeadlineRule
from service.domain.labels import Label
from service.domain.organisations import Function
from service.domain.rounds import Round, RoundKind

DEADLINE = "report"
"""The key of the one deadline that every duty has: diagrams name it."""
PROCESS = "duty_report"
"""The key of the diagram that duty reports run on."""
MOST_RECIPIENTS = 2
"""So many offices receive a report on the shipped diagram."""
OPENS_BEFORE = 30
"""Calendar days before the last permitted day on which a report opens, unless configured otherwise."""


class RelativeRole(StrEnum):
    """A role of diagrams that another organisation holds in every duty; see `operations.audiences`."""

    OWNER = "owner"
    """The organisation that owes the report."""
    FIRST_RECIPIENT = "first_recipient"
    SECOND_RECIPIENT = "second_recipient"


RECIPIENT_ROLES = (RelativeRole.FIRST_RECIPIENT, RelativeRole.SECOND_RECIPIENT)
"""In the order in which a duty names its recipients."""


class ReportState(StrEnum):
    """Where one organisation stands with a report that it owes."""

    UNOPENED = "unopened"
    OPEN = "open"
    RETURNED = "returned"
    SENT = "sent"
    RECEIVED = "received"
    EXCUSED = "excused"


ANSWERED = frozenset({ReportState.SENT, ReportState.RECEIVED, ReportState.EXCUSED})
"""In one of these a report lies with its recipients, or they have settled it."""


@dataclass(frozen=True, slots=True)
class Duty:
    """A report that `rule.owner` owes `recipients` in each year from `first_year` to `last_year`.

    Its reports open by themselves `opens_before` calendar days before the last permitted day: a setting
    of the locality, not a rule of the plan.
    """

    rule: DeadlineRule
    recipients: tuple[Function, ...]
    first_year: int
    last_year: int
    opens_before: int = OPENS_BEFORE

    def rounds(self) -> Iterator[Round]:
        """One round for each year in which the duty is owed, with its one deadline."""
        rule = replace(self.rule, key=DEADLINE, to=self.recipients[0])
        for year in range(self.first_year, self.last_year + 1):
            yield Round(
                key=key_of(self.rule.key, year),
                kind=RoundKind.DUTY,
                year=year,
                name=Label(vi=f"{rule.name.vi} năm {year}", en=f"{rule.name.en}, {year}"),
                process=PROCESS,
                awards=(),
                deadlines=(rule,),
                citation=rule.citation,
                recipients=self.recipients,
                opens_before=self.opens_before,
            )


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one organisation stands with its report at an instant.

    `due_at` is its own deadline, extended or not; `flagged` says that the report was sent after it.
    """

    state: ReportState
    due_at: datetime | None
    flagged: bool
    now: datetime

    @property
    def sent(self) -> bool:
        """Whether the report lies with its recipients, or they have settled it."""
        return self.state in ANSWERED

    @property
    def missing(self) -> bool:
        """Whether the recipients still wait for it."""
        return not self.sent

    @property
    def late(self) -> bool:
        """Whether it was sent after the deadline, or the deadline has passed without it."""
        return self.flagged or (self.missing and self.due_at is not None and self.now >= self.due_at)


def key_of(duty: str, year: int) -> str:
    """The key of a duty's round: `result_report-2024`."""
    return f"{duty}-{year}"


def duty_of(round_key: str, year: int) -> str:
    """The key of the duty whose round it is."""
    return round_key.removesuffix(f"-{year}")


def opening_day(last_day: date | None, opens_before: int | None) -> date | None:
    """The local day on which reports open by themselves; None while the deadline has no date."""
    if last_day is None or opens_before is None:
        return None
    return last_day - timedelta(days=opens_before)


def owes(valid_from: date | None, valid_to: date | None, today: date, last_day: date | None) -> bool:
    """Whether an organisation owes a report: it has been founded, and stands on the last permitted day.

    A unit founded while the reports are open owes one too; one dissolved before the last day does not.
    """
    day = last_day or today
    return (valid_from is None or valid_from <= min(today, day)) and (valid_to is None or valid_to >= day)

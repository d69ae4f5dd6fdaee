"""What a rehearsal tells: every mail, every overdue step, every escalation, from opening to close."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from service.domain.errors import Message
from service.domain.labels import Label


@dataclass(frozen=True, slots=True, order=True)
class Seat:
    """Somebody of the rehearsal: the how-many-th holder of a role in an organisation."""

    organisation: str
    role: str
    number: int


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail: its template, for a reminder its rung and the last permitted day, and to whom."""

    at: datetime
    unit: str
    step: str | None
    template: str
    rung: str | None
    last_day: date | None
    to: Seat
    subject: str


@dataclass(frozen=True, slots=True)
class Overdue:
    """A step that waited beyond its deadline, in which organisation; `until` is None if it still does."""

    since: datetime
    until: datetime | None
    unit: str
    step: str
    office: str


@dataclass(frozen=True, slots=True)
class Escalation:
    """A timer that moved a dossier, by the id of its element, and the organisations it was told to."""

    at: datetime
    unit: str
    element: str
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Opening:
    """A dossier that its unit opened, with its code in the rehearsal."""

    at: datetime
    unit: str
    code: str


@dataclass(frozen=True, slots=True)
class Action:
    """A step that somebody completed."""

    at: datetime
    unit: str
    step: str
    outcome: str
    by: Seat


@dataclass(frozen=True, slots=True)
class Ending:
    """How a dossier ended; the status is that of dossiers."""

    at: datetime
    unit: str
    status: str


@dataclass(frozen=True, slots=True)
class Stuck:
    """A step that could not be completed, or something that went wrong, and why."""

    at: datetime
    unit: str | None
    step: str | None
    reason: Message


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline of the round as the rehearsal had it; without a date `awaits` says whose guidance."""

    key: str
    name: Label
    owner: str
    last_day: date | None
    due_at: datetime | None
    awaits: str | None


@dataclass(frozen=True, slots=True)
class Names:
    """The names of what is told by its key: organisations, roles, and the steps of the diagram.

    `functions` tells what kind of organisation each is.
    """

    organisations: Mapping[str, Label] = field(default_factory=dict[str, Label])
    functions: Mapping[str, str] = field(default_factory=dict[str, str])
    roles: Mapping[str, Label] = field(default_factory=dict[str, Label])
    steps: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class OfficeDay:
    """How much one organisation meets on one local day: mails it gets, steps of its that become overdue,
    escalations it is told of."""

    day: date
    organisation: str
    mails: int
    overdue: int
    escalations: int


@dataclass(frozen=True, slots=True)
class Result:
    """One rehearsal from opening to close; all lists in the order of time.

    Of the `dossiers`, `under_way` were so in reality and were carried along: then `opens_at` is the instant
    from which the round was played on. `empty_seats` are the (organisation, role) pairs on the route in
    which nobody sits in reality.
    """

    zone: ZoneInfo
    opens_at: datetime
    closes_at: datetime
    dossiers: int
    dues: tuple[Due, ...]
    under_way: int = 0
    mails: tuple[Mail, ...] = ()
    overdue: tuple[Overdue, ...] = ()
    escalations: tuple[Escalation, ...] = ()
    openings: tuple[Opening, ...] = ()
    actions: tuple[Action, ...] = ()
    endings: tuple[Ending, ...] = ()
    stuck: tuple[Stuck, ...] = ()
    empty_seats: tuple[tuple[str, str], ...] = ()
    names: Names = field(default_factory=Names)

    @property
    def awaits(self) -> tuple[Due, ...]:
        """The deadlines without a date for which somebody's guidance is awaited."""
        return tuple(due for due in self.dues if due.due_at is None and due.awaits)

    @property
    def nothing_due(self) -> bool:
        """Whether no deadline of the round has a date: nothing can be reminded of, nothing is overdue."""
        return all(due.due_at is None for due in self.dues)

    def by_office_and_day(self) -> list[OfficeDay]:
        """The numbers of each organisation on each local day on which it meets anything, in order."""
        counted: dict[tuple[date, str], Counter[str]] = {}

        def count(at: datetime, organisation: str, what: str) -> None:
            counted.setdefault((at.astimezone(self.zone).date(), organisation), Counter())[what] += 1

        for mail in self.mails:
            count(mail.at, mail.to.organisation, "mails")
        for one in self.overdue:
            count(one.since, one.office, "overdue")
        for escalation in self.escalations:
            for organisation in escalation.to:
                count(escalation.at, organisation, "escalations")
        return [
            OfficeDay(day, organisation, numbers["mails"], numbers["overdue"], numbers["escalations"])
            for (day, organisation), numbers in sorted(counted.items(), key=lambda item: item[0])
        ]

"""Duty reports: opening them for everybody who owes one, and who has sent, is late or is missing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from service.domain import deadlines as rules
from service.domain.calendars import WorkingCalendar
from service.domain.deadlines import Deadline
from service.domain.dossiers import DossierStatus
from service.domain.duties import ANSWERED, ReportState, Standing, duty_of, owes
from service.domain.errors import NotFound, message
from service.domain.people import Actor
from service.domain.rounds import RoundKind
from service.operations import access, calendars
from service.store import duties as store
from service.store import localities
from service.store import tables as rows
from service.store.duties import Reminded
from service.store.work import Work

_STATES = {
    DossierStatus.DRAFT: ReportState.OPEN,
    DossierStatus.RETURNED: ReportState.RETURNED,
    DossierStatus.RECEIVED: ReportState.RECEIVED,
    DossierStatus.EXCUSED: ReportState.EXCUSED,
}


@dataclass(frozen=True, slots=True)
class Line:
    """One organisation that owes a report: where it stands, and how often it was reminded."""

    unit: rows.Organisation
    report: rows.Dossier | None
    standing: Standing
    last_day: date | None
    extended: bool
    reminded: Reminded | None

    @property
    def sent_at(self) -> datetime | None:
        """When the report was first sent."""
        return self.report.submitted_at if self.report else None


@dataclass(frozen=True, slots=True)
class DutyPage:
    """A duty in one year: its deadline, and everybody who owes a report, the late ones first."""

    round: rows.Round
    locality: rows.Locality
    deadline: Deadline
    calendar: WorkingCalendar
    lines: tuple[Line, ...]
    whole: bool
    """Whether all who owe a report are told, or only the reader's own organisations."""

    @property
    def key(self) -> str:
        """The key of the duty, the same in every year."""
        return duty_of(self.round.key, self.round.year)

    @property
    def sent(self) -> int:
        """How many reports lie with the recipients, or were settled by them."""
        return sum(line.standing.sent for line in self.lines)

    @property
    def missing(self) -> int:
        """For how many reports the recipients still wait."""
        return sum(line.standing.missing for line in self.lines)

    @property
    def late(self) -> int:
        """How many were sent after their deadline, or are missing after it."""
        return sum(line.standing.late for line in self.lines)

    @property
    def unopened(self) -> int:
        """How many of those who owe a report have none in their inbox yet."""
        return sum(line.standing.state is ReportState.UNOPENED for line in self.lines)


def list_duties(
    work: Work, locality_id: str, year: int | None = None, actor: Actor | None = None
) -> list[DutyPage]:
    """The duties of a locality, newest year first; without an actor everything is told.

    Whoever sits in a reviewing office sees everybody's reports, the people of a unit their own.

    Raises:
        NotFound: when the locality has never been loaded.
    """
    locality = localities.get(work, locality_id)
    return [_page(work, locality, round_, actor) for round_ in store.rounds(work, locality_id, year)]


def show(work: Work, locality_id: str, key: str, actor: Actor | None = None) -> DutyPage:
    """One duty in one year by its key, such as `result_report-2024`.

    Raises:
        NotFound: unknown locality or duty.
    """
    locality = localities.get(work, locality_id)
    return _page(work, locality, duty_round(work, locality_id, key), actor)


@dataclass(frozen=True, slots=True)
class LackingDiagram:
    """A locality whose duty rounds (`rounds` of them) open no reports: their diagram was never deployed."""

    locality: rows.Locality
    process_key: str
    rounds: int


def lacking_diagrams(work: Work, actor: Actor, locality_id: str | None = None) -> list[LackingDiagram]:
    """What administrators have to deploy before duty reports can open, of one locality if one is named.

    Nothing for anybody else: they cannot help it.
    """
    if not actor.administrator:
        return []
    found = [LackingDiagram(*one) for one in store.without_diagram(work)]
    return [one for one in found if locality_id in {None, one.locality.id}]


def duty_round(work: Work, locality_id: str, key: str) -> rows.Round:
    """The round of a duty in one year.

    Raises:
        NotFound: when the locality has no such duty in that year.
    """
    round_ = localities.round_of(work, locality_id, key)
    if round_.kind != RoundKind.DUTY:
        raise NotFound(message("{locality} has no duty {key}.", locality=locality_id, key=key))
    return round_


def as_json(page: DutyPage) -> dict[str, Any]:
    """A duty in the shape of the command line and the API."""
    deadline = rules.as_json(page.deadline, page.calendar)
    return {
        "duty": page.key,
        "year": page.round.year,
        "round": page.round.key,
        "name": {"vi": page.round.name_vi, "en": page.round.name_en},
        "owner": deadline["owner"],
        "recipients": list(page.round.recipients or ()),
        "date": deadline["date"],
        "last_day": deadline["last_day"],
        "due_at": deadline["due_at"],
        "bound": deadline["bound"],
        "awaits": deadline["awaits"],
        "opens_on": page.round.opens_on.isoformat() if page.round.opens_on else None,
        "owing": len(page.lines),
        "sent": page.sent,
        "missing": page.missing,
        "late": page.late,
        "source": deadline["source"],
    }


def _page(work: Work, locality: rows.Locality, round_: rows.Round, actor: Actor | None) -> DutyPage:
    zone, today = ZoneInfo(locality.zone), calendars.today(work, locality)
    row = next(one for one in round_.deadlines if one.active or len(round_.deadlines) == 1)
    extensions = {
        extension.unit_id: extension
        for _, extension in localities.deadlines_with_extensions(work, round_.id)
        if extension is not None
    }
    reminded = store.reminded(work, round_.id)
    whole = actor is None or access.may_see_reports(actor, locality.id)
    lines: list[Line] = []
    for unit, report in store.owners(work, round_):
        extension = extensions.get(unit.id)
        due = extension or row
        if report is None and not owes(unit.valid_from, unit.valid_to, today, due.last_day):
            continue
        if not whole and actor is not None and not access.speaks_for(actor, unit.id):
            continue
        standing = _standing(work, report, due.due_at)
        told = reminded.get(report.id) if report else None
        lines.append(Line(unit, report, standing, due.last_day, extension is not None, told))
    return DutyPage(
        round=round_,
        locality=locality,
        deadline=calendars.deadline(row, round_.key, zone),
        calendar=calendars.of(work, locality),
        lines=tuple(_most_urgent_first(lines)),
        whole=whole,
    )


def _standing(work: Work, report: rows.Dossier | None, due_at: datetime | None) -> Standing:
    if report is None:
        return Standing(ReportState.UNOPENED, due_at, flagged=False, now=work.now)
    state = _STATES.get(DossierStatus(report.status), ReportState.SENT)
    return Standing(state, due_at, flagged=report.late, now=work.now)


def _most_urgent_first(lines: Iterable[Line]) -> list[Line]:
    """Those whose report is missing and late, then the other missing ones, then what was sent."""

    def urgency(line: Line) -> tuple[bool, bool, bool]:
        standing = line.standing
        return standing.state in ANSWERED, not standing.late, standing.state is not ReportState.SENT

    return sorted(lines, key=urgency)


def may_see(actor: Actor, line: Line) -> bool:
    """Whether the reader may open the report of a line."""
    return line.report is not None and access.may_see_dossier(actor, line.report)

"""What the sheets of an export say: headers and cells in one language, with a sheet of notes and sources."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from service.documents.spreadsheets import Cell, Column, Kind, Sheet
from service.domain.deadlines import in_words as deadline_in_words
from service.domain.dossiers import DossierStatus, NominationStatus
from service.domain.errors import Message, message
from service.domain.labels import Label, Language
from service.domain.tasks import PREPARES
from service.operations.report.progress import Progress
from service.operations.schedule.rounds import RoundPage
from service.store.exports import DossierRow, NominationRow
from service.store.tables import UserTask
from service.translations import terms, translate


@dataclass(frozen=True, slots=True)
class Speech:
    """The language and zone of one file."""

    language: str
    zone: ZoneInfo

    def say(self, text: Message | None) -> str:
        """A message in the language of the file."""
        return "" if text is None else translate(text, self.language)

    def term(self, kind: str, value: str | None) -> str:
        """The word for a key."""
        return self.say(terms.of(kind, value))

    def name(self, row: object) -> str:
        """The name of a row or label that has one in each language."""
        english = self.language == Language.ENGLISH
        for attribute in ("name_en", "en") if english else ("name_vi", "vi"):
            if name := getattr(row, attribute, None):
                return str(name)
        return str(getattr(row, "name_vi", ""))

    def day(self, instant: datetime | None) -> date | None:
        """The local day of an instant."""
        return None if instant is None else instant.astimezone(self.zone).date()

    def moment(self, instant: datetime) -> datetime:
        """An instant as a cell holds it: local, without its zone."""
        return instant.astimezone(self.zone).replace(tzinfo=None, second=0, microsecond=0)

    def late_step(self, task: UserTask) -> str:
        """The office of a step that came after its deadline, with its reason if it could give one."""
        office = self.name(task.group.organisation)
        return f"{office}: {task.late_reason}" if task.late_reason else office

    def columns(self, *columns: tuple[Message, int, Kind]) -> list[Column]:
        """Columns with their headers in the language of the file."""
        return [Column(self.say(title), width, kind) for title, width, kind in columns]


@dataclass(frozen=True, slots=True)
class Note:
    """A line of the sheet of notes."""

    about: Message
    said: Cell


def dossiers(
    speech: Speech, rows: Iterable[tuple[int, DossierRow]], now: datetime, steps: Mapping[str, Label]
) -> Sheet:
    """A list of dossiers; `steps` names the steps by element."""

    def cells() -> Iterator[Sequence[Cell]]:
        for number, row in rows:
            dossier = row.dossier
            late = any(task.due_at is not None and task.due_at <= now for task in row.waits)
            yield (
                number,
                dossier.code,
                dossier.title,
                speech.term("dossier_kind", dossier.kind),
                speech.name(dossier.unit),
                speech.name(dossier.round),
                speech.term("dossier", dossier.status),
                "; ".join(
                    speech.name(steps.get(task.element_id, Label(task.name, task.name))) for task in row.waits
                ),
                "; ".join(dict.fromkeys(speech.name(task.group.organisation) for task in row.waits)),
                min((task.last_day for task in row.waits if task.last_day), default=None),
                speech.say(message("overdue")) if late else "",
                speech.day(dossier.submitted_at),
                speech.say(message("submitted late")) if dossier.late else "",
                dossier.late_reason or "",
                "; ".join(speech.late_step(task) for task in dossier.late_steps if task.act not in PREPARES),
                row.nominations,
                speech.day(dossier.closed_at),
            )

    columns = speech.columns(
        (message("No."), 6, Kind.NUMBER),
        (message("Code"), 18, Kind.TEXT),
        (message("Title"), 44, Kind.LONG),
        (message("Kind"), 18, Kind.TEXT),
        (message("Unit"), 30, Kind.TEXT),
        (message("Round"), 30, Kind.TEXT),
        (message("Status"), 20, Kind.TEXT),
        (message("Waits at step"), 32, Kind.LONG),
        (message("Waits with"), 32, Kind.LONG),
        (message("Deadline"), 12, Kind.DAY),
        (message("Overdue"), 12, Kind.TEXT),
        (message("Submitted on"), 12, Kind.DAY),
        (message("Late"), 14, Kind.TEXT),
        (message("Reason for being late"), 32, Kind.LONG),
        (message("Offices that sent it on late"), 44, Kind.LONG),
        (message("Nominations"), 12, Kind.NUMBER),
        (message("Ended on"), 12, Kind.DAY),
    )
    return Sheet(speech.say(message("Dossiers")), columns, cells())


def nominations(speech: Speech, rows: Iterable[tuple[int, NominationRow]]) -> Sheet:
    """The nominations of a round as an office sends them upward."""

    def cells() -> Iterator[Sequence[Cell]]:
        for number, row in rows:
            one = row.nomination
            yield (
                number,
                one.nominee_name,
                speech.term("nominee", one.nominee_kind),
                one.nominee_detail,
                speech.name(one.award),
                one.achievement,
                speech.name(one.dossier.unit),
                one.dossier.code,
                speech.term("nomination", one.status),
                one.status_reason or "",
                row.decision.number if row.decision else "",
                row.decision.signed_on if row.decision else None,
                row.hand_over.document_number if row.hand_over else "",
                row.hand_over.handed_over_on if row.hand_over else None,
            )

    columns = speech.columns(
        (message("No."), 6, Kind.NUMBER),
        (message("Nominee"), 32, Kind.TEXT),
        (message("Kind of nominee"), 16, Kind.TEXT),
        (message("About the nominee"), 30, Kind.LONG),
        (message("Award"), 34, Kind.LONG),
        (message("Achievement"), 60, Kind.LONG),
        (message("Proposing unit"), 30, Kind.TEXT),
        (message("Code of the dossier"), 18, Kind.TEXT),
        (message("Status"), 20, Kind.TEXT),
        (message("Reason"), 32, Kind.LONG),
        (message("Decision number"), 18, Kind.TEXT),
        (message("Decided on"), 12, Kind.DAY),
        (message("Number of the upward letter"), 18, Kind.TEXT),
        (message("Handed over on"), 12, Kind.DAY),
    )
    return Sheet(speech.say(message("Nominations")), columns, cells())


def progress(speech: Speech, found: Progress) -> list[Sheet]:
    """The tables of a round's progress, one sheet for each."""
    number, text = Kind.NUMBER, Kind.TEXT
    dossiers_head = (message("Dossiers"), 12, number)
    overdue_head = (message("Overdue"), 12, number)
    standing: list[Sequence[Cell]] = [
        (speech.say(message("In preparation, never submitted")), found.drafts, found.drafts_overdue)
    ]
    standing += [(speech.name(line.name), line.now.waiting, line.now.overdue) for line in found.steps]
    standing += [
        (speech.term("dossier", DossierStatus(key)), ended, None) for key, ended in found.endings.items()
    ]
    units = [
        (
            speech.name(line.unit),
            speech.term("unit_state", line.state),
            line.numbers.in_time,
            line.numbers.late,
            line.numbers.drafts,
            line.numbers.drafts_overdue,
            line.numbers.overdue,
        )
        for line in found.units
    ]
    offices = [(speech.name(line.office), line.now.waiting, line.now.overdue) for line in found.offices]
    awards = [
        (speech.name(line.award), *(line.numbers[status] for status in NominationStatus), line.total)
        for line in found.awards
    ]
    days = [
        (
            speech.name(line.name),
            line.taken.visits,
            round(line.taken.median, 2),
            round(line.taken.ninetieth, 2),
        )
        for line in found.steps
        if line.taken
    ]
    states = [(terms.of_member(status), 14, number) for status in NominationStatus]
    tables: list[tuple[Message, list[Column], Sequence[Sequence[Cell]]]] = [
        (
            message("Where the dossiers stand"),
            speech.columns((message("Step"), 44, text), dossiers_head, overdue_head),
            standing,
        ),
        (
            message("Proposing units"),
            speech.columns(
                (message("Unit"), 34, text),
                (message("So far"), 22, text),
                (message("In time"), 12, number),
                (message("Late"), 12, number),
                (message("In preparation"), 14, number),
                (message("In preparation, overdue"), 16, number),
                (message("Overdue now"), 14, number),
            ),
            units,
        ),
        (
            message("Offices"),
            speech.columns((message("Office"), 44, text), (message("Waiting"), 12, number), overdue_head),
            offices,
        ),
        (
            message("Nominations by award"),
            speech.columns((message("Award"), 44, text), *states, (message("All"), 12, number)),
            awards,
        ),
        (
            message("Days that each step took"),
            speech.columns(
                (message("Step"), 44, text),
                (message("Visits"), 12, number),
                (message("Median, days"), 14, number),
                (message("Nine in ten within, days"), 14, number),
            ),
            days,
        ),
    ]
    return [Sheet(speech.say(title), columns, rows) for title, columns, rows in tables]


def notes(speech: Speech, lines: Iterable[Note]) -> Sheet:
    """What the file is, when and for whom it was written, and by which documents."""
    columns = speech.columns((message("About"), 28, Kind.TEXT), (message("Said"), 100, Kind.LONG))
    return Sheet(
        speech.say(message("Notes and sources")),
        columns,
        ((speech.say(line.about), line.said) for line in lines),
    )


def sources(speech: Speech, page: RoundPage, names: Mapping[str, str]) -> list[Note]:
    """Which clauses order the round and each of its deadlines."""
    found: list[Note] = []
    round_ = page.round
    if round_.source_document:
        found.append(
            Note(
                message("Source: the round"),
                _cited(names, round_.source_document, round_.source_section, round_.source_quote),
            )
        )
    for deadline in page.deadlines:
        source = deadline.source
        said = f"{speech.name(deadline.name)}: {speech.say(deadline_in_words(deadline))}"
        if source.document:
            said += f" ({_cited(names, source.document, source.section, source.quote)})"
        found.append(Note(message("Deadline"), said))
    return found


def _cited(names: Mapping[str, str], document: str, section: str, quote: str) -> str:
    said = f"{names.get(document, document)}, {section}"
    return f"{said}: “{quote}”" if quote else said

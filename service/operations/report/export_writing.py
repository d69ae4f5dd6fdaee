"""Writing the files that were asked for: by workers in the background, small ones at once.

A file is written beside and kept in the transaction that says it is ready, by whoever holds the export
then. A writer that dies leaves nothing but its claim; when that runs out, another begins anew. What is
read, is read in short transactions: a long file keeps nobody waiting.
"""

import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from service import documents
from service.documents import spreadsheets
from service.documents.spreadsheets import Sheet
from service.domain.errors import NotFound, TrinhError, message
from service.domain.people import Actor
from service.domain.queues import Wanted as WantedTasks
from service.domain.reports import ExportKind, ExportState
from service.domain.searches import Wanted
from service.domain.zones import VIETNAM
from service.log import get_logger
from service.operations import step_names
from service.operations.report import export_sheets, inbox_sheets, progress
from service.operations.report.export_sheets import Note, Speech
from service.operations.schedule import rounds
from service.operations.services import Services
from service.operations.work import folders
from service.store import definitions, exports, localities, people, searches
from service.store.tables import Export
from service.store.work import Work

MOST_ROWS = 200_000
"""Rows of one file; the notes say when there would be more."""
CHUNK = 500
LEASE = timedelta(minutes=2)
"""How long a writer is believed to be at work after it has last said so."""
MOST_ATTEMPTS = 3
MOST_CLEARED = 100
STRAY_AFTER = timedelta(days=1)
_log = get_logger(__name__)

Row = TypeVar("Row")
Beat = Callable[[], None]


class _LostError(Exception):
    """Somebody else writes this file now, or nobody wants it any more."""


@dataclass(frozen=True, slots=True)
class _Order:
    """What is to be written, for whom, and on whose claim; `tasks` is what is wanted of an inbox."""

    export_id: int
    person_id: int
    kind: ExportKind
    wanted: Wanted
    tasks: WantedTasks | None
    speech: Speech
    claim: str


def write_due(services: Services, beat: Beat = lambda: None) -> int:
    """Writes what waits, one after the other, and removes what is over; gives how many were written."""
    with services.database.read() as work:
        if not exports.anything_due(work):
            return 0
    _clear(services)
    written = 0
    while (order := _take(services)) is not None:
        beat()
        written += write(services, order, beat)
    return written


def write_now(services: Services, export_id: int) -> bool:
    """Writes one small file while its owner waits; leaves it alone when a worker has it already."""
    with services.database.write() as work:
        row = exports.claim_this(work, export_id, _claim(), services.clock.now() + LEASE)
        order = _order(work, row) if row is not None else None
    return order is not None and write(services, order, lambda: None)


def write(services: Services, order: _Order, beat: Beat) -> bool:
    """Writes one file; False when it could not be, or was taken away meanwhile."""
    try:
        with documents.incoming_file(services.settings.export_folder) as (file, path):
            spreadsheets.write(file, _sheets(services, order, beat))
            with services.database.write() as work:
                row = exports.held(work, order.export_id, order.claim)
                if row is None:
                    return False
                folder = services.settings.export_folder
                row.size = file.tell()
                row.stored_as = stored_as = documents.keep(folder, file, path)
                work.on_rollback(lambda: documents.discard(folder, stored_as))
                row.state, row.finished_at = ExportState.READY, work.now
                row.claim = row.lease_until = None
                row.done = row.total or 0
    except _LostError:
        return False
    except Exception as error:  # noqa: BLE001 - one file that cannot be written must not keep back the others
        _log.exception("export_failed", export=order.export_id)
        _fail(services, order, error)
        return False
    return True


def _take(services: Services) -> _Order | None:
    while True:
        with services.database.write() as work:
            row = exports.claim_next(work, _claim(), work.now + LEASE)
            if row is None:
                return None
            if row.attempts <= MOST_ATTEMPTS:
                return _order(work, row)
            row.state, row.finished_at, row.claim, row.lease_until = ExportState.FAILED, work.now, None, None
            row.wrong = _told(
                NotFound(message("The file could not be written, though it was tried several times."))
            )


def _order(work: Work, row: Export) -> _Order:
    of_inbox = row.kind == ExportKind.INBOX
    tasks = WantedTasks.from_json(row.wanted) if of_inbox else None
    wanted = Wanted() if of_inbox else Wanted.from_json(row.wanted)
    locality = localities.get(work, wanted.locality_id) if wanted.locality_id else None
    zone = ZoneInfo(locality.zone) if locality else VIETNAM
    return _Order(
        row.id,
        row.person_id,
        ExportKind(row.kind),
        wanted,
        tasks,
        Speech(row.language, zone),
        str(row.claim),
    )


def _sheets(services: Services, order: _Order, beat: Beat) -> Iterator[Sheet]:
    speech = order.speech
    with services.database.read() as work:
        actor = _actor(work, order)
        begun = work.now
        notes = _notes(work, actor, order)
        ids = _ids(work, actor, order)
        steps = {
            element_id: label
            for key in definitions.keys(work)
            for element_id, label in step_names.labels(work, key).items()
        }
        tables = _progress(work, actor, order)
    if len(ids) == MOST_ROWS:
        notes.append(
            Note(message("Not complete"), speech.say(message("Only the first {most} rows.", most=MOST_ROWS)))
        )
    yield from tables
    match order.kind:
        case ExportKind.DOSSIERS:
            dossiers = _chunks(services, order, ids, exports.dossier_rows, beat)
            yield export_sheets.dossiers(speech, dossiers, begun, steps)
        case ExportKind.NOMINATIONS:
            nominations = _chunks(services, order, ids, exports.nomination_rows, beat)
            yield export_sheets.nominations(speech, nominations)
        case ExportKind.INBOX:
            waiting = _chunks(services, order, ids, exports.task_rows, beat)
            yield inbox_sheets.tasks(speech, waiting, begun, steps)
        case ExportKind.PROGRESS:
            pass
    yield export_sheets.notes(speech, notes)


def _chunks(
    services: Services,
    order: _Order,
    ids: Sequence[int],
    read: Callable[[Work, Actor, Sequence[int]], list[Row]],
    beat: Beat,
) -> Iterator[tuple[int, Row]]:
    """The rows with their numbers, a few at a time; what the owner may see is asked anew each time."""
    number = 0
    for start in range(0, len(ids), CHUNK):
        _tell(services, order, start, len(ids))
        beat()
        with services.database.read() as work:
            rows = read(work, _actor(work, order), ids[start : start + CHUNK])
        for row in rows:
            number += 1
            yield number, row
    _tell(services, order, len(ids), len(ids))


def _tell(services: Services, order: _Order, done: int, total: int) -> None:
    with services.database.write() as work:
        if not exports.advance(work, order.export_id, order.claim, done, total, work.now + LEASE):
            raise _LostError


def _actor(work: Work, order: _Order) -> Actor:
    """The owner as they are now: whoever has lost a seat gets no more by it."""
    person = people.find(work, order.person_id)
    if person is None or not person.active:
        raise NotFound(message("Whoever asked for the file does not sign in here any more."))
    return people.actor_of(work, person)


def _ids(work: Work, actor: Actor, order: _Order) -> list[int]:
    match order.kind:
        case ExportKind.DOSSIERS:
            return searches.every_dossier_id(work, actor, order.wanted, MOST_ROWS)
        case ExportKind.NOMINATIONS:
            return exports.nominations_in_order(work, actor, order.wanted.round_id or 0, MOST_ROWS)
        case ExportKind.INBOX:
            return folders.every_id(work, actor, order.tasks, MOST_ROWS) if order.tasks else []
        case ExportKind.PROGRESS:
            return []


def _progress(work: Work, actor: Actor, order: _Order) -> list[Sheet]:
    if order.kind is not ExportKind.PROGRESS:
        return []
    round_ = localities.round_by_id(work, order.wanted.round_id or 0)
    return export_sheets.progress(order.speech, progress.show(work, actor, round_.locality_id, round_.key))


def _notes(work: Work, actor: Actor, order: _Order) -> list[Note]:
    """What the file is; the sources are those of the round that it is about."""
    speech, wanted = order.speech, order.wanted
    lines = [
        Note(message("What this is"), speech.term("export", order.kind)),
        Note(message("Written on"), speech.moment(work.now)),
        Note(message("Asked for by"), actor.name),
        Note(
            message("What it holds"),
            speech.say(message("Only what the person who asked for it may see, as it was then.")),
        ),
        Note(
            message("An apostrophe before a text"),
            speech.say(
                message(
                    "A text that begins with = + - or @ has an apostrophe before it, so that no program "
                    "takes it for a formula."
                )
            ),
        ),
    ]
    if order.tasks is not None:
        return lines + inbox_sheets.notes(work, actor, speech, order.tasks)
    if wanted.text:
        lines.append(Note(message("Searched for"), wanted.text))
    if wanted.round_id is None:
        return lines
    round_ = localities.round_by_id(work, wanted.round_id)
    page = rounds.show(work, round_.locality_id, round_.key)
    lines.append(Note(message("Round"), speech.name(round_)))
    lines.append(Note(message("Locality"), speech.name(page.locality)))
    return lines + export_sheets.sources(speech, page, localities.document_names(work, round_.locality_id))


def _fail(services: Services, order: _Order, error: Exception) -> None:
    wrong = error if isinstance(error, TrinhError) else None
    with services.database.write() as work:
        row = exports.held(work, order.export_id, order.claim)
        if row is None:
            return
        if wrong is None and row.attempts < MOST_ATTEMPTS:
            row.state, row.claim, row.lease_until = ExportState.QUEUED, None, None
            return
        row.state, row.finished_at, row.claim, row.lease_until = ExportState.FAILED, work.now, None, None
        row.wrong = _told(
            wrong or NotFound(message("The file could not be written, though it was tried several times."))
        )


def _told(error: TrinhError) -> dict[str, str]:
    return {"text": error.message.text}


def _claim() -> str:
    return secrets.token_hex(8)


def clear_leftovers(services: Services) -> int:
    """Removes what writers that died left behind; returns how many files. Called when a worker starts."""
    folder = services.settings.export_folder
    before = services.clock.now() - STRAY_AFTER
    with services.database.read() as work:
        known = exports.every_file(work)
    strays = [
        stored_as
        for stored_as, written_at in documents.list_stored(folder)
        if stored_as not in known and written_at < before
    ]
    for stored_as in strays:
        documents.discard(folder, stored_as)
    return len(strays) + documents.clear_incoming(folder, before)


def _clear(services: Services) -> None:
    """Removes rows and files whose time is over."""
    with services.database.write() as work:
        over = exports.remove_expired(work, MOST_CLEARED)
    for stored_as in over:
        documents.discard(services.settings.export_folder, stored_as)

"""Asking for files of rows, and getting them; whoever asked for one is the only one who gets it."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import BinaryIO

from service import documents
from service.domain.errors import Conflict, Invalid, message
from service.domain.labels import Language
from service.domain.people import Actor
from service.domain.queues import Wanted as WantedTasks
from service.domain.reports import UNDER_WAY, ExportKind, ExportState
from service.domain.searches import Wanted
from service.operations import access
from service.operations.report.export_writing import write_now
from service.operations.report.searches import today
from service.operations.services import Services
from service.operations.work import folders
from service.store import exports, localities, searches
from service.store.tables import Export
from service.store.work import Work
from service.translations import terms, translate

KEPT_FOR = timedelta(days=1)
MOST_UNDER_WAY = 3
"""Files that one person may have waited for at once."""
MOST_SHOWN = 50
SMALL = 200
"""Rows up to which a file is written while its owner waits."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants a file of, in which language; `tasks` is what they want of their inbox."""

    kind: ExportKind
    wanted: Wanted = field(default_factory=Wanted)
    language: str = Language.VIETNAMESE
    tasks: WantedTasks | None = None


def ask(services: Services, actor: Actor, asked: Asked) -> Export:
    """Notes what is wanted; a small file is ready when this returns, a long one is written by a worker.

    A table of nominations goes upward to offices that read Vietnamese, so it is always written in it.

    Raises:
        NotFound: the round is not for the actor to know.
        Invalid: no round is named where one is needed, or no folder.
        Conflict: too many of the actor's files are under way.
    """
    with services.database.read() as work:
        wanted = _checked(work, actor, asked)
        small = _is_small(work, actor, replace(asked, wanted=wanted))
    language = Language.VIETNAMESE if asked.kind is ExportKind.NOMINATIONS else asked.language
    with services.database.write() as work:
        if exports.count_under_way(work, actor.person_id) >= MOST_UNDER_WAY:
            raise Conflict(
                message(
                    "{most} of your files are still being written. Wait until one is ready, or remove one.",
                    most=MOST_UNDER_WAY,
                )
            )
        row = Export(
            person_id=actor.person_id,
            kind=asked.kind,
            wanted=asked.tasks.as_json() if asked.tasks is not None else wanted.as_json(),
            language=language,
            state=ExportState.QUEUED,
            asked_at=work.now,
            expires_at=work.now + KEPT_FOR,
            display_name=_display_name(work, actor, replace(asked, wanted=wanted, language=language)),
        )
        work.session.add(row)
        work.session.flush()
    if small:
        write_now(services, row.id)
    with services.database.read() as work:
        return exports.own(work, actor.person_id, row.id)


def mine(work: Work, actor: Actor) -> list[Export]:
    """The actor's files, newest first."""
    return exports.of_person(work, actor.person_id, MOST_SHOWN)


def show(work: Work, actor: Actor, export_id: int) -> Export:
    """One of the actor's files.

    Raises:
        NotFound: it is not theirs, or its time is over.
    """
    return exports.own(work, actor.person_id, export_id)


def open_file(services: Services, work: Work, actor: Actor, export_id: int) -> tuple[Export, BinaryIO]:
    """A file that is ready, for download.

    Raises:
        NotFound: it is not the actor's, or its time is over.
        Conflict: it is not ready.
    """
    row = exports.own(work, actor.person_id, export_id)
    if row.state != ExportState.READY or row.stored_as is None:
        raise Conflict(message("This file is not ready yet. Wait a little and look again."))
    return row, documents.open_stored(services.settings.export_folder, row.stored_as)


def remove(services: Services, actor: Actor, export_id: int) -> None:
    """Removes one of the actor's files; one that is being written is given up.

    Raises:
        NotFound: it is not theirs, or its time is over.
    """
    with services.database.write() as work:
        row = exports.own(work, actor.person_id, export_id, lock=True)
        stored_as = row.stored_as
        work.session.delete(row)
    if stored_as is not None:
        documents.discard(services.settings.export_folder, stored_as)


def under_way(row: Export) -> bool:
    """Whether the file is still to come."""
    return row.state in UNDER_WAY


def share(row: Export) -> int:
    """How much of the file is written, in per cent."""
    return 0 if not row.total else min(100, 100 * row.done // row.total)


def _checked(work: Work, actor: Actor, asked: Asked) -> Wanted:
    """What is wanted, with the round's locality."""
    wanted = asked.wanted
    if (asked.kind is ExportKind.INBOX) != (asked.tasks is not None):
        raise Invalid(
            message("Check the marked fields and send again."), {"folder": message("Choose a folder.")}
        )
    if asked.kind is ExportKind.INBOX:
        return Wanted()
    if wanted.round_id is None:
        if asked.kind is ExportKind.DOSSIERS:
            return wanted
        raise Invalid(
            message("Check the marked fields and send again."), {"round": message("Choose a round.")}
        )
    round_ = localities.round_by_id(work, wanted.round_id)
    access.require_locality(actor, round_.locality_id)
    return replace(wanted, locality_id=round_.locality_id)


def _is_small(work: Work, actor: Actor, asked: Asked) -> bool:
    wanted = asked.wanted
    match asked.kind:
        case ExportKind.DOSSIERS:
            page = searches.dossiers(work, actor, wanted, None, SMALL)
            return page.following is None
        case ExportKind.NOMINATIONS:
            found = exports.nominations_in_order(work, actor, wanted.round_id or 0, SMALL + 1)
            return len(found) <= SMALL
        case ExportKind.INBOX:
            found = folders.every_id(work, actor, asked.tasks, SMALL + 1) if asked.tasks else []
            return len(found) <= SMALL
        case ExportKind.PROGRESS:
            return True


def _display_name(work: Work, actor: Actor, asked: Asked) -> str:
    """What the file is called: what it is, of which round, on which local day."""
    parts = [translate(terms.of_member(asked.kind), asked.language)]
    if asked.tasks is not None:
        parts.append(translate(terms.of_member(asked.tasks.folder), asked.language))
    if asked.wanted.round_id is not None:
        round_ = localities.round_by_id(work, asked.wanted.round_id)
        parts.append(round_.name_en if asked.language == Language.ENGLISH else round_.name_vi)
    name = " ".join([*parts, f"{today(work, actor):%Y-%m-%d}"])
    return "".join(character if character not in '\\/:*?"<>|' else "-" for character in name) + ".xlsx"

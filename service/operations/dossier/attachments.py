"""Attachments of dossiers: taking in, replacing by newer versions, opening, removing."""

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from service import documents
from service.documents import Limits
from service.domain.errors import Invalid, NotFound, message
from service.domain.people import Actor, in_place_of
from service.operations import access
from service.operations.dossier import editing
from service.operations.histories import Entry
from service.operations.services import Services
from service.store import dossiers, files, localities, tasks
from service.store.tables import Attachment, Dossier
from service.store.work import Work

LEFTOVER_AFTER = timedelta(days=1)
"""No upload takes longer: what is older was left behind by a process that died."""


def add(
    work: Work,
    actor: Actor,
    folder: Path,
    dossier_id: int,
    *,
    display_name: str,
    stream: BinaryIO,
    checklist_item_id: int | None = None,
    limit: int | None = None,
) -> Attachment:
    """Takes a file into a dossier in preparation; its content is checked, not its name believed.

    The file is stored before the row commits, and removed if the Work is rolled back. A crash in
    between leaves a file without a row, which `verify` reports, never a row without a file.

    Raises:
        Invalid: too large, of a kind that is not accepted, or not what its name says.
        NotAllowed, NotFound: when the dossier is not the actor's to change now.
    """
    dossier = editing.lock(work, actor, dossier_id)
    if checklist_item_id is not None:
        known = {item.id for item in localities.checklist(work, dossier.locality_id)}
        if checklist_item_id not in known:
            raise NotFound(message("There is no such paper in the checklist of this dossier."))
    row = _take_in(work, actor, folder, dossier, display_name, stream, limit)
    row.checklist_item_id = checklist_item_id
    work.session.flush()
    editing.record(work, dossier, actor, Entry("attachment_added", params=_told(row)))
    return row


def replace(
    work: Work,
    actor: Actor,
    folder: Path,
    dossier_id: int,
    attachment_id: int,
    *,
    display_name: str,
    stream: BinaryIO,
    reason: str = "",
    limit: int | None = None,
) -> Attachment:
    """Takes in a newer version of a file; the older one can still be read.

    Raises:
        Invalid: like `add`; the same content again; or no reason, once a reviewer has seen the dossier.
        NotAllowed, NotFound: when the dossier is not the actor's to change now.
    """
    dossier = editing.lock(work, actor, dossier_id)
    older = dossiers.attachment(work, dossier_id, attachment_id)
    why = _why(dossier, reason)
    row = _take_in(work, actor, folder, dossier, display_name, stream, limit)
    if row.sha256 == older.sha256:
        raise Invalid(
            message("Check the marked fields and send again."),
            {"file": message("This file is the same as the one it would replace: choose the new version.")},
        )
    row.checklist_item_id, row.replaces_id = older.checklist_item_id, older.id
    row.version, row.reason = older.version + 1, why or None
    older.removed_at, older.removed_by_id = work.now, actor.person_id
    work.session.flush()
    said = {**_told(row), "version": row.version, "before": older.display_name, "replaces": older.id}
    editing.record(work, dossier, actor, Entry("attachment_replaced", reason=row.reason, params=said))
    return row


def require_replaceable(work: Work, actor: Actor, dossier_id: int, attachment_id: int) -> Attachment:
    """A file of a dossier in preparation that the actor may replace or remove.

    Raises:
        NotAllowed, NotFound: when it is not there, or the dossier is not theirs to change now.
    """
    dossier = dossiers.get(work, dossier_id)
    access.require_edit(actor, dossier, list(tasks.open_of(work, dossier_id).values()))
    return dossiers.attachment(work, dossier_id, attachment_id)


def versions(every: Iterable[Attachment]) -> dict[int, list[Attachment]]:
    """The older versions of each file that a dossier has, by its id, the newest of them first.

    Args:
        every: all files that the dossier ever had.
    """
    known = {row.id: row for row in every}
    found: dict[int, list[Attachment]] = {}
    for row in known.values():
        if row.removed_at is not None:
            continue
        older = known.get(row.replaces_id or 0)
        while older is not None:
            found.setdefault(row.id, []).append(older)
            older = known.get(older.replaces_id or 0)
    return found


def open_file(
    work: Work, actor: Actor, folder: Path, dossier_id: int, attachment_id: int
) -> tuple[Attachment, BinaryIO]:
    """A file of that very dossier or an older version of one, for download.

    Raises:
        NotFound: when it is not there, belongs to another dossier, or the actor may not see that.
    """
    access.require_sight(actor, dossiers.get(work, dossier_id))
    row = _readable(work, dossier_id, attachment_id)
    return row, documents.open_stored(folder, row.stored_as)


def remove(work: Work, actor: Actor, dossier_id: int, attachment_id: int) -> None:
    """Takes a file out of a dossier in preparation; row and bytes stay for the trace, hidden."""
    dossier = editing.lock(work, actor, dossier_id)
    row = dossiers.attachment(work, dossier_id, attachment_id)
    row.removed_at, row.removed_by_id = work.now, actor.person_id
    said = {"id": row.id, "file": row.display_name, "sha256": row.sha256}
    editing.record(work, dossier, actor, Entry("attachment_removed", params=said))


def _readable(work: Work, dossier_id: int, attachment_id: int) -> Attachment:
    every = files.every_attachment(work, dossier_id)
    older = (row for rows in versions(every).values() for row in rows)
    found = next((row for row in older if row.id == attachment_id), None)
    return found or dossiers.attachment(work, dossier_id, attachment_id)


def _take_in(
    work: Work,
    actor: Actor,
    folder: Path,
    dossier: Dossier,
    display_name: str,
    stream: BinaryIO,
    limit: int | None,
) -> Attachment:
    limits = Limits(limit) if limit is not None else Limits()
    received = documents.accept(stream, display_name, folder, limits)
    work.on_rollback(lambda: documents.discard(folder, received.stored_as))
    absent = editing.acting(work, actor, dossier).absent
    row = Attachment(
        dossier_id=dossier.id,
        display_name=received.display_name,
        media_type=received.media_type,
        size=received.size,
        sha256=received.sha256,
        stored_as=received.stored_as,
        uploaded_at=work.now,
        uploaded_by_id=actor.person_id,
        **in_place_of(absent),
    )
    work.session.add(row)
    return row


def _told(row: Attachment) -> dict[str, object]:
    return {"id": row.id, "file": row.display_name, "size": row.size, "sha256": row.sha256}


def _why(dossier: Dossier, reason: str) -> str:
    why, most = reason.strip(), editing.LONGEST["reason"]
    if not why and dossier.submitted_at is not None:
        wrong = message("Write why the file is replaced: reviewers have seen the older one.")
    elif len(why) > most:
        wrong = message("At most {most} characters.", most=most)
    else:
        return why
    raise Invalid(message("Check the marked fields and send again."), {"reason": wrong})


def clear_leftovers(services: Services) -> int:
    """Removes half-received files of processes that died; returns how many."""
    return documents.clear_incoming(
        services.settings.attachment_folder, services.clock.now() - LEFTOVER_AFTER
    )

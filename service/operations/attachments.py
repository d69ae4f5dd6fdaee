"""Attachments of dossiers: taking in, opening, removing."""

from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from service import documents
from service.documents import Limits
from service.domain.errors import NotFound, message
from service.domain.people import Actor
from service.operations import access, editing
from service.operations.histories import Entry
from service.operations.services import Services
from service.store import dossiers, localities
from service.store.tables import Attachment
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
    limits = Limits(limit) if limit is not None else Limits()
    received = documents.accept(stream, display_name, folder, limits)
    work.on_rollback(lambda: documents.discard(folder, received.stored_as))
    row = Attachment(
        dossier_id=dossier.id,
        checklist_item_id=checklist_item_id,
        display_name=received.display_name,
        media_type=received.media_type,
        size=received.size,
        sha256=received.sha256,
        stored_as=received.stored_as,
        uploaded_at=work.now,
        uploaded_by_id=actor.person_id,
    )
    work.session.add(row)
    work.session.flush()
    said = {"id": row.id, "file": row.display_name, "size": row.size, "sha256": row.sha256}
    editing.record(work, dossier, actor, Entry("attachment_added", params=said))
    return row


def open_file(
    work: Work, actor: Actor, folder: Path, dossier_id: int, attachment_id: int
) -> tuple[Attachment, BinaryIO]:
    """A file of that very dossier, for download.

    Raises:
        NotFound: when it is not there, belongs to another dossier, or the actor may not see that.
    """
    access.require_sight(actor, dossiers.get(work, dossier_id))
    row = dossiers.attachment(work, dossier_id, attachment_id)
    return row, documents.open_stored(folder, row.stored_as)


def remove(work: Work, actor: Actor, dossier_id: int, attachment_id: int) -> None:
    """Takes a file out of a dossier in preparation; row and bytes stay for the trace, hidden."""
    dossier = editing.lock(work, actor, dossier_id)
    row = dossiers.attachment(work, dossier_id, attachment_id)
    row.removed_at, row.removed_by_id = work.now, actor.person_id
    said = {"id": row.id, "file": row.display_name, "sha256": row.sha256}
    editing.record(work, dossier, actor, Entry("attachment_removed", params=said))


def clear_leftovers(services: Services) -> int:
    """Removes half-received files of processes that died; returns how many."""
    return documents.clear_incoming(
        services.settings.attachment_folder, services.clock.now() - LEFTOVER_AFTER
    )

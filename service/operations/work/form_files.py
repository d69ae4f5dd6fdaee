"""The files of a form that is sent: what its fields hold, and how they come into the dossier.

Until then a file is a part of the draft (`operations.form_uploads`). What the form itself says of its
files does not count: what has been taken in is what the field holds.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from service.domain.people import Actor, in_place_of
from service.forms import Form
from service.operations import histories
from service.operations.histories import Entry
from service.store.tables import Attachment, Dossier, FormFile, UserTask
from service.store.work import Work


def values(form: Form, given: Mapping[str, object], files: Sequence[FormFile]) -> dict[str, object]:
    """The values of a form with what its sender has put into its fields for files."""
    held: dict[str, list[str]] = {key: [] for key in form.file_keys}
    for file in files:
        held.setdefault(file.field, []).append(str(file.id))
    return {**given, **{key: ",".join(held[key]) for key in form.file_keys}}


def attach(
    work: Work,
    actor: Actor,
    dossier: Dossier,
    task: UserTask,
    shown: Mapping[str, Any],
    files: Sequence[FormFile],
) -> dict[str, list[str]]:
    """Makes attachments of the files in the fields that were sent, and drops those of hidden fields.

    Returns:
        The names of what was attached, by field, for the history of the step.
    """
    names: dict[str, list[str]] = {}
    for file in files:
        if file.field not in shown:
            file.removed_at = work.now
            continue
        row = Attachment(
            dossier_id=dossier.id,
            display_name=file.display_name,
            media_type=file.media_type,
            size=file.size,
            sha256=file.sha256,
            stored_as=file.stored_as,
            uploaded_at=file.uploaded_at,
            uploaded_by_id=actor.person_id,
            **in_place_of(actor.absent),
        )
        work.session.add(row)
        work.session.flush()
        file.attachment_id = row.id
        said = {"id": row.id, "file": row.display_name, "size": row.size, "sha256": row.sha256}
        entry = Entry("attachment_added", task.element_id, task.name, task_id=task.id, params=said)
        histories.append(work, dossier, actor, entry, organisation=task.group.organisation)
        names.setdefault(file.field, []).append(row.display_name)
    return names

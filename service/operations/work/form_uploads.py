"""Putting files into task forms: while the form is filled in they are a part of its draft.

Only whoever put a file there sees it, and it changes nothing of the dossier: see `operations.form_files`.
"""

from pathlib import Path
from typing import BinaryIO

from service import documents
from service.documents import Limits
from service.domain.errors import Invalid, NotFound, message
from service.domain.people import Actor
from service.operations import access
from service.operations.work import completions
from service.store import drafts as store
from service.store import tasks
from service.store.tables import FormFile, UserTask
from service.store.work import Work

NO_FILE = message("There is no such file in this form any more: reload the page.")


def add(
    work: Work,
    actor: Actor,
    folder: Path,
    task_id: int,
    field: str,
    *,
    display_name: str,
    stream: BinaryIO,
    limit: int | None = None,
) -> FormFile:
    """Takes a file into a field of a form that the actor fills in; checked like every attachment.

    Raises:
        Invalid: the file is refused, the field is full, or the form has no such field for files.
        NotFound: there is no such task.
        Conflict, NotAllowed: the task is closed, or somebody else holds it.
    """
    task = _held(work, actor, task_id)
    form = completions.form_of(work, task)
    if field not in form.file_keys:
        raise Invalid(message("The form of this task has no such field for files."))
    rules = form.by_key[field]
    waiting = [file for file in store.files_of(work, task_id, actor.person_id) if file.field == field]
    if len(waiting) >= rules.most_files:
        raise Invalid(
            message(
                '"{label}" takes at most {limit} files: take one out before you add another.',
                label=rules.label(actor.language),
                limit=rules.most_files,
            )
        )
    received = documents.accept(
        stream, display_name, folder, Limits(limit) if limit is not None else Limits()
    )
    work.on_rollback(lambda: documents.discard(folder, received.stored_as))
    row = FormFile(
        task_id=task_id,
        person_id=actor.person_id,
        field=field,
        display_name=received.display_name,
        media_type=received.media_type,
        size=received.size,
        sha256=received.sha256,
        stored_as=received.stored_as,
        uploaded_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    return row


def require_form(work: Work, actor: Actor, task_id: int) -> None:
    """
    Raises:
        NotFound: there is no such task.
        Conflict, NotAllowed: the task is closed, or somebody else holds it.
    """
    completions.require_own_open(work, actor, task_id)
    access.require_holder(actor, tasks.get(work, task_id))


def remove(work: Work, actor: Actor, task_id: int, file_id: int) -> None:
    """Takes a file out of one's own form again.

    Raises:
        NotFound: when it is not there.
        Conflict, NotAllowed: the task is closed, or somebody else holds it.
    """
    _held(work, actor, task_id)
    _own(work, actor, task_id, file_id).removed_at = work.now


def open_file(
    work: Work, actor: Actor, folder: Path, task_id: int, file_id: int
) -> tuple[FormFile, BinaryIO]:
    """A file of one's own form, for download.

    Raises:
        NotFound: when it is not there or not the actor's.
        Conflict, NotAllowed: when somebody else holds the task, or nobody.
    """
    task = tasks.get(work, task_id)
    access.require_seat(actor, task)
    access.require_holder(actor, task)
    row = _own(work, actor, task_id, file_id)
    return row, documents.open_stored(folder, row.stored_as)


def list_waiting(work: Work, actor: Actor, task_id: int) -> list[FormFile]:
    """All files that the actor has put into the form of an open task.

    Raises:
        NotFound, NotAllowed: when the task is not theirs.
        Conflict: when it is closed; the message says by whom.
    """
    completions.require_own_open(work, actor, task_id)
    return store.files_of(work, task_id, actor.person_id)


def waiting(work: Work, actor: Actor, task: UserTask) -> dict[str, list[FormFile]]:
    """The files that the actor has put into the form of a task, by field."""
    found: dict[str, list[FormFile]] = {}
    for file in store.files_of(work, task.id, actor.person_id):
        found.setdefault(file.field, []).append(file)
    return found


def _held(work: Work, actor: Actor, task_id: int) -> UserTask:
    """The open task, its dossier locked: a file must not slip into a form that is just being sent."""
    held = completions.lock(work, actor, task_id)
    access.require_holder(actor, held.task)
    return held.task


def _own(work: Work, actor: Actor, task_id: int, file_id: int) -> FormFile:
    row = store.file(work, task_id, file_id)
    if row is None or row.person_id != actor.person_id:
        raise NotFound(NO_FILE)
    return row

"""Queries over what people have put into forms and not sent."""

from collections.abc import Iterable, Sequence
from typing import cast

from sqlalchemy import Table as SqlTable
from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from service.store.tables import FormFile, PageDraft, TaskDraft
from service.store.work import Work

_page_drafts = cast(SqlTable, PageDraft.__table__)


def of_task(work: Work, task_id: int, person_id: int) -> TaskDraft | None:
    """What a person has typed into a task's form, read afresh."""
    return work.session.get(TaskDraft, (task_id, person_id), populate_existing=True)


def of_page(work: Work, person_id: int, place: str) -> PageDraft | None:
    """What a person has typed into a form that belongs to no task, read afresh."""
    return work.session.get(PageDraft, (person_id, place), populate_existing=True)


def drop_page(work: Work, person_id: int, place: str) -> None:
    """Forgets a draft; one that is not there is no error."""
    mine = (_page_drafts.c.person_id == person_id, _page_drafts.c.place == place)
    work.session.execute(delete(_page_drafts).where(*mine))


def drop_oldest_pages(work: Work, person_id: int, keep: int) -> None:
    """Forgets the drafts of a person that were saved longest ago, beyond so many."""
    too_old = (
        select(PageDraft.place)
        .where(PageDraft.person_id == person_id)
        .order_by(PageDraft.saved_at.desc(), PageDraft.place)
        .offset(keep)
    )
    for place in list(work.session.scalars(too_old)):
        drop_page(work, person_id, place)


def files_of(work: Work, task_id: int, person_id: int) -> list[FormFile]:
    """The files that a person has put into a task's form and not taken out again, oldest first."""
    return list(
        work.session.scalars(
            select(FormFile)
            .where(
                FormFile.task_id == task_id,
                FormFile.person_id == person_id,
                FormFile.removed_at.is_(None),
                FormFile.attachment_id.is_(None),
            )
            .order_by(FormFile.id)
        )
    )


def file(work: Work, task_id: int, file_id: int) -> FormFile | None:
    """A waiting file of that very task."""
    found = work.session.get(FormFile, file_id)
    if found is None or found.task_id != task_id or found.removed_at or found.attachment_id:
        return None
    return found


def attached_by_forms(work: Work, task_ids: Iterable[int]) -> Sequence[FormFile]:
    """The files that came into dossiers with the forms of some tasks, each with its attachment."""
    return list(
        work.session.scalars(
            select(FormFile)
            .where(FormFile.task_id.in_(list(task_ids)), FormFile.attachment_id.is_not(None))
            .options(joinedload(FormFile.attachment))
            .order_by(FormFile.id)
        )
    )

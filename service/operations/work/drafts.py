"""Drafts: what somebody has typed and not sent, kept until it is sent or thrown away.

A draft is kept as it was typed, valid or not, and belongs to the person alone. Two windows of one person
notice each other by the revision: whoever saves names the one they have seen.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from service.domain.errors import Conflict, NotFound, message
from service.domain.people import Actor
from service.operations.mail import digests
from service.operations.work import completions
from service.store import drafts as store
from service.store import tasks
from service.store.tables import PageDraft, TaskDraft
from service.store.work import Work

MOST_PAGES = 50
"""Drafts of pages that one person may have; the oldest make room."""
_PLACE = re.compile(r"[a-z]{3,20}(?:-(?:new|[1-9][0-9]{0,17})){1,2}")


@dataclass(frozen=True, slots=True)
class Saved:
    """A draft as it was saved: when, and the revision that the next saving must name."""

    revision: int
    saved_at: datetime


class OtherWindow(Conflict):
    """The same person has saved this form from another window meanwhile."""


def save(
    work: Work, actor: Actor, task_id: int, content: Mapping[str, Any], seen: int | None = None
) -> Saved:
    """Keeps what somebody has typed into a task's form, valid or not, until they complete the task.

    `seen` is the revision that they last knew, 0 for none; None overwrites whatever is there.

    Raises:
        NotFound, NotAllowed: when the task is not theirs.
        Conflict: when it is closed; the message says by whom.
        OtherWindow: when the draft has been saved elsewhere since `seen`.
    """
    task = completions.require_own_open(work, actor, task_id)
    row = store.of_task(work, task_id, actor.person_id)
    _require_seen(row, seen, ZoneInfo(task.dossier.round.locality.zone))
    if row is None:
        row = TaskDraft(task_id=task_id, person_id=actor.person_id)
        work.session.add(row)
    return _keep(work, row, content)


def find(work: Work, actor: Actor, task_id: int) -> TaskDraft | None:
    """One's own draft of a task.

    Raises:
        NotFound, NotAllowed: when the task is not theirs.
        Conflict: when it is closed; the message says by whom.
    """
    completions.require_own_open(work, actor, task_id)
    return store.of_task(work, task_id, actor.person_id)


def discard(work: Work, actor: Actor, task_id: int) -> None:
    """Throws one's own draft of a task away; without one nothing happens.

    Raises:
        NotFound, NotAllowed: when the task is not theirs.
        Conflict: when it is closed; the message says by whom.
    """
    completions.require_own_open(work, actor, task_id)
    tasks.drop_draft(work, task_id, actor.person_id)


def save_page(
    work: Work, actor: Actor, place: str, content: Mapping[str, Any], seen: int | None = None
) -> Saved:
    """The same for a form that belongs to no task; `place` names it, such as `dossier-new`.

    Raises:
        NotFound: when no form of ours is called so.
        OtherWindow: when the draft has been saved elsewhere since `seen`.
    """
    require_place(place)
    row = store.of_page(work, actor.person_id, place)
    _require_seen(row, seen, digests.zone_of(work, actor.person_id))
    if row is None:
        store.drop_oldest_pages(work, actor.person_id, MOST_PAGES - 1)
        row = PageDraft(person_id=actor.person_id, place=place)
        work.session.add(row)
    return _keep(work, row, content)


def find_page(work: Work, actor: Actor, place: str) -> PageDraft | None:
    """What somebody has typed into a form that belongs to no task.

    Raises:
        NotFound: when no form of ours is called so.
    """
    require_place(place)
    return store.of_page(work, actor.person_id, place)


def discard_page(work: Work, actor: Actor, place: str) -> None:
    """Throws such a draft away; without one nothing happens."""
    require_place(place)
    store.drop_page(work, actor.person_id, place)


def require_place(place: str) -> None:
    """
    Raises:
        NotFound: when no form of ours is called so.
    """
    if len(place) > 60 or not _PLACE.fullmatch(place):
        raise NotFound(message("There is no such form."))


def _require_seen(row: TaskDraft | PageDraft | None, seen: int | None, zone: ZoneInfo) -> None:
    if seen is None or row is None or row.revision == seen:
        return
    raise OtherWindow(
        message(
            "Another window of yours saved this form at {moment}. Choose which of the two goes on: what "
            "you typed here, or what you typed there.",
            moment=row.saved_at.astimezone(zone),
        )
    )


def _keep(work: Work, row: TaskDraft | PageDraft, content: Mapping[str, Any]) -> Saved:
    row.content, row.saved_at = dict(content), work.now
    work.session.flush()
    return Saved(row.revision, row.saved_at)

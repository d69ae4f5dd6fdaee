"""The queue of an inbox folder, and the trail that leads back to it from a task."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import request, url_for
from werkzeug.exceptions import BadRequest, NotFound

from service.domain.people import Actor
from service.domain.tasks import Act, Folder
from service.domain.words import search_key
from service.operations import tasks
from service.store.tables import UserTask
from service.store.tasks import Page
from service.store.work import Work

PAGE_SIZE = 50
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Trail:
    """Which folder somebody works through, with what filters, from which row on; it lives in the address."""

    folder: Folder
    text: str = ""
    act: str = ""
    after: str = ""

    @property
    def params(self) -> dict[str, Any]:
        """What every address of a task opened from this queue carries."""
        given = {"folder": self.folder.value, "q": self.text, "act": self.act, "after": self.after}
        return {name: value for name, value in given.items() if value}

    @property
    def address(self) -> str:
        """The page of the queue itself."""
        return url_for("inbox.folder", **self.params)

    def task_address(self, task_id: int) -> str:
        """A task beside this queue."""
        return url_for("tasks.show", task_id=task_id, **self.params)


@dataclass(frozen=True, slots=True)
class Queue:
    """One page of a folder."""

    trail: Trail
    tasks: list[UserTask]
    counts: dict[Folder, int]
    following: str | None

    @property
    def bulk_acts(self) -> list[Act]:
        """The acts among these rows that one paper may cover for many dossiers."""
        present = {task.act for task in self.tasks if task.closed_at is None}
        return [act for act in (Act.FORWARD, Act.DECIDE) if act in present]


def trail_of(folder: str) -> Trail:
    """The trail of a request into a folder.

    Raises:
        NotFound: there is no such folder.
        BadRequest: an unknown act.
    """
    if folder not in set(Folder):
        raise NotFound
    act = request.args.get("act", "")
    if act and act not in set(Act):
        raise BadRequest
    text = " ".join(request.args.get("q", "").split())[:100]
    return Trail(Folder(folder), text, act, request.args.get("after", ""))


def trail_behind() -> Trail | None:
    """The trail along which somebody came to a task; None when they came from elsewhere."""
    folder = request.args.get("folder", "")
    return trail_of(folder) if folder in set(Folder) else None


def read(work: Work, actor: Actor, trail: Trail) -> Queue:
    """One page of the folder a trail names."""
    page = _page(trail.after, PAGE_SIZE + 1)
    found = _list(work, actor, trail, page)
    following = None
    if len(found) > PAGE_SIZE:
        found = found[:PAGE_SIZE]
        following = replace(trail, after=_key(found[-1], trail.folder)).address
    return Queue(trail, found, tasks.count_folders(work, actor), following)


def next_task(work: Work, actor: Actor, trail: Trail, done: UserTask) -> UserTask | None:
    """What to open after a task of the folder: the one behind it, else the first that is left."""
    behind = Page(limit=1, after_sort=done.sort_at, after_id=done.id)
    for page in (behind, Page(limit=1)):
        if found := _list(work, actor, trail, page):
            return found[0]
    return None


def _list(work: Work, actor: Actor, trail: Trail, page: Page) -> list[UserTask]:
    return tasks.list_folder(
        work, actor, trail.folder, page, text=search_key(trail.text), act=trail.act or None
    )


def _key(task: UserTask, folder: Folder) -> str:
    at = task.closed_at if folder is Folder.DONE and task.closed_at else task.sort_at
    return f"{(at - _EPOCH) // _MICROSECOND}-{task.id}"


def _page(after: str, limit: int) -> Page:
    if not after:
        return Page(limit)
    instant, _, number = after.partition("-")
    try:
        return Page(limit, _EPOCH + int(instant) * _MICROSECOND, int(number))
    except (ValueError, OverflowError):
        raise BadRequest from None

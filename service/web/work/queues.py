"""The queue of an inbox folder, and the trail that leads back to it from a task."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import request, url_for
from werkzeug.exceptions import BadRequest, NotFound

from service.domain.errors import Invalid
from service.domain.people import Actor
from service.domain.queues import LARGEST_ID, MOST_KEYS, Ordering, SortKey, Wanted, read_wanted
from service.domain.tasks import Act, Folder
from service.operations.work import folders, snoozes
from service.operations.work.results import MOST_AT_ONCE
from service.store.tables import UserTask
from service.store.work import Work

PAGE_SIZE = 12
"""So many rows fit a page of 30 kB, and a look."""
AT_DOSSIER = "dossier"
"""What `at` says in the address of something done with a task from the page of its dossier."""


@dataclass(frozen=True, slots=True)
class Trail:
    """Which folder somebody works through, with what filters and order, from which row on; in which of
    their views. It lives in the address."""

    wanted: Wanted
    after: str = ""
    view: str = ""

    @property
    def folder(self) -> Folder:
        """The folder itself."""
        return self.wanted.folder

    @property
    def params(self) -> dict[str, Any]:
        """What every address of a task opened from this queue carries."""
        given = {"after": self.after, "view": self.view}
        said = {name: value for name, value in given.items() if value}
        return {"folder": self.folder.value, **self.wanted.params, **said}

    @property
    def address(self) -> str:
        """The page of the queue itself."""
        return url_for("inbox.folder", **self.params)

    @property
    def first(self) -> "Trail":
        """The same queue from its first row on."""
        return replace(self, after="")

    def without(self, name: str) -> str:
        """The queue with one filter less, from its first row on."""
        return Trail(self.wanted.without(name)).address

    def task_address(self, task_id: int) -> str:
        """A task beside this queue."""
        return url_for("tasks.show", task_id=task_id, **self.params)

    def direction(self, key: str) -> str:
        """How a column is ordered now, in the words of `aria-sort`; empty when it is not the first key."""
        first = self.wanted.sort[0] if self.wanted.sort else None
        if first is None or first.key != key:
            return ""
        return "descending" if first.descending else "ascending"

    def sorted_by(self, key: str) -> str:
        """The queue with a column as its first key, turned round if it is that already; the other keys
        follow."""
        down = self.direction(key) == "ascending"
        first = Ordering(SortKey(key), down)
        others = tuple(one for one in self.wanted.sort if one.key != key)
        sort = (first, *others)[:MOST_KEYS]
        return Trail(replace(self.wanted, sort=sort)).address


@dataclass(frozen=True, slots=True)
class Queue:
    """One page of a folder. `snoozed` tells of the tasks that the reader has put off when each comes back;
    `cut` says that there are tasks on no page, since too many would have to be sorted. `asked` is how many
    opinions are asked of the reader, `views` how many views they may open, `fitting` how many tasks fit on
    all pages, counted to one more than can be chosen at once; 0 where this is the only page."""

    trail: Trail
    tasks: list[UserTask]
    counts: dict[Folder, int]
    following: str | None
    snoozed: dict[int, datetime]
    cut: bool
    asked: int
    views: int
    fitting: int = 0

    def can_tick(self, task: UserTask, actor: Actor) -> bool:
        """Whether something can be done with a row together with others."""
        if task.closed_at is not None:
            return False
        if task.assignee_id is None:
            mine = actor.seat_in(task.group_id) is not None
        else:
            mine = actor.holds(task.assignee_id, task.group_id)
        return mine or (self.trail.folder is Folder.OFFICE)

    @property
    def bulk_acts(self) -> list[Act]:
        """The acts among these rows that one paper may cover for many dossiers."""
        present = {task.act for task in self.tasks if task.closed_at is None}
        return [act for act in (Act.FORWARD, Act.DECIDE) if act in present]


def addresses(endpoint: str, **params: Any) -> Callable[[int], str]:
    """What a page about a task is addressed by, for many tasks: the addresses differ in the task's id alone,
    and to work out each would take as long as the rest of its row."""
    before, _, behind = url_for(endpoint, task_id=LARGEST_ID, **params).partition(str(LARGEST_ID))
    return lambda task_id: f"{before}{task_id}{behind}"


def trail_of(folder: str) -> Trail:
    """The trail of a request into a folder.

    Raises:
        NotFound: there is no such folder.
        BadRequest: an unknown act, key of an order, or a number that is none.
    """
    if folder not in set(Folder):
        raise NotFound
    given = request.values  # What is done with a row sends the trail along in the form of its list.
    said = given.to_dict() | {"sort": ",".join(filter(None, given.getlist("sort")))}
    try:
        wanted = read_wanted(Folder(folder), said)
    except Invalid as error:
        raise BadRequest(str(error)) from None
    view = given.get("view", "")
    return Trail(wanted, given.get("after", ""), view if view.isdecimal() else "")


def trail_behind() -> Trail | None:
    """The trail along which somebody came to a task; None when they came from elsewhere."""
    folder = request.values.get("folder", "")
    return trail_of(folder) if folder in set(Folder) else None


def from_dossier() -> bool:
    """Whether something is done with a task from the page of its dossier, to which it leads back."""
    return request.values.get("at") == AT_DOSSIER


def along() -> dict[str, Any]:
    """What an address must carry for the way back to stay known; nothing where there is none."""
    trail = trail_behind()
    return trail.params if trail else {}


def way_back() -> str:
    """The folder along which somebody came, else what lies in their hands."""
    trail = trail_behind()
    return trail.address if trail else url_for("inbox.folder", folder=Folder.MINE.value)


def read(work: Work, actor: Actor, trail: Trail) -> Queue:
    """One page of the folder a trail names.

    Raises:
        BadRequest: the page is to go on behind a place that no page has given.
    """
    try:
        found = folders.look(work, actor, trail.wanted, trail.after, PAGE_SIZE)
    except Invalid as error:
        raise BadRequest(str(error)) from None
    following = replace(trail, after=found.following).address if found.following else None
    put_off = trail.folder is Folder.SNOOZED
    counted = folders.count(work, actor)
    return Queue(
        trail,
        found.tasks,
        counted.folders,
        following,
        snoozes.of_tasks(work, actor, found.tasks) if put_off else {},
        found.cut,
        counted.asked,
        counted.views,
        _fitting(work, actor, trail.wanted, counted.folders) if found.following or trail.after else 0,
    )


def _fitting(work: Work, actor: Actor, wanted: Wanted, counts: Mapping[Folder, int]) -> int:
    if not wanted.filtered:
        return counts[wanted.folder]
    return len(folders.every_id(work, actor, wanted, MOST_AT_ONCE + 1))


def next_task(work: Work, actor: Actor, trail: Trail, done: UserTask) -> UserTask | None:
    """What to open after a task of the folder: the one behind it, else the first that is left."""
    return folders.next_behind(work, actor, trail.wanted, done)

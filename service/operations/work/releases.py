"""Tasks whose holder has left the office: they go back to where others see them."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from service.domain.errors import Overtaken, Unavailable
from service.domain.people import SYSTEM
from service.domain.tasks import PENDING
from service.log import get_logger
from service.operations import dues, histories
from service.store import locks, people
from service.store import tasks as rows
from service.store.work import Database

BATCH = 200
_log = get_logger(__name__)


def release_left(database: Database, beat: Callable[[], None] = lambda: None) -> int:
    """Takes open tasks out of the hands of those whose seat has ended, each in a Work of its own.

    A task that a colleague worked on goes back to its owner, as long as that one is still there. What is
    written in drafts stays. Several workers may do this at once: each task is looked at again under its lock.

    Returns:
        How many tasks were released.
    """
    with database.read() as work:
        left = rows.held_by_who_left(work, BATCH)
    released = 0
    for task_id in left:
        try:
            released += _release(database, task_id)
        except (Overtaken, Unavailable) as error:
            _log.warning("release_put_off", task=task_id, reason=type(error).__name__)
        beat()
    return released


def _release(database: Database, task_id: int) -> bool:
    with database.write() as work:
        locked = locks.of_task(work, task_id)
        dues.of(work, locked.dossier)
        task = next((one for one in locked.tasks.values() if one.id == task_id), None)
        if task is None or task.assignee_id is None:
            return False
        today = work.now.astimezone(ZoneInfo(locked.dossier.round.locality.zone)).date()
        if people.is_seated(work, task.assignee_id, task.group_id, today):
            return False
        former = task.assignee_id
        owner = task.owner_id if task.delegation == PENDING else None
        stays = owner is not None and people.is_seated(work, owner, task.group_id, today)
        task.assignee_id = owner if stays else None
        task.claimed_at = work.now if stays else None
        task.owner_id = task.delegation = None
        person = people.find(work, former)
        params = {"name": person.name if person else "?"}
        entry = histories.of_task(task, "holder_left", params=params)
        histories.append(work, locked.dossier, SYSTEM, entry, organisation=task.group.organisation)
        return True

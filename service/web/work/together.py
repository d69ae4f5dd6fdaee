"""What the page of a task tells of the people at work on it, and which ways they have to hand it on."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.domain.people import Absent
from service.domain.tasks import PENDING, PREPARES, RESOLVED
from service.operations.dossier.dossiers import DossierPage
from service.operations.work import opinions
from service.store.tables import HistoryStep, Opinion, Person, UserTask
from service.store.work import Work
from service.web.pages import actor


@dataclass(frozen=True, slots=True)
class Together:
    """For whom the reader acts, who owns a delegated task, what was asked, and the ways that are open.

    `note` is what the owner wrote to the colleague, `resolved` how the colleague gave the task back.
    """

    absent: Absent | None
    owner: Person | None
    note: str
    resolved: HistoryStep | None
    opinions: Sequence[Opinion]
    ways: Sequence[str]

    @property
    def unanswered(self) -> list[Opinion]:
        """The questions of this task that wait for an answer."""
        return [one for one in self.opinions if one.closed_at is None]


def of_task(work: Work, task: UserTask, page: DossierPage) -> Together:
    """The people at work on a task, as the reader sees them."""
    reader, open_ = actor(), task.closed_at is None
    seat = reader.seat_in(task.group_id, task.assignee_id)
    mine = open_ and reader.holds(task.assignee_id, task.group_id)
    unclaimed = open_ and task.assignee_id is None
    pending = open_ and task.delegation == PENDING
    last = [step for step in page.history if step.task_id == task.id]
    delegated = next((step for step in reversed(last) if step.kind == "delegated"), None)
    resolved = next((step for step in reversed(last) if step.kind == "resolved"), None)
    return Together(
        absent=seat.absent if seat is not None and (mine or unclaimed) else None,
        owner=task.owner if pending else None,
        note=(delegated.reason or "") if pending and delegated else "",
        resolved=resolved if open_ and task.delegation == RESOLVED else None,
        opinions=[one for one in opinions.of_dossier(work, task.dossier_id) if one.task_id == task.id]
        if page.dossier.submitted_at is not None
        else [],
        ways=_ways(task, page, mine=mine, pending=pending) if open_ else (),
    )


def _ways(task: UserTask, page: DossierPage, *, mine: bool, pending: bool) -> list[str]:
    reader, ways = actor(), list[str]()
    if pending and mine:
        ways.append("resolve")
    elif pending and reader.holds(task.owner_id, task.group_id):
        ways.append("take-back")
    elif mine:
        if page.dossier.submitted_at is not None and task.act not in PREPARES:
            ways.append("ask")
        ways.append("delegate")
    if reader.heads(task.group.organisation_id) is not None:
        ways.append("assign")
    return ways

"""The control slip of a dossier (phiếu kiểm soát quá trình giải quyết hồ sơ), read off its tasks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from service.domain.citations import Citation
from service.domain.labels import Label
from service.domain.people import Actor
from service.domain.slips import Timeliness, timeliness
from service.domain.tasks import Act, Closing
from service.operations import access
from service.store import dossiers, tasks
from service.store.tables import Dossier, HistoryStep, Organisation, UserTask
from service.store.work import Work

FORM = Citation(
    document="Thông tư 01/2018/TT-VPCP",
    section="Mẫu số 05",
    quote="",
    verified=False,
    note=Label(
        "Phiếu theo mẫu thường dùng; chưa đối chiếu với văn bản gốc.",
        "Laid out as offices usually do; not compared with the document itself.",
    ),
)
"""Whose layout the slip follows."""


@dataclass(frozen=True, slots=True)
class SlipLine:
    """One stay of the dossier at a step: whose it was, when it came and went, and whether in time.

    `giver` brought it there, "" for the first step; `holder` is who did the step, or holds it now. Where one
    of them stood in for somebody, `giver_for` or `holder_for` says for whom.
    `handed_to` is the office that it went to next.
    """

    number: int
    task: UserTask
    office: Organisation
    giver: str
    giver_for: str | None
    holder: str
    holder_for: str | None
    received_at: datetime
    last_day: date | None
    handed_over_at: datetime | None
    handed_to: Organisation | None
    timeliness: Timeliness
    step: HistoryStep | None


@dataclass(frozen=True, slots=True)
class Slip:
    """The slip of a dossier with a line for each stay, oldest first."""

    dossier: Dossier
    lines: tuple[SlipLine, ...]
    made_at: datetime
    form: Citation = FORM


def show(work: Work, actor: Actor, dossier_id: int) -> Slip:
    """The slip as it stands now.

    Raises:
        NotFound: when there is no such dossier, or the actor may not know of it.
    """
    dossier = dossiers.get(work, dossier_id)
    access.require_sight(actor, dossier)
    # Escalations stand beside the route: they ask somebody to hurry, the dossier does not go there.
    stays = [task for task in tasks.of_dossier(work, dossier_id) if task.act != Act.ACKNOWLEDGE]
    done = {step.task_id: step for step in dossiers.history(work, dossier_id) if step.kind == "completed"}
    zone = ZoneInfo(dossier.round.locality.zone)
    lines: list[SlipLine] = []
    for number, task in enumerate(stays, start=1):
        before = _before(stays, task)
        after = _after(stays, task)
        step = done.get(task.id)
        lines.append(
            SlipLine(
                number=number,
                task=task,
                office=task.group.organisation,
                giver=lines[before].holder if before is not None else "",
                giver_for=lines[before].holder_for if before is not None else None,
                holder=step.person_name if step else task.assignee.name if task.assignee else "",
                holder_for=step.for_name if step else None,
                received_at=task.opened_at,
                last_day=task.last_day,
                handed_over_at=task.closed_at,
                handed_to=after.group.organisation if after and task.closing == Closing.COMPLETED else None,
                timeliness=timeliness(task.closed_at, work.now, task.last_day, task.due_at, zone),
                step=step,
            )
        )
    return Slip(dossier, tuple(lines), work.now)


def _before(stays: Sequence[UserTask], task: UserTask) -> int | None:
    """Where the stay stands that the dossier came from: the last one that had ended by then."""
    ended = [
        place
        for place, other in enumerate(stays)
        if other.id < task.id and other.closed_at is not None and other.closed_at <= task.opened_at
    ]
    return ended[-1] if ended else None


def _after(stays: Sequence[UserTask], task: UserTask) -> UserTask | None:
    """The stay that began when this one ended."""
    if task.closed_at is None:
        return None
    return next((other for other in stays if other.id > task.id and other.opened_at >= task.closed_at), None)

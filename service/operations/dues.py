"""What is due when for one dossier: the deadlines of its round, and the extensions of its unit."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from service.domain.deadlines import Deadline
from service.operations import calendars
from service.store import localities
from service.store import tables as rows
from service.store.work import Work


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline of a round as it holds for one unit: its own date, or the extended one."""

    row: rows.Deadline
    extension: rows.DeadlineExtension | None = None

    @property
    def last_day(self) -> date | None:
        """The last permitted day; None while unset."""
        return self.extension.last_day if self.extension else self.row.last_day

    @property
    def due_at(self) -> datetime | None:
        """The first instant that is late; None while unset."""
        return self.extension.due_at if self.extension else self.row.due_at

    def resolved(self, round_key: str, zone: ZoneInfo) -> Deadline:
        """The domain's value of it, extended if it is."""
        deadline = calendars.deadline(self.row, round_key, zone)
        if self.extension is None:
            return deadline
        return replace(
            deadline,
            day=self.extension.day,
            last_day=self.extension.last_day,
            due_at=self.extension.due_at.astimezone(zone),
        )


def of(work: Work, dossier: rows.Dossier) -> Mapping[str, Due]:
    """The dues of a dossier by deadline key, in the order of the route."""
    return of_unit(work, dossier.round_id, dossier.unit_id)


def of_unit(work: Work, round_id: int, unit_id: int) -> Mapping[str, Due]:
    """What is due for the dossiers of a unit in a round, also for those that are still to be opened."""
    dues: dict[str, Due] = {}
    for row, extension in _of_round(work, round_id):
        if extension is not None and extension.unit_id == unit_id:
            dues[row.key] = Due(row, extension)
        else:
            dues.setdefault(row.key, Due(row))
    return dues


def of_task(task: rows.UserTask) -> Due | None:
    """What a task is due by; None when it stands under no deadline."""
    return None if task.deadline is None else Due(task.deadline, task.extension)


def forget(work: Work, round_id: int) -> None:
    """To be called after this Work has granted or ended an extension in a round, or added a deadline."""
    work.session.info.pop(("dues", round_id), None)


def _of_round(work: Work, round_id: int) -> list[tuple[rows.Deadline, rows.DeadlineExtension | None]]:
    """Read once per Work: a bulk of dossiers asks for the same round again and again."""
    known = work.session.info.get(("dues", round_id))
    if known is None:
        known = work.session.info["dues", round_id] = localities.deadlines_with_extensions(work, round_id)
    return known

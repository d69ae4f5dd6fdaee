"""What is due when for one dossier: the deadlines of its round, and the extensions of its unit."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from service.domain.deadlines import Deadline, first_late_instant
from service.operations import calendars
from service.store import localities
from service.store import tables as rows
from service.store.work import Work


@dataclass(frozen=True, slots=True)
class Supplement:
    """By when a step is to be done again whose deadline has been met once; None while nobody has said."""

    last_day: date | None
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline of a round as it holds for one unit: its own date, or the extended one.

    For a dossier that has met it once and was returned it is the date of the supplement.
    """

    row: rows.Deadline
    extension: rows.DeadlineExtension | None = None
    supplement: Supplement | None = None

    @property
    def last_day(self) -> date | None:
        """The last permitted day; None while unset."""
        if self.supplement is not None:
            return self.supplement.last_day
        return self.extension.last_day if self.extension else self.row.last_day

    @property
    def due_at(self) -> datetime | None:
        """The first instant that is late; None while unset."""
        if self.supplement is not None:
            return self.supplement.due_at
        return self.extension.due_at if self.extension else self.row.due_at

    def resolved(self, round_key: str, zone: ZoneInfo) -> Deadline:
        """The domain's value of it, extended if it is."""
        deadline = calendars.deadline(self.row, round_key, zone)
        if self.supplement is not None:
            last_day, due_at = self.supplement.last_day, self.supplement.due_at
            local = None if due_at is None else due_at.astimezone(zone)
            return replace(deadline, day=last_day, last_day=last_day, due_at=local)
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
    dues = of_unit(work, dossier.round_id, dossier.unit_id)
    if not dossier.supplements:
        return dues
    zone = ZoneInfo(dossier.round.locality.zone)
    again = {key: _supplement(said, dues, zone) for key, said in dossier.supplements.items()}
    return {key: Due(due.row, None, again[key]) if key in again else due for key, due in dues.items()}


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
    if task.deadline is None:
        return None
    supplement = Supplement(task.last_day, task.due_at) if task.supplement else None
    return Due(task.deadline, task.extension, supplement)


def forget(work: Work, round_id: int) -> None:
    """To be called after this Work has granted or ended an extension in a round, or added a deadline."""
    work.session.info.pop(("dues", round_id), None)


def _supplement(said: Mapping[str, str | None], dues: Mapping[str, Due], zone: ZoneInfo) -> Supplement:
    """What a dossier keeps of a supplement, by the dates as they are now."""
    other = dues.get(said.get("with") or "")
    if other is not None:
        return Supplement(other.last_day, other.due_at)
    if not said.get("last_day"):
        return Supplement(None, None)
    last_day = date.fromisoformat(str(said["last_day"]))
    return Supplement(last_day, first_late_instant(last_day, zone))


def _of_round(work: Work, round_id: int) -> list[tuple[rows.Deadline, rows.DeadlineExtension | None]]:
    """Read once per Work: a bulk of dossiers asks for the same round again and again."""
    known = work.session.info.get(("dues", round_id))
    if known is None:
        known = work.session.info["dues", round_id] = localities.deadlines_with_extensions(work, round_id)
    return known

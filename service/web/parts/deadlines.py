"""A deadline in words: its last day, how long it still is, and how much that matters."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from service.domain.calendars import WorkingCalendar
from service.domain.errors import Message, message
from service.domain.labels import Label
from service.domain.tasks import SOON_AFTER, is_overdue
from service.domain.zones import VIETNAM
from service.operations import calendars
from service.store.tables import Dossier, UserTask
from service.store.work import Work

_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class DeadlineWords:
    """What a row or banner says about a deadline.

    `state` is overdue, soon, open, done or none; it names the style. `last_day` is the last permitted day,
    `rest` why offices rest on it, as long as that still matters.
    """

    state: str
    words: Message
    last_day: date | None = None
    rest: Label | Message | None = None


class DeadlineTeller:
    """Tells deadlines at one instant; each locality's calendar is fetched once."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._known: dict[str, tuple[WorkingCalendar, ZoneInfo]] = {}

    def of_task(self, task: UserTask) -> DeadlineWords:
        """The deadline of a task, or how it was closed."""
        calendar, zone = self._calendar(task.dossier)
        if task.closed_at is not None:
            late = is_overdue(task.due_at, task.closed_at)
            words = message("closed after the deadline") if late else message("closed")
            return DeadlineWords("done", words, _last_day(task.due_at, zone))
        return tell(task.due_at, self._work.now, calendar, zone)

    def zone_of(self, dossier: Dossier) -> ZoneInfo:
        """The zone in which the dossier's days are counted."""
        return self._calendar(dossier)[1]

    def _calendar(self, dossier: Dossier) -> tuple[WorkingCalendar, ZoneInfo]:
        known = self._known.get(dossier.locality_id)
        if known is None:
            locality = dossier.round.locality
            known = calendars.of(self._work, locality), ZoneInfo(locality.zone)
            self._known[dossier.locality_id] = known
        return known


def tell(
    due_at: datetime | None, now: datetime, calendar: WorkingCalendar, zone: ZoneInfo = VIETNAM
) -> DeadlineWords:
    """A deadline as seen at an instant."""
    last = _last_day(due_at, zone)
    if due_at is None or last is None:
        return DeadlineWords("none", message("no deadline"))
    today = now.astimezone(zone).date()
    days = (last - today).days
    if is_overdue(due_at, now):
        late = message("1 day overdue") if days == -1 else message("{days} days overdue", days=-days)
        return DeadlineWords("overdue", late, last)
    state, rest = "soon" if due_at - now <= SOON_AFTER else "open", _rest(calendar, last)
    if days == 0:
        return DeadlineWords(state, message("due today"), last, rest)
    return DeadlineWords(state, _left(days, _working_days(calendar, today, last)), last, rest)


def _left(days: int, working: int | None) -> Message:
    if working == 0:
        return message("{days} days left, none of them a working day", days=days)
    if working == 1:
        return message("1 working day left")
    if working is not None:
        return message("{days} working days left", days=working)
    return message("1 day left") if days == 1 else message("{days} days left", days=days)


def _working_days(calendar: WorkingCalendar, today: date, last: date) -> int | None:
    """None outside the years that the calendar knows."""
    try:
        return calendar.working_days_between(today, last)
    except ValueError:
        return None


def _rest(calendar: WorkingCalendar, last: date) -> Label | Message | None:
    """None outside the years that the calendar knows, as on a working day."""
    try:
        return calendar.rest_name(last)
    except ValueError:
        return None


def _last_day(due_at: datetime | None, zone: ZoneInfo) -> date | None:
    """`due_at` is the midnight with which the day after the last permitted one begins."""
    return None if due_at is None else (due_at - _MOMENT).astimezone(zone).date()

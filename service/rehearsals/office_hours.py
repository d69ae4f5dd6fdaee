"""Counting in office hours: from eight to five on working days."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from service.domain.calendars import WorkingCalendar

OPENS, CLOSES = time(8), time(17)
DAY_LENGTH = timedelta(hours=9)
_MOST_DAYS = 800
"""Longer than any round; keeps a walk over days from running on."""


def between(
    calendar: WorkingCalendar, zone: ZoneInfo, start: datetime, end: datetime, share: float
) -> datetime:
    """The instant at which `share` of the office hours between two instants has passed.

    Where no office hour lies between them, that share of the time itself.
    """
    spans = list(_spans(calendar, zone, start, end))
    left = sum((until - since for since, until in spans), timedelta()) * share
    for since, until in spans:
        if left < until - since:
            return _whole(since + left)
        left -= until - since
    return _whole(start + (end - start) * share)


def after(calendar: WorkingCalendar, zone: ZoneInfo, start: datetime, duration: timedelta) -> datetime:
    """The instant at which so many office hours after another have passed."""
    left = duration
    for since, until in _spans(calendar, zone, start, start + timedelta(days=_MOST_DAYS)):
        if left <= until - since:
            return _whole(since + left)
        left -= until - since
    raise ValueError(f"{duration} of office hours do not end.")


def _spans(
    calendar: WorkingCalendar, zone: ZoneInfo, start: datetime, end: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """The office hours between two instants, day by day."""
    day = start.astimezone(zone).date()
    for _ in range(_MOST_DAYS):
        since = max(start, datetime.combine(day, OPENS, tzinfo=zone))
        until = min(end, datetime.combine(day, CLOSES, tzinfo=zone))
        if since >= end and day > start.astimezone(zone).date():
            return
        if since < until and _is_working(calendar, day):
            yield since, until
        day += timedelta(days=1)


def _is_working(calendar: WorkingCalendar, day: date) -> bool:
    """In years that the calendar does not know, every day but Saturday and Sunday is."""
    try:
        return calendar.is_working(day)
    except ValueError:
        return day.weekday() not in calendar.weekly_rest


def _whole(instant: datetime) -> datetime:
    return instant.replace(second=0, microsecond=0)

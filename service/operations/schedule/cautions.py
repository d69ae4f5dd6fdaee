"""What to look at twice before a deadline is changed: nothing of it is forbidden."""

from collections.abc import Iterator
from datetime import datetime

from service.domain.calendars import WorkingCalendar
from service.domain.deadlines import Deadline, is_late, rest_day_warning
from service.domain.errors import Message, message
from service.domain.labels import Label
from service.store import tables as rows


def about(
    round_: rows.Round, deadline: Deadline, calendar: WorkingCalendar, now: datetime, *, alone: bool
) -> Iterator[Message]:
    """Cautions about a deadline as it would be: rest day, past day, another year, the order of the route.

    `alone` says that it would hold for one unit only.
    """
    last = deadline.last_day
    if last is None:
        return
    warning = rest_day_warning(deadline, calendar)
    if warning is not None:
        yield warning
    if is_late(deadline, now):
        yield message("This day has passed: everything still open at this step is overdue at once.")
    if last.year not in {round_.year, round_.year + 1}:
        yield message("The round is of {year}, this day is not.", year=round_.year)
    steps = [one for one in round_.deadlines if one.active and one.last_day is not None]
    position = next((one.position for one in round_.deadlines if one.key == deadline.key), 0)
    for one in steps:
        if one.last_day is None or one.key == deadline.key:
            continue
        name = Label(one.name_vi, one.name_en)
        if one.position < position and one.last_day > last and not alone:
            yield message("An earlier step ends later: {step}, {day}.", step=name, day=one.last_day)
        if one.position > position and one.last_day < last:
            yield message("A later step ends earlier: {step}, {day}.", step=name, day=one.last_day)

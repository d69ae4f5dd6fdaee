"""Supplements: steps that were done in time once and are done again after a return, by days of their own.

The first time decides whether whoever owes a step was late. What comes back afterwards has the last day that
the returning office sets, or else its own deadline, or else what is left of the step's; never a day that has
passed.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from service.domain.errors import Invalid, Message, message
from service.domain.tasks import is_overdue
from service.operations import calendars, dues
from service.operations.dues import Due
from service.store import tasks
from service.store.tables import Dossier, UserTask
from service.store.work import Work

FIELD = "supplement_by"
"""The field of a form in which whoever returns a dossier says by when they want it back."""
LONGEST = timedelta(days=366)


def ask(work: Work, dossier: Dossier, task: UserTask, return_to: str, values: Mapping[str, Any]) -> None:
    """Gives everything that a return makes do again a last day; the one set is for the step returned to.

    Raises:
        Invalid: the day has passed, lies too far off, or is for a step without a deadline.
    """
    standing = dues.of(work, dossier)
    own = task.deadline.key if task.deadline else ""
    done = tasks.met_deadlines(work, dossier.id)
    said = {key: _by_itself(work, dossier, standing, own, key) for key in {*done.values()} - {own}}
    day = _day(work, dossier, values)
    if day is not None:
        if done.get(return_to) not in said:
            raise _wrong(
                message("The step that the dossier goes back to has no deadline: leave the day empty.")
            )
        said[done[return_to]] = {"last_day": day.isoformat(), "with": None}
    dossier.supplements = {**(dossier.supplements or {}), **said}


def _by_itself(
    work: Work, dossier: Dossier, standing: Mapping[str, Due], own: str, key: str
) -> dict[str, str | None]:
    """The last day of a supplement for which nobody has set one."""
    of_round = dues.of_unit(work, dossier.round_id, dossier.unit_id)
    if own in standing and _lies_ahead(work, standing[own]):
        known = (dossier.supplements or {}).get(own)
        return dict(known) if known else {"last_day": None, "with": own}
    if key in of_round and _lies_ahead(work, of_round[key]):
        return {"last_day": None, "with": key}
    return {"last_day": None, "with": None}


def _lies_ahead(work: Work, due: Due) -> bool:
    return due.due_at is not None and not is_overdue(due.due_at, work.now)


def _day(work: Work, dossier: Dossier, values: Mapping[str, Any]) -> date | None:
    if not values.get(FIELD):
        return None
    day, today = date.fromisoformat(str(values[FIELD])), calendars.today(work, dossier.round.locality)
    if day < today:
        raise _wrong(message("This day has passed. Choose a later one."))
    if day - today > LONGEST:
        raise _wrong(message("This day lies more than a year ahead. Choose an earlier one."))
    return day


def _wrong(text: Message) -> Invalid:
    return Invalid(message("Check the marked fields and send again."), {FIELD: text})

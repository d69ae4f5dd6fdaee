"""What the forms of the calendar and of ladders hold, read: days, choices, rungs."""

from collections.abc import Mapping
from datetime import date, time
from enum import StrEnum
from typing import TypeVar

from werkzeug.datastructures import MultiDict

from service.domain.errors import Invalid, Message, message
from service.domain.reminders import FARTHEST_DAYS, Audience, DayCount, Rung
from service.domain.words import read_day
from service.web.parts.amendment_forms import WRONG_DAY

Chosen = TypeVar("Chosen", bound=StrEnum)

RUNG_FIELDS = ("days", "side", "count", "at", "audience")
SIDES = {"before": -1, "on": 0, "after": 1}
_WRONG = message("Check the marked fields and send again.")


def day(form: Mapping[str, str], name: str) -> date:
    """A day, as the browser's calendar or as people write it.

    Raises:
        Invalid: naming the field.
    """
    try:
        return read_day(form.get(name, ""))
    except ValueError:
        raise Invalid(_WRONG, {name: WRONG_DAY}) from None


def one_of(form: Mapping[str, str], kind: type[Chosen], name: str) -> Chosen:
    """One of a list.

    Raises:
        Invalid: naming the field.
    """
    try:
        return kind(form.get(name, ""))
    except ValueError:
        raise Invalid(_WRONG, {name: message("Choose one of the list.")}) from None


def typed_rungs(form: MultiDict[str, str]) -> list[dict[str, str]]:
    """The rows of a ladder's table as they were typed."""
    columns = {name: form.getlist(name) for name in RUNG_FIELDS}
    number = max((len(column) for column in columns.values()), default=0)
    return [
        {name: column[row] if row < len(column) else "" for name, column in columns.items()}
        for row in range(number)
    ]


def told_rung(rung: Rung) -> dict[str, str]:
    """A row of the table for a rung that stands."""
    side = "on" if rung.days == 0 else "before" if rung.days < 0 else "after"
    return {
        "days": str(abs(rung.days)),
        "side": side,
        "count": rung.count.value,
        "at": f"{rung.at:%H:%M}",
        "audience": rung.audience.value,
    }


def rungs(typed: list[dict[str, str]]) -> list[Rung]:
    """The rungs of a ladder's table; they get their keys when they are saved.

    Raises:
        Invalid: naming every wrong cell, as `days-3` for the third row.
    """
    wrong: dict[str, Message] = {}
    found = [_rung(row, number, wrong) for number, row in enumerate(typed, start=1)]
    if wrong:
        raise Invalid(_WRONG, wrong)
    return [rung for rung in found if rung is not None]


def _rung(row: Mapping[str, str], number: int, wrong: dict[str, Message]) -> Rung | None:
    side, text = SIDES.get(row["side"]), row["days"].strip()
    days = int(text) if text.isascii() and text.isdecimal() and len(text) <= 3 else None
    if side == 0:
        days = 0
    elif days is None or not 0 < days <= FARTHEST_DAYS:
        wrong[f"days-{number}"] = message(
            "Row {row}: write the days as a number from 1 to {most}.", row=number, most=FARTHEST_DAYS
        )
    try:
        at = time.fromisoformat(row["at"].strip().rjust(5, "0")).replace(tzinfo=None)
    except ValueError:
        wrong[f"at-{number}"] = message("Row {row}: write the hour as hh:mm, such as 08:00.", row=number)
        return None
    if side is None or row["count"] not in set(DayCount) or row["audience"] not in set(Audience):
        wrong[f"audience-{number}"] = message("Row {row}: choose from the lists.", row=number)
        return None
    if days is None:
        return None
    return Rung("", side * days, Audience(row["audience"]), DayCount(row["count"]), at.replace(second=0))

"""The form that asks for a rehearsal: what was typed, and what it means."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import time

from werkzeug.datastructures import FileStorage, MultiDict

from service.domain.deadlines import Bound, Deadline, Roll, day_in_figures
from service.domain.errors import Invalid, Message, message
from service.domain.reminders import FARTHEST_DAYS, Audience, DayCount, Ladder, Rung
from service.domain.words import read_day
from service.rehearsals import MOST_UNITS_BESIDE, Asked, DateChange, Proposal
from service.web.parts.amendment_forms import WRONG_DAY

LARGEST_DIAGRAM = 2 * 1024**2
SPARE_RUNGS = 2
"""Empty lines below a ladder, for new rungs."""
BEGINS = ("now", "opening")
"""From when a round with dossiers under way is played: from now with them, or from its opening without."""
_WRONG = message("Check the marked fields and send again.")


@dataclass(frozen=True, slots=True)
class TypedDate:
    """What is typed for one deadline: the day as dd/mm/yyyy, the keys of bound and roll."""

    day: str
    bound: str
    roll: str


@dataclass(frozen=True, slots=True)
class TypedRung:
    """One line of the ladder as typed."""

    days: str = ""
    count: str = DayCount.CALENDAR.value
    at: str = "08:00"
    audience: str = Audience.CANDIDATES.value


@dataclass(frozen=True, slots=True)
class Typed:
    """The whole form as typed; `late` and `returned` in per cent, `begins` one of `BEGINS`."""

    units: str
    late: str
    returned: str
    seed: str
    begins: str
    dates: Mapping[str, TypedDate]
    rungs: Sequence[TypedRung]


def at_first(deadlines: Iterable[Deadline], ladder: Ladder, units: int) -> Typed:
    """The form before anything is typed: everything as it is."""
    dates = {
        one.key: TypedDate(day_in_figures(one.day) if one.day else "", one.bound.value, one.roll.value)
        for one in deadlines
    }
    return Typed(str(min(units, MOST_UNITS_BESIDE)), "20", "10", "1", BEGINS[0], dates, _lines(ladder))


def typed(form: MultiDict[str, str], known: Typed) -> Typed:
    """The form as somebody sent it."""
    dates = {
        key: TypedDate(
            form.get(f"day-{key}", ""), form.get(f"bound-{key}", one.bound), form.get(f"roll-{key}", one.roll)
        )
        for key, one in known.dates.items()
    }
    rungs = [
        TypedRung(*(form.get(f"{name}-{place}", "") for name in ("days", "count", "at", "audience")))
        for place in range(len(known.rungs))
    ]
    units, late, returned, seed = (form.get(name, "") for name in ("units", "late", "returned", "seed"))
    return Typed(units, late, returned, seed, form.get("begins", BEGINS[0]), dates, rungs)


def asked(sent: Typed, locality_id: str, round_key: str) -> Asked:
    """What is asked.

    Raises:
        Invalid: naming each field that is no number.
    """
    wrong: dict[str, Message] = {}
    numbers: dict[str, int] = {}
    for name in ("units", "late", "returned", "seed"):
        text = getattr(sent, name).strip()
        if text.isascii() and text.isdigit() and len(text) < 10:
            numbers[name] = int(text)
        else:
            wrong[name] = message("Write a whole number.")
    for name in ("late", "returned"):
        if numbers.get(name, 0) > 100:
            wrong[name] = message("Write a number between {least} and {most}.", least=0, most=100)
    if wrong:
        raise Invalid(_WRONG, wrong)
    return Asked(
        locality_id,
        round_key,
        numbers["units"],
        numbers["late"] / 100,
        numbers["returned"] / 100,
        numbers["seed"],
        sent.begins == BEGINS[1],
    )


def proposal(sent: Typed, known: Typed, ladder: Ladder, diagram: FileStorage | None) -> Proposal:
    """What is proposed: whatever differs from how it is.

    Raises:
        Invalid: naming each field that cannot be read.
    """
    wrong: dict[str, Message] = {}
    dates = tuple(
        change
        for key, one in sent.dates.items()
        if one != known.dates[key] and (change := _date(key, one, known.dates[key], wrong)) is not None
    )
    rungs = _rungs(sent.rungs, ladder, wrong) if sent.rungs != known.rungs else None
    content = diagram.stream.read(LARGEST_DIAGRAM + 1) if diagram is not None and diagram.filename else None
    if content is not None and len(content) > LARGEST_DIAGRAM:
        wrong["diagram"] = message("The file is too large for a diagram.")
    if wrong:
        raise Invalid(_WRONG, wrong)
    return Proposal(dates, Ladder(ladder.key, rungs) if rungs is not None else None, content)


def _date(key: str, sent: TypedDate, known: TypedDate, wrong: dict[str, Message]) -> DateChange | None:
    if not sent.day.strip():
        return None
    try:
        day = read_day(sent.day)
    except ValueError:
        wrong[f"day-{key}"] = WRONG_DAY
        return None
    return DateChange(
        key,
        day,
        Bound(sent.bound) if sent.bound in set(Bound) and sent.bound != known.bound else None,
        Roll(sent.roll) if sent.roll in set(Roll) and sent.roll != known.roll else None,
    )


def _rungs(lines: Iterable[TypedRung], ladder: Ladder, wrong: dict[str, Message]) -> tuple[Rung, ...]:
    """The rungs of all lines whose days are not empty; one that stays what it was keeps its key."""
    known = {(rung.days, rung.count, rung.at, rung.audience): rung.key for rung in ladder.rungs}
    rungs: list[Rung] = []
    for place, line in enumerate(lines):
        if not line.days.strip():
            continue
        try:
            days, at = int(line.days), time.fromisoformat(line.at.strip())
            count, audience = DayCount(line.count), Audience(line.audience)
        except ValueError:
            wrong[f"days-{place}"] = message(
                "Write whole days, negative before the last day, and the time as 08:00."
            )
            continue
        if abs(days) > FARTHEST_DAYS:
            wrong[f"days-{place}"] = message(
                "A reminder is at most {most} days from the last day.", most=FARTHEST_DAYS
            )
            continue
        key = known.get((days, count, at, audience)) or f"new_{place + 1}"
        rungs.append(Rung(key, days, audience, count, at))
    return tuple(rungs)


def _lines(ladder: Ladder) -> list[TypedRung]:
    lines = [
        TypedRung(str(rung.days), rung.count.value, f"{rung.at:%H:%M}", rung.audience.value)
        for rung in ladder.rungs
    ]
    return lines + [TypedRung()] * SPARE_RUNGS

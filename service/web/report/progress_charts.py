"""Where a round stands as bars: shares of a whole in per cent, each with its number and its list."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from service.domain.dossiers import GONE, STANDING, DossierStatus, NominationStatus
from service.domain.errors import Message, message
from service.domain.reports import UnitState
from service.domain.searches import Sent, Wanted
from service.operations.report.progress import AwardLine, Progress, StepLine
from service.translations import terms


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a bar: where it begins and how long it is, in per cent, and which style it has.

    `wanted` is the list behind the number, None where the reader may open none.
    """

    style: str
    words: Message
    number: int
    left: float = 0
    width: float = 0
    wanted: Wanted | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a chart. `name` is a row or a label with a name in both languages, or a message."""

    name: object
    total: int
    parts: tuple[Part, ...]
    wanted: Wanted | None = None


@dataclass(frozen=True, slots=True)
class DaysBar:
    """How long a step took: the median as a bar, the 90th percentile as a mark, in per cent of the width."""

    line: StepLine
    median: float
    ninetieth: float


def standing(progress: Progress) -> list[Bar]:
    """Where the dossiers are: in preparation, at each step, ended; all on one scale."""
    here = _here(progress)
    late, waiting = message("overdue"), message("in time")
    lines: list[tuple[object, list[Part], Wanted | None]] = []
    drafts = replace(here, sent=Sent.NOT, status=DossierStatus.DRAFT) if progress.sees_drafts else None
    lines.append(
        (
            message("In preparation, never submitted"),
            [
                Part("waiting", waiting, progress.drafts - progress.drafts_overdue, wanted=drafts),
                Part("overdue", late, progress.drafts_overdue, wanted=drafts),
            ],
            drafts,
        )
    )
    for line in progress.steps:
        at = _at_step(progress, line)
        in_time = line.now.waiting - line.now.overdue
        parts = [
            Part("open", waiting, in_time, wanted=at),
            Part("overdue", late, line.now.overdue, wanted=replace(at, overdue=True)),
        ]
        lines.append((line.name, parts, at))
    for status, number in progress.endings.items():
        known = DossierStatus(status)
        ended = replace(here, status=known)
        style = "done" if known in {DossierStatus.DECIDED, DossierStatus.HANDED_OVER} else "gone"
        words = terms.of_member(known)
        lines.append((words, [Part(style, words, number, wanted=ended)], ended))
    most = max((sum(part.number for part in parts) for _, parts, _ in lines), default=0)
    return [_bar(name, parts, most, wanted) for name, parts, wanted in lines]


def units(progress: Progress) -> Bar:
    """How many units have come how far, as parts of one bar."""
    styles = {
        UnitState.IN_TIME: "done",
        UnitState.LATE: "late",
        UnitState.PREPARING: "waiting",
        UnitState.UNOPENED: "none",
    }
    parts = [Part(style, terms.of_member(state), progress.units_in(state)) for state, style in styles.items()]
    return _bar(message("Proposing units"), parts, len(progress.units), None)


def awards(progress: Progress) -> list[Bar]:
    """The nominations of each award: on their way, granted, gone; all on one scale."""
    most = max((line.total for line in progress.awards), default=0)
    return [_award(progress, line, most) for line in progress.awards]


def days(progress: Progress) -> list[DaysBar]:
    """The steps that anybody has been through, on one scale."""
    through = [line for line in progress.steps if line.taken is not None]
    most = max((line.taken.ninetieth for line in through if line.taken), default=0) or 1
    return [
        DaysBar(line, round(100 * line.taken.median / most, 2), round(100 * line.taken.ninetieth / most, 2))
        for line in through
        if line.taken
    ]


def _at_step(progress: Progress, line: StepLine) -> Wanted:
    """The list of a step: only what has been submitted waits there for the reader of these numbers."""
    return replace(_here(progress), step=line.element_id, sent=Sent.YES)


def _award(progress: Progress, line: AwardLine, most: int) -> Bar:
    here = replace(_here(progress), award_id=line.award.id)
    granted = set(NominationStatus) - STANDING - GONE
    groups = (
        ("open", message("on their way"), STANDING),
        ("done", message("granted or sent upward"), granted),
        ("gone", message("without an award"), GONE),
    )
    parts = [
        Part(style, words, sum(line.numbers[status] for status in statuses))
        for style, words, statuses in groups
    ]
    return _bar(line.award, parts, most, here)


def _bar(name: object, parts: Iterable[Part], most: int, wanted: Wanted | None) -> Bar:
    placed: list[Part] = []
    left, total = 0.0, 0
    for part in parts:
        if not part.number:
            continue
        width = round(100 * part.number / most, 3)
        placed.append(Part(part.style, part.words, part.number, round(left, 3), width, part.wanted))
        left += width
        total += part.number
    return Bar(name, total, tuple(placed), wanted)


def _here(progress: Progress) -> Wanted:
    return Wanted(locality_id=progress.locality.id, round_id=progress.round.id)

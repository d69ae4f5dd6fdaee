"""Paper originals: how many sets of each paper are owed for each award, and how many have come."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from service.domain.errors import Invalid, Message, message

MOST_SETS = 99
"""More sets of one paper than this are a typing mistake."""
LONGEST = {"received_from": 200, "note": 1000, "reason": 1000}
"""Characters that a typed text may have at most."""

Paper = tuple[int, int]
"""A paper owed for an award: the ids of the award and of the line of the checklist."""


@dataclass(frozen=True, slots=True)
class Received:
    """What somebody says has arrived on paper: when, from whom, how many sets of which papers."""

    received_on: date
    received_from: str
    sets: Mapping[Paper, int]
    note: str = ""


def missing(owed: int | None, received: int) -> int:
    """How many sets are still to come; none where the plan does not say how many are owed."""
    return max((owed or 0) - received, 0)


def complete_sets(received: Iterable[int]) -> int:
    """How many whole sets have come: as many as of the paper that came least often."""
    return min(received, default=0)


def field_of(paper: Paper) -> str:
    """The name of the field that asks for the sets of a paper."""
    award_id, item_id = paper
    return f"sets-{award_id}-{item_id}"


def check(given: Received, owed: Iterable[Paper], today: date, *, correction: str | None = None) -> None:
    """Checks what was typed about a receipt; `correction` is the reason of one that corrects another.

    Raises:
        Invalid: with the wrong fields.
    """
    wrong: dict[str, Message] = {}
    if given.received_on > today:
        wrong["received_on"] = message("This date lies in the future.")
    if not given.received_from.strip():
        wrong["received_from"] = message("Write who brought or sent the papers.")
    texts = {"received_from": given.received_from, "note": given.note, "reason": correction or ""}
    for name, text in texts.items():
        if len(text.strip()) > LONGEST[name]:
            wrong[name] = message("At most {most} characters.", most=LONGEST[name])
    if correction is not None and not correction.strip():
        wrong["reason"] = message("Write why the receipt is corrected: both stay in the history.")
    wrong |= _wrong_sets(given.sets, set(owed))
    if correction is None and not wrong and not any(given.sets.values()):
        wrong["sets"] = message("Write how many sets of at least one paper have arrived.")
    if wrong:
        raise Invalid(message("Check the marked fields and send again."), wrong)


def _wrong_sets(sets: Mapping[Paper, int], owed: Container[Paper]) -> dict[str, Message]:
    wrong: dict[str, Message] = {}
    for paper, number in sets.items():
        if not 0 <= number <= MOST_SETS:
            wrong[field_of(paper)] = message("Write a number from 0 to {most}.", most=MOST_SETS)
        elif number and paper not in owed:
            wrong["sets"] = message("This paper is not owed any more. Reload the page.")
    return wrong

"""A proposed change in words, for telling rehearsals apart."""

from collections.abc import Iterable

from service.domain.deadlines import Bound, Deadline
from service.domain.errors import Message, message
from service.domain.labels import Label, Language
from service.rehearsals.asking import DateChange, Proposal
from service.rehearsals.changes import unknown_deadline
from service.translations import terms, translate


def in_words(change: Proposal, deadlines: Iterable[Deadline]) -> Label:
    """A proposal for a round of these deadlines in both languages; empty when there is none.

    Raises:
        Invalid: it changes a deadline that the round does not have.
    """
    known = {one.key: one for one in deadlines}
    told = [_date_in_words(one, known) for one in change.dates]
    if change.ladder is not None:
        told.append(message("another ladder of reminders ({key})", key=change.ladder.key))
    if change.diagram is not None:
        told.append(message("another diagram"))
    vietnamese, english = ("; ".join(translate(one, code) for one in told) for code in Language)
    return Label(vietnamese, english)


def _date_in_words(change: DateChange, deadlines: dict[str, Deadline]) -> Message:
    known = deadlines.get(change.deadline)
    if known is None:
        raise unknown_deadline(change.deadline, deadlines)
    parts: list[Message] = []
    day, bound = change.day or known.day, change.bound or known.bound
    if day is not None:
        before, by = "before {day} (that day is late)", "by {day} (that day still counts)"
        parts.append(message(before if bound is Bound.BEFORE else by, day=day))
    if change.roll is not None:
        parts.append(terms.of_member(change.roll))
    return message("{what}: {detail}", what=known.name, detail=parts)

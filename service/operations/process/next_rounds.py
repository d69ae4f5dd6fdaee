"""Where a dossier goes that its round takes no more: the next round by name, or that there is none yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from service.domain.deadlines import LatePolicy
from service.domain.dossiers import DossierKind
from service.domain.errors import Message, message
from service.domain.labels import Label
from service.domain.organisations import Function
from service.domain.rounds import RoundKind
from service.domain.tasks import is_overdue
from service.operations import calendars
from service.operations.dues import Due
from service.store import localities
from service.store.tables import Deadline, Dossier, Round
from service.store.work import Work


@dataclass(frozen=True, slots=True)
class NextRound:
    """The round that comes next, and the day on which units can open dossiers in it if that lies ahead."""

    round: Round
    opens_on: date | None

    @property
    def name(self) -> Label:
        """Its name in both languages."""
        return Label(self.round.name_vi, self.round.name_en)


def after(work: Work, deadline: Deadline) -> NextRound | None:
    """The round that takes what comes too late for a deadline: the one whose own is the nearest still ahead.

    One without a date follows those with one, if it is of no earlier year. None while no such round has
    been created.
    """
    late_for = deadline.round
    today = calendars.today(work, late_for.locality)
    found = [
        (due, round_)
        for round_ in localities.rounds(work, late_for.locality_id)
        if round_.active and round_.id != late_for.id and round_.kind != RoundKind.DUTY
        for due in round_.deadlines
        if due.active and due.key == deadline.key
        if (due.due_at > work.now if due.due_at else round_.year >= late_for.year)
    ]
    if not found:
        return None
    _, chosen = min(
        found, key=lambda one: (one[0].due_at is None, one[0].due_at or work.now, one[1].year, one[1].id)
    )
    ahead = chosen.opens_on is not None and chosen.opens_on > today
    return NextRound(chosen, chosen.opens_on if ahead else None)


def told(following: NextRound | None, ended: Mapping[str, object]) -> Message:
    """What whoever comes too late is told; `ended` says when the deadline ended and by which clause."""
    if following is None:
        return message(
            "The deadline ended on {day} ({clause}): this dossier belongs to the next round, and none is "
            "open yet. Open it there as soon as the administrators have created that round.",
            **ended,
        )
    if following.opens_on is not None:
        return message(
            "The deadline ended on {day} ({clause}): this dossier belongs to the next round, {round}. Open "
            "it there from {opens_on} on.",
            round=following.name,
            opens_on=following.opens_on,
            **ended,
        )
    return message(
        "The deadline ended on {day} ({clause}): this dossier belongs to the next round, {round}. Open it "
        "there.",
        round=following.name,
        **ended,
    )


def is_closed_to(dossier: Dossier, due: Due, now: datetime) -> bool:
    """Whether a dossier has not been sent in by a deadline after which nothing is taken any more.

    Nobody is urged then to do what can be done no longer.
    """
    return is_overdue(due.due_at, now) and awaits_no_longer(dossier, due)


def awaits_no_longer(dossier: Dossier, due: Due) -> bool:
    """Whether the deadline, once it passes, ends the chance to send in a dossier that has not been yet."""
    owes = due.row.owner == Function.UNIT or dossier.kind == DossierKind.DUTY
    taken_late = due.row.late_policy == LatePolicy.ACCEPT_FLAGGED
    return owes and not taken_late and dossier.submitted_at is None and due.supplement is None


def noted(work: Work, round_id: int) -> Mapping[str, Any]:
    """What histories note when the deadline of the units passes: the next round, null while there is none.

    Nothing where late dossiers do not go to the next round.
    """
    owed = next(
        (row for row in localities.deadlines(work, round_id) if row.owner == Function.UNIT and row.due_at),
        None,
    )
    if owed is None or owed.late_policy != LatePolicy.NEXT_ROUND:
        return {}
    following = after(work, owed)
    if following is None:
        return {"next_round": None}
    name = following.name
    return {"next_round": {"key": following.round.key, "vi": name.vi, "en": name.en}}


class Notes:
    """The same for many dossiers of one Work, asked once for each round."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._known: dict[int, Mapping[str, Any]] = {}

    def of(self, dossier: Dossier) -> Mapping[str, Any]:
        """What the history of a dossier notes; nothing once it has been submitted."""
        if dossier.submitted_at is not None:
            return {}
        if dossier.round_id not in self._known:
            self._known[dossier.round_id] = noted(self._work, dossier.round_id)
        return self._known[dossier.round_id]

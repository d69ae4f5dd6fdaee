"""What a user task asks of its holder: acts, outcomes, folders of the inbox."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from service.domain.errors import Invalid, message

SOON_AFTER = timedelta(days=3)
"""A deadline nearer than this counts as approaching in the inbox."""


class Act(StrEnum):
    """What completing the task does in the domain, besides moving the process."""

    SUBMIT = "submit"
    SELECT = "select"
    APPRAISE = "appraise"
    FORWARD = "forward"
    DECIDE = "decide"
    HAND_OVER = "hand_over"
    ACKNOWLEDGE = "acknowledge"
    REPORT = "report"
    RECEIVE = "receive"


class Outcome(StrEnum):
    """The answer a completed task gives to the process; conditions on the diagram name these."""

    SUBMIT = "submit"
    ACCEPT = "accept"
    RETURN_UNIT = "return_unit"
    RETURN_PREVIOUS = "return_previous"
    REFUSE = "refuse"
    FORWARD = "forward"
    APPROVE = "approve"
    HANDED_OVER = "handed_over"
    ACKNOWLEDGED = "acknowledged"
    NOT_APPLICABLE = "not_applicable"


RETURNS = frozenset({Outcome.RETURN_UNIT, Outcome.RETURN_PREVIOUS})
ANSWERED_AGAIN = frozenset({Act.SUBMIT, Act.REPORT, Act.SELECT, Act.APPRAISE})
"""Steps whose form begins with what it said the last time; a letter or decision is a new paper each time."""
TURNED_DOWN = RETURNS | {Outcome.REFUSE}
"""Answers by which the act of the step is not done."""
NEEDS_REASON = TURNED_DOWN | {Outcome.NOT_APPLICABLE}
SENDS_ON = frozenset({Act.SUBMIT, Act.REPORT, Act.FORWARD, Act.DECIDE, Act.HAND_OVER})
"""Acts with which a dossier leaves those who owe it by a deadline: here the deadline's late policy acts."""
LATE_REASON = "late_reason"
"""The field of a form that asks why what it sends on comes late."""
PREPARES = frozenset({Act.SUBMIT, Act.REPORT})
"""Acts of whoever prepares a dossier or a report: while such a step is open, they may change it."""
JUDGES_NOMINATIONS = frozenset({Act.SELECT, Act.APPRAISE, Act.DECIDE})
"""Acts at which the reviewer acts on each nomination as well as on the dossier."""

OUTCOMES: dict[Act, frozenset[Outcome]] = {
    Act.SUBMIT: frozenset({Outcome.SUBMIT}),
    Act.SELECT: frozenset({Outcome.ACCEPT, Outcome.RETURN_UNIT, Outcome.REFUSE}),
    Act.APPRAISE: frozenset({Outcome.ACCEPT, *TURNED_DOWN}),
    Act.FORWARD: frozenset({Outcome.FORWARD}),
    Act.DECIDE: frozenset({Outcome.APPROVE, *TURNED_DOWN}),
    Act.HAND_OVER: frozenset({Outcome.HANDED_OVER}),
    Act.ACKNOWLEDGE: frozenset({Outcome.ACKNOWLEDGED}),
    Act.REPORT: frozenset({Outcome.SUBMIT, Outcome.NOT_APPLICABLE}),
    Act.RECEIVE: frozenset({Outcome.ACCEPT, Outcome.RETURN_UNIT}),
}


class Folder(StrEnum):
    """The folders of the inbox, in the order they are shown."""

    MINE = "mine"
    GROUP = "group"
    OVERDUE = "overdue"
    SOON = "soon"
    SUPPLEMENT = "supplement"
    WAITING = "waiting"
    SNOOZED = "snoozed"
    OFFICE = "office"
    DONE = "done"

    @property
    def counted_to(self) -> int:
        """Where its count stops: it says enough, and never grows with the database.

        What somebody waits for is looked up dossier by dossier, so that its count stops sooner.
        """
        return 100 if self is Folder.WAITING else 1000


PENDING = "pending"
"""The delegation of a task on which a colleague works for its owner."""
RESOLVED = "resolved"
"""That of one which the colleague has given back."""


class Closing(StrEnum):
    """How a user task ended."""

    COMPLETED = "completed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Answer:
    """The checked part of a completed form that the process and the history need.

    `return_to` and `return_step` are the element id and the name of the step that a return goes to.
    """

    outcome: Outcome
    reason: str | None = None
    return_to: str = ""
    return_step: str = ""


_MISSING_REASON = message("Write the reason: the unit reads it and it stays in the history.")
_MISSING_REASONS = {
    Outcome.NOT_APPLICABLE: message(
        "Write why there is nothing to report: the recipients read it and it stays in the history."
    )
}


def check_answer(act: Act, outcome: str, reason: str | None) -> Answer:
    """Checks that the outcome belongs to the act and that returns and refusals give a reason.

    Raises:
        Invalid: with `outcome` or `reason` among its fields.
    """
    wrong = message("Check the marked fields and send again.")
    try:
        known = Outcome(outcome)
    except ValueError:
        raise Invalid(wrong, {"outcome": message("Choose one of the decisions shown.")}) from None
    if known not in OUTCOMES[act]:
        raise Invalid(wrong, {"outcome": message("This decision is not possible at this step.")})
    text = (reason or "").strip() or None
    if known in NEEDS_REASON and text is None:
        raise Invalid(wrong, {"reason": _MISSING_REASONS.get(known, _MISSING_REASON)})
    return Answer(known, text)


def is_overdue(due_at: datetime | None, now: datetime) -> bool:
    """Whether the first late instant has come."""
    return due_at is not None and now >= due_at

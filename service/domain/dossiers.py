"""The dossier and its nominations: states, verdicts, and what must hold before each act."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from service.domain.errors import Invalid, message
from service.domain.tasks import Act, Outcome


class DossierKind(StrEnum):
    """What travels: a dossier that proposes awards, or a report that is owed."""

    AWARD = "award"
    DUTY = "duty"


class DossierStatus(StrEnum):
    """Where a dossier stands, for people."""

    DRAFT = "draft"
    RUNNING = "running"
    RETURNED = "returned"
    DECIDED = "decided"
    HANDED_OVER = "handed_over"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    RECEIVED = "received"
    EXCUSED = "excused"


ENDINGS_OF = {
    DossierKind.AWARD: frozenset(
        {DossierStatus.DECIDED, DossierStatus.HANDED_OVER, DossierStatus.REFUSED, DossierStatus.WITHDRAWN}
    ),
    DossierKind.DUTY: frozenset({DossierStatus.RECEIVED, DossierStatus.EXCUSED}),
}
"""What can become of each kind: a report is received, or excused by the recipients."""
ENDINGS = frozenset(status for statuses in ENDINGS_OF.values() for status in statuses)


class NomineeKind(StrEnum):
    """Who may be nominated (plan of Vạn Ninh, III.1, and the other plans)."""

    INDIVIDUAL = "individual"
    COLLECTIVE = "collective"
    HOUSEHOLD = "household"
    ENTERPRISE = "enterprise"
    COMMUNITY = "community"


class NominationStatus(StrEnum):
    """What has become of one nomination so far."""

    PROPOSED = "proposed"
    SELECTED = "selected"
    DROPPED = "dropped"
    AWARDED = "awarded"
    APPROVED_UPWARD = "approved_upward"
    HANDED_OVER = "handed_over"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


STANDING = frozenset({NominationStatus.PROPOSED, NominationStatus.SELECTED})
"""A nomination in one of these still travels with its dossier."""
GONE = frozenset({NominationStatus.DROPPED, NominationStatus.REFUSED, NominationStatus.WITHDRAWN})
"""A nomination in one of these gets no award."""


class Verdict(StrEnum):
    """A reviewer's answer on one nomination."""

    SELECT = "select"
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict on one nomination with its reason (mandatory when dropping)."""

    verdict: Verdict
    reason: str | None = None


def check_judgements(
    nomination_ids: Iterable[int], judgements: Mapping[int, Judgement], outcome: Outcome
) -> None:
    """Checks the verdicts on the nominations that a reviewer was shown.

    Every nomination needs a verdict, every drop a reason, and a dossier cannot go on empty.

    Raises:
        Invalid: with fields `nomination-<id>`.
    """
    wrong = {
        f"nomination-{key}": message("Decide on this nomination: keep it or drop it.")
        for key in nomination_ids
        if key not in judgements
    }
    wrong |= {
        f"nomination-{key}": message("Write why this nomination is dropped.")
        for key, judgement in judgements.items()
        if judgement.verdict is Verdict.DROP and not (judgement.reason or "").strip()
    }
    if wrong:
        raise Invalid(message("Check the marked nominations and send again."), wrong)
    kept = any(judgement.verdict is Verdict.SELECT for judgement in judgements.values())
    if outcome in {Outcome.ACCEPT, Outcome.APPROVE} and not kept:
        raise Invalid(
            message("All nominations are dropped: refuse the dossier, or keep at least one nomination."),
            {"outcome": message("A dossier without a nomination cannot go on.")},
        )


def status_after(act: Act, *, in_power: bool) -> NominationStatus:
    """The status of a kept nomination once a reviewer has accepted or approved."""
    if act is Act.DECIDE:
        return NominationStatus.AWARDED if in_power else NominationStatus.APPROVED_UPWARD
    return NominationStatus.SELECTED

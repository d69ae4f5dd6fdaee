"""The history of a dossier by what its steps are about, for reading a part of it."""

from collections.abc import Collection, Sequence
from enum import StrEnum

from service.store.tables import HistoryStep


class Subject(StrEnum):
    """What a step of a history is about."""

    ROUTE = "route"
    CONTENT = "content"
    PAPERS = "papers"
    PEOPLE = "people"
    DEADLINES = "deadlines"
    OTHER = "other"


_SUBJECTS: dict[str, Subject] = {
    **dict.fromkeys(
        ("created", "report_opened", "completed", "cancelled", "withdrawn", "ended"), Subject.ROUTE
    ),
    **dict.fromkeys(
        (
            "renamed",
            "nomination_added",
            "nomination_changed",
            "nomination_removed",
            "nominations_imported",
            "attachment_added",
            "attachment_removed",
            "attachment_replaced",
            "overlap_answered",
        ),
        Subject.CONTENT,
    ),
    **dict.fromkeys(("papers_received", "receipt_corrected"), Subject.PAPERS),
    **dict.fromkeys(
        (
            "redated",
            "extended",
            "extension_ended",
            "late_policy_changed",
            "deadline_passed",
            "climb_stopped",
            "timer_fired",
            "overtaken",
            "notice",
        ),
        Subject.DEADLINES,
    ),
    **dict.fromkeys(
        (
            "claimed",
            "released",
            "holder_left",
            "reassigned",
            "delegated",
            "resolved",
            "taken_back",
            "opinion_asked",
            "opinion_given",
            "opinion_withdrawn",
            "opinion_overtaken",
            "voted",
            "vote_closed",
        ),
        Subject.PEOPLE,
    ),
}


def subject_of(step: HistoryStep) -> Subject:
    """What a step is about; a kind that is not known here is about something else."""
    return _SUBJECTS.get(step.kind, Subject.OTHER)


def about(history: Sequence[HistoryStep], subjects: Collection[Subject]) -> list[HistoryStep]:
    """The steps about some subjects, in their order; all of them when none is named."""
    return [step for step in history if not subjects or subject_of(step) in subjects]


def counts(history: Sequence[HistoryStep]) -> dict[Subject, int]:
    """How many steps are about each subject, without those that none is about."""
    found = [subject_of(step) for step in history]
    return {subject: found.count(subject) for subject in Subject if subject in found}

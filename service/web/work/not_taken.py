"""What somebody sent with a task that is no longer theirs to complete: shown again, so nothing is lost."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.domain.dossiers import Judgement
from service.domain.overlaps import OverlapAnswer
from service.operations.work import completions, form_uploads
from service.store.tables import Nomination, UserTask
from service.store.work import Work
from service.web.pages import actor
from service.web.work import task_forms
from service.web.work.task_forms import Sent


@dataclass(frozen=True, slots=True)
class NotTaken:
    """A form as it was sent, for reading and copying: label and value of its filled fields, then the rest."""

    answers: Sequence[tuple[str, str]]
    judged: Sequence[tuple[Nomination, Judgement]]
    overlaps: Sequence[tuple[Nomination, OverlapAnswer]]
    unanswered: str


def not_taken(work: Work, task: UserTask, nominations: Sequence[Nomination], sent: Sent) -> NotTaken:
    """What was sent, in the words of the form, without verdicts on nominations that are gone meanwhile."""
    form = completions.offered_form(work, task)
    files = form_uploads.waiting(work, actor(), task) if form.file_keys else {}
    known = {nomination.id: nomination for nomination in nominations}
    answers = {int(pair.partition("-")[0]): answer for pair, answer in sent.answers.items()}
    return NotTaken(
        task_forms.told(form, sent.values, files),
        [(known[key], judgement) for key, judgement in sent.judgements.items() if key in known],
        [(known[key], answer) for key, answer in answers.items() if key in known],
        sent.unanswered,
    )

"""What the page of a task shows: where it stands, its form, the nominations to judge, the queue beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from werkzeug.exceptions import BadRequest

from service.domain.dossiers import Judgement, NominationStatus, Verdict
from service.domain.labels import Language
from service.domain.tasks import RETURNS, Act
from service.engine import RETURN_TO
from service.operations import access
from service.operations.dossier import differences, dossiers
from service.operations.dossier.dossiers import DossierPage
from service.operations.work import acts, changes, completions, form_uploads, returns
from service.operations.work.changes import Changes
from service.store import definitions, tasks
from service.store.tables import FormFile, HistoryStep, Nomination, TaskDraft, UserTask
from service.store.work import Work
from service.web.complaints import Complaint
from service.web.pages import actor
from service.web.parts.citations import document_names
from service.web.parts.deadlines import DeadlineTeller
from service.web.parts.dossier_pages import sent_report
from service.web.parts.overlaps import asked
from service.web.parts.steps import step_name
from service.web.words import language, told
from service.web.work import queues, task_forms, together
from service.web.work.form_files import shown
from service.web.work.inbox import queue_context
from service.web.work.not_taken import not_taken
from service.web.work.task_forms import Sent


@dataclass(frozen=True, slots=True)
class Judged:
    """A nomination with the verdict that stands in the form now."""

    nomination: Nomination
    verdict: str
    why: str


@dataclass(frozen=True, slots=True)
class Draft:
    """The reader's draft: its revision, when it was saved, and what others changed since.

    `restored` says that the page shows it, not something that was sent just now.
    """

    revision: int
    saved_at: datetime
    restored: bool
    changed: Sequence[HistoryStep]


@dataclass(frozen=True, slots=True)
class FormParts:
    """The form as the browser draws it: schema, values with the variables of its conditions, button."""

    schema: dict[str, Any]
    data: dict[str, object]
    keys: frozenset[str]
    files: Mapping[str, Sequence[FormFile]]

    def word(self, name: str) -> str:
        """A text of the form's own, such as `title`, in the reader's language."""
        texts: dict[str, str] = self.schema.get("properties", {})
        english = texts.get(f"{name}_en") if language() == Language.ENGLISH else None
        return english or texts.get(name, "")

    @property
    def shown_files(self) -> dict[str, list[dict[str, object]]]:
        """What the reader has put into the fields for files, as the page's script takes it."""
        return {key: [shown(file) for file in files] for key, files in self.files.items()}

    def rejections(self, complaint: Complaint | None) -> dict[str, list[str]]:
        """What is wrong, for the fields that the form draws itself."""
        fields = complaint.fields if complaint else {}
        return {key: [told(text)] for key, text in fields.items() if key in self.keys}


def context(work: Work, task: UserTask, sent: Sent | None = None) -> dict[str, object]:
    """Everything that the templates of a task need; `sent` is what came and was not taken."""
    trail = queues.trail_behind()
    queue = queues.read(work, actor(), trail) if trail else None
    beside = queue_context(work, queue) if queue else {}
    # Tasks of other processes may stand in the queue beside this one.
    processes = {one.dossier.round.process_key for one in queue.tasks} if queue else set[str]()
    page = dossiers.show(work, actor(), task.dossier_id)
    along = trail.params if trail else {"at": queues.AT_DOSSIER} if queues.from_dossier() else {}
    return (
        beside
        | task_content(work, task, page, sent)
        | {
            "page": page,
            "trail": trail,
            "along": along,
            "claimable": task.closed_at is None
            and task.assignee_id is None
            and access.may_take(actor(), task),
            "step_name": step_name(work, processes | {page.dossier.round.process_key}),
        }
    )


def task_content(
    work: Work, task: UserTask, page: DossierPage, sent: Sent | None = None
) -> dict[str, object]:
    """What is told of a task between its banner and the papers, its form above all."""
    mine = task.closed_at is None and actor().holds(task.assignee_id, task.group_id)
    kept = tasks.draft(work, task.id, actor().person_id) if mine else None
    values = _values(kept, sent)
    again = returns.answers_before(work, task, page.history) if mine and not values else {}
    judgements = _judgements(values)
    teller = DeadlineTeller(work)
    return {
        "task": task,
        "mine": mine,
        "draft": None if kept is None else _draft(kept, page, sent),
        "changes": _changes(work, task, sent),
        "not_taken": None if mine or sent is None else not_taken(work, task, page.nominations, sent),
        "newer_form": mine and definitions.is_outdated_form(work, task.form_version_id),
        "due": teller.of_task,
        "names": document_names(work, page.dossier.round.locality),
        "report": sent_report(page.history),
        "judged": judged(acts.judged_at(Act(task.act), page.nominations), judgements),
        "overlaps": asked(work, page.nominations, values),
        "form": _form(work, task, again | values, judgements),
        "answered_before": bool(again),
        "returned": _return_of(page, task),
        "differences": differences.since_return(work, task, page.history),
        "zone": teller.zone_of(page.dossier),
        "step_turned_away": acts.turned_away(work, task) if task.closed_at is None else None,
        "closing": _closing_of(page, task),
        "together": together.of_task(work, task, page),
        "unanswered": values.get(task_forms.UNANSWERED, ""),
    }


def judged(nominations: Sequence[Nomination], judgements: Mapping[int, Judgement]) -> list[Judged]:
    """The nominations with their verdicts so far; one not dropped before is kept unless somebody says so."""
    rows: list[Judged] = []
    for nomination in nominations:
        before = Verdict.DROP if nomination.status == NominationStatus.DROPPED else Verdict.SELECT
        given = judgements.get(nomination.id, Judgement(before, nomination.status_reason))
        rows.append(Judged(nomination, given.verdict.value, given.reason or ""))
    return rows


def _values(kept: TaskDraft | None, sent: Sent | None) -> dict[str, Any]:
    """What was sent just now, else the person's draft."""
    if sent is not None:
        return dict(sent.draft)
    return dict(kept.content) if kept else {}


def _draft(kept: TaskDraft, page: DossierPage, sent: Sent | None) -> Draft:
    """What the form says of the reader's draft; changes by others since then may make it look different."""
    others = [
        step for step in page.history if step.at > kept.saved_at and step.person_id != actor().person_id
    ]
    return Draft(kept.revision, kept.saved_at, restored=sent is None, changed=others)


def _changes(work: Work, task: UserTask, sent: Sent | None) -> Changes | None:
    """What was done to the dossier after the page was opened from which something was sent."""
    if sent is None or sent.seen_version is None:
        return None
    found = changes.since(work, actor(), task.id, sent.seen_version)
    return found if found.any else None


def _judgements(values: Mapping[str, Any]) -> dict[int, Judgement]:
    try:
        return task_forms.judgements_in(values)
    except BadRequest:
        # A draft may come from another program: what cannot be read in it is asked again.
        return {}


def _form(
    work: Work, task: UserTask, values: Mapping[str, Any], judgements: Mapping[int, Judgement]
) -> FormParts:
    form = completions.offered_form(work, task)
    keys = frozenset(form.by_key)
    files = form_uploads.waiting(work, actor(), task) if form.file_keys else {}
    # Of files, what has been taken in counts, whatever a draft says.
    held = {key: ",".join(str(file.id) for file in files.get(key, ())) for key in form.file_keys}
    known = {key: value for key, value in values.items() if key in keys} | held
    data: dict[str, object] = {**known, **completions.form_context(work, task, judgements)}
    if RETURN_TO in keys and not known.get(RETURN_TO):
        near = returns.nearest(returns.ways(work, task))
        data |= {RETURN_TO: near.element_id} if near else {}
    return FormParts(completions.offered_schema(work, task), data, keys, files)


def _return_of(page: DossierPage, task: UserTask) -> HistoryStep | None:
    """The step that sent the dossier back to this task."""
    if task.returned_by_group_id is None:
        return None
    returns = (step for step in reversed(page.history) if step.outcome in RETURNS)
    return next(returns, None)


def _closing_of(page: DossierPage, task: UserTask) -> HistoryStep | None:
    """The step that completed this task."""
    return next((step for step in page.history if step.task_id == task.id and step.kind == "completed"), None)

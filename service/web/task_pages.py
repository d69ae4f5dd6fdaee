"""What the page of a task shows: where it stands, its form, the nominations to judge, the queue beside it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from werkzeug.exceptions import BadRequest

from service.domain.dossiers import Judgement, NominationStatus, Verdict
from service.domain.labels import Language
from service.domain.tasks import PREPARES, RETURNS, Act
from service.operations import acts, completions, dossiers
from service.operations.dossiers import DossierPage
from service.store import definitions, tasks
from service.store.tables import HistoryStep, Nomination, UserTask
from service.store.work import Work
from service.web import queues, task_forms
from service.web.citations import document_names
from service.web.complaints import Complaint
from service.web.deadlines import DeadlineTeller
from service.web.dossier_pages import sent_report
from service.web.inbox import queue_context
from service.web.overlaps import asked
from service.web.pages import actor
from service.web.steps import step_name
from service.web.task_forms import Sent
from service.web.words import language, told


@dataclass(frozen=True, slots=True)
class Judged:
    """A nomination with the verdict that stands in the form now."""

    nomination: Nomination
    verdict: str
    why: str


@dataclass(frozen=True, slots=True)
class FormParts:
    """The form as the browser draws it: schema, values with the variables of its conditions, button."""

    schema: dict[str, Any]
    data: dict[str, object]
    keys: frozenset[str]

    def word(self, name: str) -> str:
        """A text of the form's own, such as `title`, in the reader's language."""
        texts: dict[str, str] = self.schema.get("properties", {})
        english = texts.get(f"{name}_en") if language() == Language.ENGLISH else None
        return english or texts.get(name, "")

    def rejections(self, complaint: Complaint | None) -> dict[str, list[str]]:
        """What is wrong, for the fields that the form draws itself."""
        fields = complaint.fields if complaint else {}
        return {key: [told(text)] for key, text in fields.items() if key in self.keys}


def context(work: Work, task: UserTask, sent: Sent | None = None) -> dict[str, object]:
    """Everything that the templates of a task need; `sent` is what came and was not taken."""
    page = dossiers.show(work, actor(), task.dossier_id)
    trail = queues.trail_behind()
    beside = queue_context(work, queues.read(work, actor(), trail)) if trail else {}
    values = _values(work, task, sent)
    judgements = _judgements(values)
    return beside | {
        "task": task,
        "page": page,
        "trail": trail,
        "along": trail.params if trail else {},
        "mine": task.closed_at is None and task.assignee_id == actor().person_id,
        "claimable": task.closed_at is None
        and task.assignee_id is None
        and actor().seat_in(task.group_id) is not None,
        "due": DeadlineTeller(work).of_task,
        "names": document_names(work, page.dossier.round.locality),
        "step_name": step_name(work, {page.dossier.round.process_key}),
        "report": sent_report(page.history),
        "judged": judged(acts.judged_at(Act(task.act), page.nominations), judgements),
        "overlaps": asked(work, page.nominations, values),
        "form": _form(work, task, values, judgements),
        "returned": _return_of(page, task),
        "turned_away": acts.turned_away(task, work.now)
        if task.act in PREPARES and task.closed_at is None
        else None,
        "closing": _closing_of(page, task),
    }


def judged(nominations: Sequence[Nomination], judgements: Mapping[int, Judgement]) -> list[Judged]:
    """The nominations with their verdicts so far; one not dropped before is kept unless somebody says so."""
    rows: list[Judged] = []
    for nomination in nominations:
        before = Verdict.DROP if nomination.status == NominationStatus.DROPPED else Verdict.SELECT
        given = judgements.get(nomination.id, Judgement(before, nomination.status_reason))
        rows.append(Judged(nomination, given.verdict.value, given.reason or ""))
    return rows


def _values(work: Work, task: UserTask, sent: Sent | None) -> dict[str, Any]:
    """What was sent just now, else the person's draft."""
    if sent is not None:
        return dict(sent.draft)
    kept = tasks.draft(work, task.id, actor().person_id)
    return dict(kept.content) if kept else {}


def _judgements(values: Mapping[str, Any]) -> dict[int, Judgement]:
    try:
        return task_forms.judgements_in(values)
    except BadRequest:
        # A draft may come from another program: what cannot be read in it is asked again.
        return {}


def _form(
    work: Work, task: UserTask, values: Mapping[str, Any], judgements: Mapping[int, Judgement]
) -> FormParts:
    schema = json.loads(definitions.form_content(work, task.form_version_id))
    keys = frozenset(completions.form_of(work, task).by_key)
    known = {key: value for key, value in values.items() if key in keys}
    data: dict[str, object] = {**known, **completions.form_context(work, task, judgements)}
    return FormParts(schema, data, keys)


def _return_of(page: DossierPage, task: UserTask) -> HistoryStep | None:
    """The step that sent the dossier back to this task."""
    if task.returned_by_group_id is None:
        return None
    returns = (step for step in reversed(page.history) if step.outcome in RETURNS)
    return next(returns, None)


def _closing_of(page: DossierPage, task: UserTask) -> HistoryStep | None:
    """The step that completed this task."""
    return next((step for step in page.history if step.task_id == task.id and step.kind == "completed"), None)

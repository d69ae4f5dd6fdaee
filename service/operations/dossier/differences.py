"""What is different about a dossier since it left a step, for whoever gets it back there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from service.domain import differences
from service.domain.differences import FieldChange, File, FileChange, NominationChange, Said, Told
from service.domain.dossiers import Verdict
from service.domain.errors import Message, NotFound, message
from service.domain.labels import Label
from service.domain.people import Actor
from service.domain.tasks import RETURNS
from service.forms import Field, FieldType, read_form
from service.operations import access
from service.operations.dossier import nominations
from service.store import definitions, dossiers, files, localities, tasks
from service.store.tables import Attachment, Dossier, HistoryStep, Nomination, NominationVerdict, UserTask
from service.store.work import Work
from service.translations import terms

_NOT_TOLD = frozenset({"outcome", "return_to", "reason", "note"})
"""Answers that the returns and the history tell in their own words."""


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """An answer of a step's form that says something else than the last time the step was done."""

    element_id: str
    element_name: str
    label: Label
    before: Message
    after: Message


@dataclass(frozen=True, slots=True)
class VerdictChange:
    """A nomination on which a reviewer has decided otherwise than before."""

    nomination: Nomination
    before: str | None
    verdict: NominationVerdict


@dataclass(frozen=True, slots=True)
class NomineeWords:
    """A changed field of a nomination in words."""

    field: str
    before: Message
    after: Message


@dataclass(frozen=True, slots=True)
class NominationWords:
    """A nomination that came, went or changed, with its fields in words."""

    change: NominationChange
    fields: tuple[NomineeWords, ...]


@dataclass(frozen=True, slots=True)
class FileWords:
    """A file that came, went or was replaced, with both of its rows."""

    change: FileChange
    before: Attachment | None
    after: Attachment | None


@dataclass(frozen=True, slots=True)
class Differences:
    """All that differs since a step of the history, and the returns since then with their reasons.

    `returns` begins with the step itself when that was a return.
    """

    since: HistoryStep
    returns: tuple[HistoryStep, ...]
    title: FieldChange | None
    nominations: tuple[NominationWords, ...]
    files: tuple[FileWords, ...]
    answers: tuple[AnswerChange, ...]
    verdicts: tuple[VerdictChange, ...]

    @property
    def count(self) -> int:
        """How many parts of the dossier differ."""
        parts = (self.nominations, self.files, self.answers, self.verdicts)
        return sum(len(part) for part in parts) + (self.title is not None)


def points(history: Sequence[HistoryStep]) -> list[HistoryStep]:
    """The moments from which differences can be told, newest first: when the dossier left a step."""
    return [step for step in reversed(history) if step.kind == "completed" and step.outcome]


def last_leaving(history: Sequence[HistoryStep], task: UserTask) -> HistoryStep | None:
    """When the dossier last left the step of a task that is open again; None the first time."""
    return next((step for step in points(history) if step.element_id == task.element_id), None)


def since_return(work: Work, task: UserTask, history: Sequence[HistoryStep]) -> Differences | None:
    """What differs since the dossier last left the step of an open task; None the first time it is there."""
    if task.closed_at is not None:
        return None
    left = last_leaving(history, task)
    return None if left is None else _between(work, task.dossier, history, left)


def show(work: Work, actor: Actor, dossier_id: int, since: int | None = None) -> Differences | None:
    """What differs since a version of the dossier; without one, since it was last returned.

    Returns:
        None when no version is named and the dossier has never been returned.
    Raises:
        NotFound: when the dossier has no such version, or the actor may not know of it.
    """
    dossier = dossiers.get(work, dossier_id)
    access.require_sight(actor, dossier)
    history = dossiers.history(work, dossier_id)
    if since is None:
        left = next((step for step in points(history) if step.outcome in RETURNS), None)
    else:
        left = next((step for step in history if step.position == since), None)
        if left is None:
            raise NotFound(message("The dossier has no version {number}.", number=since))
    return None if left is None else _between(work, dossier, history, left)


def _between(work: Work, dossier: Dossier, history: Sequence[HistoryStep], left: HistoryStep) -> Differences:
    since = [step for step in history if step.position > left.position]
    told = [Told(step.kind, step.params) for step in since]
    titles = [step.params for step in since if step.kind == "renamed"]
    title = FieldChange("title", str(titles[0]["before"]), dossier.title) if titles else None
    return Differences(
        since=left,
        returns=tuple(step for step in [left, *since] if step.outcome in RETURNS),
        title=title if title and title.before != title.after else None,
        nominations=tuple(_nominations(work, dossier, told)),
        files=tuple(_files(work, dossier, told)),
        answers=tuple(_answers(work, dossier, history, left)),
        verdicts=tuple(_verdicts(work, dossier, since)),
    )


def _nominations(work: Work, dossier: Dossier, told: Sequence[Told]) -> list[NominationWords]:
    now: dict[int, Said] = {nomination.id: nominations.said(nomination) for nomination in dossier.nominations}
    changes = differences.compare_nominations(differences.nominations_before(now, told), now)
    if not changes:
        return []
    awards = {
        award.key: Label(award.name_vi, award.name_en)
        for award in localities.awards(work, dossier.locality_id)
    }
    return [
        NominationWords(
            change,
            tuple(
                NomineeWords(one.field, _worded(awards, one, one.before), _worded(awards, one, one.after))
                for one in change.fields
            ),
        )
        for change in changes
    ]


def _worded(awards: Mapping[str, Label], change: FieldChange, value: str) -> Message:
    """The value of a nomination's field for people."""
    if change.field == "kind" and value:
        return terms.of("nominee", value) or _plain(value)
    return _plain(awards.get(value, value) if change.field == "award" else value)


def _plain(value: str | Label) -> Message:
    """What somebody wrote, or a name in two languages: there is nothing to translate in it."""
    return Message("{value}", {"value": value}) if value else Message("")


def _files(work: Work, dossier: Dossier, told: Sequence[Told]) -> list[FileWords]:
    rows = {row.id: row for row in files.every_attachment(work, dossier.id)}
    known = {row.id: File(row.id, row.display_name, row.sha256, row.replaces_id) for row in rows.values()}
    now = {row.id for row in rows.values() if row.removed_at is None}
    changes = differences.compare_files(differences.files_before(now, known, told), now, known)
    return [
        FileWords(change, rows.get(change.before_id or 0), rows.get(change.after_id or 0))
        for change in changes
    ]


def _answers(
    work: Work, dossier: Dossier, history: Sequence[HistoryStep], left: HistoryStep
) -> list[AnswerChange]:
    """Steps done both before and since: what their forms say now that they did not say then."""
    before: dict[str, HistoryStep] = {}
    after: dict[str, HistoryStep] = {}
    for step in history:
        if step.kind == "completed" and step.element_id and step.outcome not in RETURNS:
            (before if step.position <= left.position else after)[step.element_id] = step
    both = [element_id for element_id in after if element_id in before]
    forms = {task.id: task.form_version_id for task in tasks.of_dossier(work, dossier.id)} if both else {}
    changes: list[AnswerChange] = []
    for element_id in both:
        step = after[element_id]
        form_id = forms.get(step.task_id or 0)
        fields = read_form(definitions.form_content(work, form_id)).by_key if form_id else {}
        changes += [
            AnswerChange(
                element_id,
                step.element_name or element_id,
                _label(fields.get(change.field), change.field),
                _answer(fields.get(change.field), change.before),
                _answer(fields.get(change.field), change.after),
            )
            for change in differences.compare_answers(
                before[element_id].params.get("values", {}), step.params.get("values", {})
            )
            if change.field not in _NOT_TOLD
        ]
    return changes


def _label(field: Field | None, key: str) -> Label:
    return Label(field.label("vi"), field.label("en")) if field else Label(key, key)


def _answer(field: Field | None, value: str) -> Message:
    if field is not None and field.type is FieldType.DATE and value:
        return Message("{value}", {"value": date.fromisoformat(value)})
    for option in field.options if field else ():
        if option.value == value:
            return _plain(Label(option.label("vi"), option.label("en")))
    return _plain(value)


def _verdicts(work: Work, dossier: Dossier, since: Sequence[HistoryStep]) -> list[VerdictChange]:
    """The newest verdict of each nomination where it is not what it was before."""
    asked = {step.task_id for step in since if step.kind == "completed"}
    before: dict[int, NominationVerdict] = {}
    after: dict[int, NominationVerdict] = {}
    for verdict in dossiers.verdicts(work, dossier.id):
        (after if verdict.task_id in asked else before)[verdict.nomination_id] = verdict
    changes: list[VerdictChange] = []
    for nomination in dossier.nominations:
        given, earlier = after.get(nomination.id), before.get(nomination.id)
        was = earlier.verdict if earlier else None
        if given is not None and given.verdict != (was or Verdict.SELECT):
            changes.append(VerdictChange(nomination, was, given))
    return changes

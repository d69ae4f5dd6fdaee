"""Where a reviewer may return a dossier to: the earlier steps that its own diagram leads back to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from service import engine
from service.domain.labels import Label
from service.domain.tasks import ANSWERED_AGAIN, OUTCOMES, RETURNS, Act, Answer, Outcome
from service.engine import RETURN_TO
from service.forms import Form, Option, Wording, read_form
from service.operations.process import processes
from service.operations.staff import audiences
from service.operations.step_names import in_english
from service.store import definitions, dossiers, localities
from service.store.tables import HistoryStep, UserTask
from service.store.work import Work

_DECIDED_ANEW = frozenset({"outcome", RETURN_TO, "reason"})
OFFER = "returns"
"""How a form names these choices in `valuesKey`."""


@dataclass(frozen=True, slots=True)
class Way:
    """An earlier step, whose it is, and how the process is told to go there."""

    element_id: str
    name: Label
    office: Label
    outcome: Outcome
    return_to: str

    @property
    def label(self) -> Label:
        """The step with its office, as a form offers it."""
        return Label(f"{self.name.vi} ({self.office.vi})", f"{self.name.en} ({self.office.en})")


def ways(work: Work, task: UserTask) -> Sequence[Way]:
    """The earlier steps that a task may return its dossier to, in the order of the route.

    They are derived from the arrows of the diagram version that the dossier runs on.
    """
    asked = sorted(OUTCOMES[Act(task.act)] & RETURNS)
    if not asked:
        return ()
    definition = processes.definition_of(work, dossiers.instance(work, task.dossier_id))
    known = processes.beginning(task.dossier)
    found = engine.returns(definition, task.element_id, [outcome.value for outcome in asked], known)
    return tuple(
        Way(
            one.element.id,
            Label(one.element.name, in_english(one.element.name, one.element.documentation)),
            _office(work, task, one.element.attributes.get("role", "")),
            Outcome(one.outcome),
            one.return_to,
        )
        for one in found
    )


def offered(work: Work, task: UserTask) -> Mapping[str, Sequence[Option]]:
    """What the form of a task offers as earlier steps; the unit's own has an answer to itself."""
    return {
        OFFER: [
            Option(way.element_id, Wording(way.label.vi, way.label.en))
            for way in ways(work, task)
            if way.outcome is Outcome.RETURN_PREVIOUS
        ]
    }


def nearest(ways_back: Sequence[Way]) -> Way | None:
    """Where an answer leads that names no step: to the nearest of the earlier ones."""
    earlier = [way for way in ways_back if way.outcome is Outcome.RETURN_PREVIOUS]
    unnamed = next((way for way in earlier if not way.return_to), None)
    return unnamed or (earlier[-1] if earlier else None)


def completed(form: Form, values: Mapping[str, object], ways_back: Sequence[Way]) -> Mapping[str, object]:
    """The values of a form in which whoever names no step means the nearest."""
    near = nearest(ways_back)
    if values.get("outcome") != Outcome.RETURN_PREVIOUS or RETURN_TO not in form.by_key or near is None:
        return values
    return {**values, RETURN_TO: values.get(RETURN_TO) or near.element_id}


def named(answer: Answer, values: Mapping[str, object], ways_back: Sequence[Way]) -> Answer:
    """An answer with the step that it returns to, by id and by name; all others stay as they are."""
    chosen = values.get(RETURN_TO)
    way = next((way for way in ways_back if way.element_id == chosen), None)
    if answer.outcome is Outcome.RETURN_PREVIOUS:
        way = way or nearest(ways_back)
    else:
        way = next((way for way in ways_back if way.outcome is answer.outcome), None)
    return answer if way is None else replace(answer, return_to=way.element_id, return_step=way.name.vi)


def answers_before(work: Work, task: UserTask, history: Sequence[HistoryStep]) -> dict[str, object]:
    """What the form of an open step said when the step was last done, by field; empty the first time.

    What is decided anew each time is left out, files too: they are in the dossier.
    """
    if task.closed_at is not None or Act(task.act) not in ANSWERED_AGAIN:
        return {}
    done = (
        step
        for step in reversed(history)
        if step.kind == "completed" and step.element_id == task.element_id and step.outcome not in RETURNS
    )
    last = next(done, None)
    if last is None:
        return {}
    form = read_form(definitions.form_content(work, task.form_version_id))
    kept = form.by_key.keys() - _DECIDED_ANEW - set(form.file_keys)
    return {key: value for key, value in last.params.get("values", {}).items() if key in kept}


def _office(work: Work, task: UserTask, role: str) -> Label:
    dossier = task.dossier
    try:
        group = audiences.group_for_role(work, dossier, role)
    except LookupError:
        return Label(role, role)
    office = localities.organisation(work, group.organisation_id)
    return Label(office.name_vi, office.name_en) if office else Label(role, role)

"""What the pages of a dossier show."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from service.domain.labels import Language
from service.domain.people import Actor
from service.domain.tasks import Outcome, is_overdue
from service.operations.dossier import dossiers, receipts
from service.operations.dossier.dossiers import DiagramPage, DossierPage
from service.operations.step_names import in_english
from service.operations.work import acts
from service.store.tables import HistoryStep, Organisation, Round, UserTask
from service.store.work import Work
from service.web.pages import actor
from service.web.parts.citations import document_names
from service.web.parts.deadlines import DeadlineTeller, DeadlineWords
from service.web.parts.overlaps import asked
from service.web.parts.steps import step_name
from service.web.words import day, language


@dataclass(frozen=True, slots=True)
class Choice:
    """A round in which a dossier may be opened for a unit, and until when."""

    round: Round
    unit: Organisation
    due_at: datetime | None
    overdue: bool

    @property
    def value(self) -> str:
        """How the form names it."""
        return f"{self.round.id}-{self.unit.id}"


@dataclass(frozen=True, slots=True)
class StepWords:
    """One element of the diagram in words: its name, where the dossier stands to it, where it leads."""

    number: int
    name: str
    lane: str
    state: str
    level: int
    leads_to: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class DiagramWords:
    """The attributes of the drawn diagram, and the same in words."""

    current: str
    visited: str
    late: str
    due: str
    levels: str
    steps: tuple[StepWords, ...]
    key: str
    version: int


@dataclass(frozen=True, slots=True)
class SentReport:
    """A duty report as it was sent last: its text, or the reason why there is nothing to report."""

    step: HistoryStep
    nothing: bool
    number: str
    signed_on: date | None
    text: str


def content(work: Work, dossier_id: int) -> dict[str, Any]:
    """What all pages of a dossier share."""
    page = dossiers.show(work, actor(), dossier_id)
    teller = DeadlineTeller(work)
    return {
        "page": page,
        "dossier": page.dossier,
        "held": held_by(actor(), page),
        "zone": teller.zone_of(page.dossier),
        "due": teller.of_task,
        "names": document_names(work, page.dossier.round.locality),
        "step_name": step_name(work, {page.dossier.round.process_key}),
        "papers": receipts.sheet(work, actor(), page.dossier),
        "report": sent_report(page.history),
        "nearest": _nearest(page, teller),
        "refused_steps": [said for task in page.steps if (said := acts.turned_away(work, task))],
        "overlaps": asked(work, page.nominations, {}),
    }


def held_by(who: Actor, page: DossierPage) -> UserTask | None:
    """The open task of the dossier that somebody holds: a step of its route before an escalation about it,
    the one that presses most first."""
    mine = [task for task in page.open_tasks if who.holds(task.assignee_id, task.group_id)]
    return min(mine, key=lambda task: (task.late_task_id is not None, task.sort_at, task.id), default=None)


def sent_report(history: Iterable[HistoryStep]) -> SentReport | None:
    """What the owner of a duty report has sent last."""
    sent = [step for step in history if step.outcome in {Outcome.SUBMIT, Outcome.NOT_APPLICABLE}]
    if not sent:
        return None
    said: dict[str, Any] = sent[-1].params.get("values", {})
    signed = said.get("letter_date")
    nothing = sent[-1].outcome == Outcome.NOT_APPLICABLE
    return SentReport(
        step=sent[-1],
        nothing=nothing,
        number=str(said.get("letter_number") or ""),
        signed_on=date.fromisoformat(str(signed)) if signed else None,
        text=str((sent[-1].reason if nothing else said.get("summary")) or ""),
    )


def choices_of_rounds(work: Work, who: Actor) -> list[Choice]:
    """The rounds to choose from, the most urgent first."""
    return [_choice(work, round_, unit) for round_, unit in dossiers.openable_rounds(work, who)]


def diagram_words(work: Work, page: DiagramPage, open_tasks: Iterable[UserTask]) -> DiagramWords:
    """How the diagram is marked, and told to those who do not see it."""
    teller = DeadlineTeller(work)
    standing = list(open_tasks)
    words = {task.element_id: teller.of_task(task) for task in standing}
    levels = {task.element_id: task.level for task in standing if task.level}
    dated = {key: told for key, told in words.items() if told.last_day}
    names = {step.element.id: _name(step.element.name, step.element.documentation) for step in page.outline}
    return DiagramWords(
        current=" ".join(page.current),
        visited=" ".join(page.visited),
        late=" ".join(key for key, told in dated.items() if told.state == "overdue"),
        due=json.dumps({key: day(told.last_day) for key, told in dated.items()}),
        levels=json.dumps(levels),
        steps=tuple(
            StepWords(
                step.number,
                names[step.element.id],
                # Lanes have no English name.
                step.element.lane or "" if language() != Language.ENGLISH else "",
                _state(step.element.id, page),
                levels.get(step.element.id, 0),
                tuple(
                    (_name(branch.label, branch.documentation), names.get(branch.target, ""))
                    for branch in step.branches
                ),
            )
            for step in page.outline
        ),
        key=page.key,
        version=page.version,
    )


def _state(element_id: str, page: DiagramPage) -> str:
    if element_id in page.current:
        return "here"
    return "passed" if element_id in page.visited else ""


def _name(name: str, documentation: str) -> str:
    return in_english(name, documentation) if language() == Language.ENGLISH else name


def _nearest(page: DossierPage, teller: DeadlineTeller) -> DeadlineWords | None:
    """The deadline that presses most among the open steps."""
    open_tasks = sorted(page.open_tasks, key=lambda task: task.sort_at)
    return teller.of_task(open_tasks[0]) if open_tasks else None


def _choice(work: Work, round_: Round, unit: Organisation) -> Choice:
    due_at = dossiers.submit_before(work, round_, unit)
    return Choice(round_, unit, due_at, is_overdue(due_at, work.now))

"""Reading off the stage what a rehearsal has shown."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from service import engine
from service.domain.errors import Message, message
from service.domain.incidents import IncidentKind
from service.domain.labels import Label
from service.operations import calendars
from service.rehearsals.playing import Played
from service.rehearsals.results import (
    Action,
    Due,
    Ending,
    Escalation,
    Mail,
    Names,
    Opening,
    Overdue,
    Result,
    Seat,
    Stuck,
)
from service.rehearsals.staging import Stage
from service.store import definitions, localities, mails, rehearsals
from service.store import tables as rows
from service.store.work import Work
from service.translations import terms

_ROUTINE = "reminder"
"""The template of mails that only remind; every other tells of something that happened."""


def report(stage: Stage, played: Played) -> Result:
    """Everything that happened on a stage, in the order of time."""
    with stage.database.read() as work:
        return _Reading(work, stage, played).result()


class _Reading:
    def __init__(self, work: Work, stage: Stage, played: Played) -> None:
        self._work = work
        self._stage = stage
        self._played = played
        self._tasks = {task.id: task for task in rehearsals.all_tasks(work)}
        self._dossiers = rehearsals.all_dossiers(work)
        self._units = {dossier.id: dossier.unit.key for dossier in self._dossiers}

    def result(self) -> Result:
        work, script = self._work, self._stage.script
        locality_id = script.asked.locality_id
        round_ = localities.round_of(work, locality_id, script.asked.round_key)
        sent = self._mails()
        steps = [step for step in rehearsals.all_steps(work) if step.at >= script.opens_at]
        overdue, actions = self._overdue(), self._actions()
        happened = [script.opens_at, *(step.at for step in steps), *(one.at for one in sent)]
        return Result(
            zone=script.zone,
            opens_at=script.opens_at,
            closes_at=max(happened),
            dossiers=len(self._dossiers),
            under_way=len(self._stage.carried),
            dues=tuple(self._due(row) for row in round_.deadlines if row.active),
            mails=tuple(sent),
            overdue=tuple(overdue),
            escalations=tuple(self._escalations(steps, sent)),
            openings=tuple(
                Opening(one.created_at, one.unit.key, one.code)
                for one in self._dossiers
                if one.id not in script.under_way
            ),
            actions=tuple(actions),
            endings=tuple(self._endings()),
            stuck=tuple(self._stuck()),
            empty_seats=self._stage.empty,
            names=self._names(locality_id, round_.process_key),
        )

    def _mails(self) -> list[Mail]:
        ids = rehearsals.mails_after(self._work, 0)
        told = [self._mail(row) for row in mails.some(self._work, ids)]
        return sorted(told, key=lambda one: (one.at, one.unit, one.template, one.rung or "", one.to))

    def _mail(self, row: rows.OutgoingMail) -> Mail:
        task = self._tasks.get(row.task_id or 0)
        return Mail(
            at=row.created_at,
            unit=self._units.get(row.dossier_id or 0, ""),
            step=task.element_id if task else None,
            template=row.template,
            rung=row.rule_key,
            last_day=row.deadline_date,
            to=self._seat(row.recipient_id),
            subject=self._played.subjects.get(row.id, ""),
        )

    def _overdue(self) -> list[Overdue]:
        now = self._stage.clock.now()
        late = [
            Overdue(
                max(task.due_at, task.opened_at),
                task.closed_at,
                self._units[task.dossier_id],
                task.element_id,
                task.group.organisation.key,
            )
            for task in self._tasks.values()
            if task.due_at is not None
            and task.due_at <= (task.closed_at or now)
            and (task.closed_at is None or task.closed_at >= self._stage.script.opens_at)
        ]
        return sorted(late, key=lambda one: (one.since, one.unit, one.step))

    def _actions(self) -> list[Action]:
        done = [
            Action(
                task.closed_at,
                self._units[task.dossier_id],
                task.element_id,
                task.outcome,
                self._seat(task.closed_by_id),
            )
            for task in self._tasks.values()
            if task.closed_at is not None and task.closed_by_id is not None and task.outcome is not None
        ]
        return sorted(done, key=lambda one: (one.at, one.unit, one.step))

    def _escalations(self, steps: Sequence[rows.HistoryStep], sent: Iterable[Mail]) -> list[Escalation]:
        told: Mapping[tuple[datetime, str], set[str]] = defaultdict(set)
        for one in sent:
            if one.template != _ROUTINE:
                told[one.at, one.unit].add(one.to.organisation)
        return [
            Escalation(step.at, unit, step.element_id or "", tuple(sorted(told.get((step.at, unit), ()))))
            for step in steps
            if step.kind == "deadline_passed"
            for unit in (self._units[step.dossier_id],)
        ]

    def _endings(self) -> list[Ending]:
        ended = [
            Ending(dossier.closed_at, self._units[dossier.id], dossier.status)
            for dossier in self._dossiers
            if dossier.closed_at is not None
        ]
        return sorted(ended, key=lambda one: (one.at, one.unit))

    def _stuck(self) -> list[Stuck]:
        """What the service refused, what became an incident, and what waits for nobody."""
        found = list(self._played.stuck)
        for incident in rehearsals.all_incidents(self._work):
            unit = self._units.get(incident.dossier_id or 0)
            found.append(Stuck(incident.opened_at, unit, None, _what_went_wrong(incident)))
        for task in self._tasks.values():
            if task.closed_at is None and task.group_id not in self._stage.members:
                nobody = message("Nobody sits there, so the step waits for ever.")
                found.append(Stuck(task.opened_at, self._units[task.dossier_id], task.element_id, nobody))
        return sorted(found, key=lambda one: (one.at, one.unit or "", one.step or ""))

    def _due(self, row: rows.Deadline) -> Due:
        deadline = calendars.deadline(row, self._stage.script.asked.round_key, self._stage.script.zone)
        return Due(row.key, deadline.name, row.owner, deadline.last_day, deadline.due_at, deadline.awaits)

    def _names(self, locality_id: str, process_key: str) -> Names:
        work = self._work
        newest = definitions.newest(work, process_key)
        elements = engine.read(definitions.xml_of(work, newest.id)).elements if newest else {}
        roles = localities.roles(work, locality_id)
        organisations = localities.organisations(work, locality_id)
        return Names(
            {one.key: Label(one.name_vi, one.name_en) for one in organisations},
            {one.key: one.function for one in organisations},
            {one.key: Label(one.name_vi, one.name_en) for one in roles.values()},
            {element_id: element.name for element_id, element in elements.items() if element.name},
        )

    def _seat(self, person_id: int | None) -> Seat:
        return self._stage.seats[person_id or 0]


def _what_went_wrong(incident: rows.Incident) -> Message:
    if incident.kind == IncidentKind.UNHEARD_MAIL:
        about = terms.of("template", incident.detail)
        return message("Nobody sits where this mail should go: {template}.", template=about)
    if incident.kind == IncidentKind.UNHEARD_REMINDER:
        return message("Nobody sits where this reminder should go: {rung}.", rung=incident.detail)
    return message("{what}: {detail}", what=terms.of("incident", incident.kind), detail=incident.detail)

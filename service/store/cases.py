"""Everything that is written of a dossier, read for many dossiers at once: what verification looks at."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import joinedload, undefer

from service.store import dossiers, files, opinions, overlaps, receipts
from service.store.tables import (
    Attachment,
    Dossier,
    HistoryStep,
    Incident,
    Nomination,
    Opinion,
    OverlapAnswer,
    PaperReceipt,
    ProcessInstance,
    Round,
    Substitution,
    Timer,
    UserTask,
)
from service.store.work import Work

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Case:
    """One dossier with its rows, each kind oldest first.

    `tasks` are all that it ever had, `timers` those that have not fired, `attachments` every version of
    every file. `answers` are about overlaps of its nominations. `substitutions` are all of anybody who has
    acted for somebody else on it. `explained` tells that an incident is open.
    """

    instance: ProcessInstance
    dossier: Dossier
    history: list[HistoryStep]
    tasks: list[UserTask]
    timers: list[Timer]
    nominations: list[Nomination]
    attachments: list[Attachment]
    receipts: list[PaperReceipt]
    opinions: list[Opinion]
    answers: list[OverlapAnswer]
    substitutions: list[Substitution]
    explained: bool

    @property
    def open_tasks(self) -> list[UserTask]:
        """Those that nobody has closed."""
        return [task for task in self.tasks if task.closed_at is None]


def page(work: Work, after: int, limit: int) -> list[Case]:
    """Dossiers with ids above `after`; a few statements for all of them together."""
    instances = list(
        work.session.scalars(
            select(ProcessInstance)
            .where(ProcessInstance.dossier_id > after)
            .options(undefer(ProcessInstance.state), joinedload(ProcessInstance.definition))
            .order_by(ProcessInstance.dossier_id)
            .limit(limit)
        )
    )
    ids = [instance.dossier_id for instance in instances]
    if not ids:
        return []
    rows = {
        dossier.id: dossier
        for dossier in work.session.scalars(
            select(Dossier)
            .where(Dossier.id.in_(ids))
            .options(joinedload(Dossier.round).joinedload(Round.locality))
        )
    }
    history = _by_dossier(
        work.session.scalars(
            select(HistoryStep)
            .where(HistoryStep.dossier_id.in_(ids))
            .order_by(HistoryStep.dossier_id, HistoryStep.position)
        ),
        lambda step: step.dossier_id,
    )
    tasks = _by_dossier(
        work.session.scalars(select(UserTask).where(UserTask.dossier_id.in_(ids)).order_by(UserTask.id)),
        lambda task: task.dossier_id,
    )
    timers = _by_dossier(
        work.session.scalars(
            select(Timer).where(Timer.dossier_id.in_(ids), Timer.fired_at.is_(None)).order_by(Timer.id)
        ),
        lambda timer: timer.dossier_id,
    )
    nominations = dossiers.nominations(work, ids)
    nominated = _by_dossier(nominations, lambda one: one.dossier_id)
    attachments = _by_dossier(files.of_dossiers(work, ids), lambda file: file.dossier_id)
    papers = _by_dossier(receipts.of_dossiers(work, ids), lambda receipt: receipt.dossier_id)
    asked = _by_dossier(opinions.of_dossiers(work, ids), lambda opinion: opinion.dossier_id)
    answers = _answers(work, nominations)
    stood_in = _substitutions(work, history)
    explained = set(
        work.session.scalars(
            select(Incident.dossier_id).where(Incident.dossier_id.in_(ids), Incident.closed_at.is_(None))
        )
    )
    return [
        Case(
            instance,
            rows[instance.dossier_id],
            history[instance.dossier_id],
            tasks[instance.dossier_id],
            timers[instance.dossier_id],
            nominated[instance.dossier_id],
            attachments[instance.dossier_id],
            papers[instance.dossier_id],
            asked[instance.dossier_id],
            answers[instance.dossier_id],
            stood_in[instance.dossier_id],
            instance.dossier_id in explained,
        )
        for instance in instances
    ]


def _by_dossier(rows: Iterable[Row], dossier_of: Callable[[Row], int]) -> dict[int, list[Row]]:
    found: defaultdict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[dossier_of(row)].append(row)
    return found


def _answers(work: Work, nominations: list[Nomination]) -> dict[int, list[OverlapAnswer]]:
    dossier_of = {one.id: one.dossier_id for one in nominations}
    found: defaultdict[int, list[OverlapAnswer]] = defaultdict(list)
    for answer in overlaps.answers(work, list(dossier_of)):
        both = {dossier_of.get(answer.nomination_id), dossier_of.get(answer.other_id)}
        for dossier_id in both - {None}:
            found[dossier_id or 0].append(answer)
    return found


def _substitutions(work: Work, history: dict[int, list[HistoryStep]]) -> dict[int, list[Substitution]]:
    acted = {
        dossier_id: pairs
        for dossier_id, steps in history.items()
        if (pairs := {(step.person_id, step.for_id) for step in steps if step.for_id is not None})
    }
    found: defaultdict[int, list[Substitution]] = defaultdict(list)
    everyone = set[tuple[int | None, int | None]]().union(*acted.values())
    if not everyone:
        return found
    rows = work.session.scalars(
        select(Substitution)
        .where(
            Substitution.absent_id.in_({absent_id for _, absent_id in everyone}),
            Substitution.substitute_id.in_({person_id for person_id, _ in everyone}),
        )
        .order_by(Substitution.id)
    )
    for row in rows:
        for dossier_id, pairs in acted.items():
            if (row.substitute_id, row.absent_id) in pairs:
                found[dossier_id].append(row)
    return found

"""Writing and proving a dossier's history: append-only steps, each chained to the one before."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

from service.domain.people import SYSTEM, Actor
from service.store.tables import Deadline, Dossier, HistoryStep, Organisation, UserTask
from service.store.work import Work


@dataclass(frozen=True, slots=True)
class Entry:
    """What happened, before it becomes a history step."""

    kind: str
    element_id: str | None = None
    element_name: str | None = None
    task_id: int | None = None
    outcome: str | None = None
    reason: str | None = None
    clause: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict[str, Any])


def append(
    work: Work,
    dossier: Dossier,
    actor: Actor,
    entry: Entry,
    *,
    organisation: Organisation | None = None,
    definition_id: int | None = None,
) -> HistoryStep:
    """Adds one step to the history of a locked dossier and counts its version up.

    An actor who stands in for somebody is written down with whom they stand in for; so is one who acts for
    an organisation in which they have no seat but an absent person's.
    """
    if actor.absent is None and organisation is not None:
        actor = actor.through(actor.seat_at(organisation.id))
    before = dossier.head_digest or ""
    dossier.version += 1
    step = HistoryStep(
        dossier_id=dossier.id,
        position=dossier.version,
        at=work.now,
        person_id=None if actor is SYSTEM else actor.person_id,
        person_name=actor.name,
        organisation_id=organisation.id if organisation else None,
        organisation_name=organisation.name_vi if organisation else None,
        kind=entry.kind,
        element_id=entry.element_id,
        element_name=entry.element_name,
        task_id=entry.task_id,
        outcome=entry.outcome,
        reason=entry.reason,
        clause=entry.clause,
        params=dict(entry.params),
        definition_id=definition_id,
        for_id=actor.absent.person_id if actor.absent else None,
        for_name=actor.absent.name if actor.absent else None,
        digest="",
    )
    step.digest = dossier.head_digest = digest(before, step)
    work.session.add(step)
    return step


def digest(before: str, step: HistoryStep) -> str:
    """SHA-256 over the digest of the step before and everything that this step says.

    What a substitute did is told with two values more: steps from before there were any keep their digests.
    """
    in_place = [] if step.for_id is None and step.for_name is None else [step.for_id, step.for_name]
    content = json.dumps(
        [
            before,
            step.dossier_id,
            step.position,
            step.at.astimezone(UTC).isoformat(),
            step.person_id,
            step.person_name,
            step.organisation_id,
            step.organisation_name,
            step.kind,
            step.element_id,
            step.element_name,
            step.task_id,
            step.outcome,
            step.reason,
            step.clause,
            step.params,
            step.definition_id,
            *in_place,
        ],
        ensure_ascii=False,
        sort_keys=True,
    )
    return hashlib.sha256(content.encode()).hexdigest()


def clause_of(deadline: Deadline | None) -> str | None:
    """The clause that orders a step, as it is written into the history."""
    if deadline is None or not deadline.source_document:
        return None
    return f"{deadline.source_document}, {deadline.source_section}"


def of_task(task: UserTask, kind: str, **said: Any) -> Entry:
    """An entry about a user task."""
    return Entry(
        kind=kind,
        element_id=task.element_id,
        element_name=task.name,
        task_id=task.id,
        clause=said.pop("clause", clause_of(task.deadline)),
        **said,
    )

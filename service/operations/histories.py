"""Writing and proving a dossier's history: append-only steps, each chained to the one before."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

from service.domain.people import SYSTEM, Actor, in_place_of
from service.store.tables import Deadline, Dossier, HistoryStep, Organisation, UserTask
from service.store.work import Work

Row = dict[str, Any]
"""A step of a history before it is written: the columns of `HistoryStep`."""
_TOLD = (
    "person_id",
    "person_name",
    "organisation_id",
    "organisation_name",
    "kind",
    "element_id",
    "element_name",
    "task_id",
    "outcome",
    "reason",
    "clause",
    "params",
    "definition_id",
)
"""What the digest covers besides dossier, position and instant, in its order."""
_ALL = ("dossier_id", "position", "at", *_TOLD, "for_id", "for_name")


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
) -> None:
    """Adds one step to the history of a locked dossier and counts its version up; see `compose`."""
    row = compose(work, dossier, actor, entry, organisation=organisation, definition_id=definition_id)
    work.session.add(HistoryStep(**row))


def compose(
    work: Work,
    dossier: Dossier,
    actor: Actor,
    entry: Entry,
    *,
    organisation: Organisation | None = None,
    definition_id: int | None = None,
) -> Row:
    """The row of the next step of a locked dossier, whose version counts up: to be written in this Work.

    An actor who stands in for somebody is written down with whom they stand in for; so is one who acts for
    an organisation in which they have no seat but an absent person's.
    """
    if actor.absent is None and organisation is not None:
        actor = actor.through(actor.seat_at(organisation.id))
    before = dossier.head_digest or ""
    dossier.version += 1
    row: Row = {
        "dossier_id": dossier.id,
        "position": dossier.version,
        "at": work.now,
        "person_id": None if actor is SYSTEM else actor.person_id,
        "person_name": actor.name,
        "organisation_id": organisation.id if organisation else None,
        "organisation_name": organisation.name_vi if organisation else None,
        "kind": entry.kind,
        "element_id": entry.element_id,
        "element_name": entry.element_name,
        "task_id": entry.task_id,
        "outcome": entry.outcome,
        "reason": entry.reason,
        "clause": entry.clause,
        "params": dict(entry.params),
        "definition_id": definition_id,
        **in_place_of(actor.absent),
    }
    row["digest"] = dossier.head_digest = digest(before, row)
    return row


def digest_of(before: str, step: HistoryStep) -> str:
    """`digest` of a step as it was written."""
    return digest(before, {name: getattr(step, name) for name in _ALL})


def digest(before: str, step: Row) -> str:
    """SHA-256 over the digest of the step before and everything that this step says.

    What a substitute did is told with two values more: steps from before there were any keep their digests.
    """
    for_id, for_name = step["for_id"], step["for_name"]
    content = json.dumps(
        [
            before,
            step["dossier_id"],
            step["position"],
            step["at"].astimezone(UTC).isoformat(),
            *(step[name] for name in _TOLD),
            *([] if for_id is None and for_name is None else [for_id, for_name]),
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

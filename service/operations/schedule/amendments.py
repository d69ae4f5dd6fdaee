"""Changes made here and not in the files: who made them, why, by which document.

What was amended goes before the files until the amendment is withdrawn: loading keeps it. Whoever
changes rounds, deadlines, the calendar or ladders begins with `begin` and ends with `record`.
"""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from service.domain.amendments import Guidance, Subject, reason_for
from service.domain.errors import Invalid, message
from service.domain.people import SYSTEM, Actor
from service.operations import access
from service.store import amendments, localities
from service.store import tables as rows
from service.store.work import Work


def begin(work: Work, actor: Actor, locality_id: str) -> rows.Locality:
    """The locality, locked until the Work ends: amendments of one locality follow one another.

    Call it before any other lock. All take them in the same order (locality, round, dossiers), so that
    nobody waits in a circle; opening dossiers goes on meanwhile.

    Raises:
        NotAllowed: the actor may not amend.
        NotFound: there is no such locality.
    """
    access.require_administrator(actor)
    localities.get(work, locality_id)
    return amendments.lock_locality(work, locality_id)


def record(
    work: Work,
    actor: Actor,
    locality: rows.Locality,
    subject: Subject,
    key: str,
    *,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    reason: str,
    guidance: Guidance | None = None,
) -> rows.Amendment:
    """Keeps an amendment for ever and raises the locality's edition.

    `before` and `after` tell both sides whole in JSON values; None means that there was, or is, nothing.
    `key` names the thing within the locality: a round's key, `<round>/<deadline>`, a day, a ladder's key.

    Raises:
        NotAllowed: the actor may not amend.
        Invalid: the reason is missing, or the document is dated in the future.
    """
    locality = begin(work, actor, locality.id)
    if guidance is not None:
        _require_issued(work, locality, guidance)
    row = rows.Amendment(
        locality_id=locality.id,
        subject=subject.value,
        key=key,
        changed_at=work.now,
        person_id=None if actor is SYSTEM else actor.person_id,
        person_name=actor.name,
        reason=reason_for(reason),
        before=None if before is None else dict(before),
        after=None if after is None else dict(after),
        guidance=None if guidance is None else guidance.as_json(),
    )
    work.session.add(row)
    locality.edition += 1
    work.session.flush()
    return row


def history(work: Work, locality_id: str, subject: Subject, key: str | None = None) -> list[rows.Amendment]:
    """What was amended about a subject, or about one thing of it; the newest first."""
    return amendments.of(work, locality_id, subject.value, key)


def _require_issued(work: Work, locality: rows.Locality, guidance: Guidance) -> None:
    if guidance.issued_on > work.now.astimezone(ZoneInfo(locality.zone)).date():
        raise Invalid(
            message("The guiding document is not described whole."),
            {"issued_on": message("This day lies in the future: write the day the document was issued.")},
        )

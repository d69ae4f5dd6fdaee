"""Making a proposed change hold on a stage, before the round opens there."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from service.domain.amendments import Guidance
from service.domain.deadlines import Bound, LatePolicy, Roll
from service.domain.errors import Conflict, Invalid, message
from service.domain.people import SYSTEM
from service.domain.reminders import Ladder
from service.operations.schedule import deadlines, ladders
from service.operations.setup import deployments
from service.rehearsals import staging
from service.rehearsals.asking import DateChange, Proposal
from service.rehearsals.staging import Stage
from service.store import localities
from service.store import tables as rows
from service.store.work import Work

_REASON = "Diễn tập"


def apply(stage: Stage, proposal: Proposal) -> None:
    """Changes the stage as proposed.

    Raises:
        Invalid: a date, ladder or diagram that cannot be; `fields` names the places.
        NotFound, Conflict: a deadline, ladder or diagram that this round does not have.
    """
    with stage.database.write() as work:
        _change_dates(work, stage, proposal.dates)
        if proposal.ladder is not None:
            _change_ladder(work, stage, proposal.ladder)
        if proposal.diagram is not None:
            _change_diagram(work, stage, proposal.diagram)


def opening_day(stage: Stage, dates: tuple[DateChange, ...]) -> date:
    """The day on which the round opens once its dates are changed."""
    with stage.database.write() as work:
        _change_dates(work, stage, dates)
        return staging.opening_day(_round(work, stage))


def _change_dates(work: Work, stage: Stage, changes: tuple[DateChange, ...]) -> None:
    known = {row.key: row for row in _round(work, stage).deadlines if row.active}
    for change in changes:
        row = known.get(change.deadline)
        if row is None:
            raise unknown_deadline(change.deadline, known)
        _change_date(work, stage, row, change)


def unknown_deadline(key: str, known: Iterable[str]) -> Invalid:
    """What to raise for a deadline that the round does not have."""
    return Invalid(
        message("This round has no deadline {key}. It has: {known}.", key=key, known=", ".join(known))
    )


def _change_date(work: Work, stage: Stage, row: rows.Deadline, change: DateChange) -> None:
    day = change.day or row.day
    if day is None:
        raise Invalid(message("The deadline {key} has no date yet: propose one.", key=row.key))
    before = deadlines.Terms(
        row.day, Bound(row.bound), Roll(row.roll), LatePolicy(row.late_policy), row.ladder, row.awaits
    )
    after = replace(
        before, day=day, bound=change.bound or before.bound, roll=change.roll or before.roll, awaits=None
    )
    if after != replace(before, awaits=None):
        place = deadlines.Place(stage.script.asked.locality_id, stage.script.asked.round_key, row.key)
        deadlines.change(work, SYSTEM, place, after, reason=_REASON, guidance=_order(work, stage))


def _order(work: Work, stage: Stage) -> Guidance:
    """The document that a change would have to rest on; nobody has issued it yet."""
    return Guidance(
        _REASON, _REASON, work.now.astimezone(stage.script.zone).date(), _REASON, "", verified=False
    )


def _change_ladder(work: Work, stage: Stage, ladder: Ladder) -> None:
    locality_id = stage.script.asked.locality_id
    if ladder.key not in localities.ladders(work, locality_id):
        known = ", ".join(localities.ladders(work, locality_id))
        raise Invalid(message("There is no ladder {key}. There are: {known}.", key=ladder.key, known=known))
    name = ladders.show(work, locality_id, ladder.key).name
    ladders.save(work, SYSTEM, locality_id, ladder.key, name, ladder.rungs, reason=_REASON)


def _change_diagram(work: Work, stage: Stage, diagram: bytes) -> None:
    deployed = deployments.deploy(work, diagram, "rehearsal")
    process_key = _round(work, stage).process_key
    if deployed.key != process_key:
        raise Conflict(
            message(
                "The dossiers of this round run on the diagram {key}; this one is {other}.",
                key=process_key,
                other=deployed.key,
            )
        )


def _round(work: Work, stage: Stage) -> rows.Round:
    asked = stage.script.asked
    return localities.round_of(work, asked.locality_id, asked.round_key)

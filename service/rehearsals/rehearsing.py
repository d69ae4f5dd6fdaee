"""A whole rehearsal: the round as it is, and if a change is proposed, the round with it."""

from dataclasses import dataclass

from service.rehearsals import changes, differing, reporting, staging
from service.rehearsals.asking import Asked, Proposal
from service.rehearsals.differing import Difference
from service.rehearsals.habits import Beat
from service.rehearsals.playing import Play
from service.rehearsals.results import Result
from service.rehearsals.staging import Script
from service.store.work import Database


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """The round as it is; with a proposal also the round with the change, and the difference it makes."""

    asked: Asked
    result: Result
    changed: Result | None = None
    difference: Difference | None = None


def rehearse(
    database: Database, asked: Asked, proposal: Proposal | None = None, beat: Beat = lambda _: None
) -> Rehearsed:
    """Rehearses a round of a real database, which is only read.

    `beat` is told the share that is done, and may raise to end it.

    Raises:
        Invalid, NotFound, Conflict: what was asked or proposed cannot be.
    """
    asked.check()
    # Dossiers go on meanwhile: their rows must fit each other.
    with database.read(snapshot=True) as work:
        script = staging.read(work, asked)
    if proposal is None or proposal.is_empty:
        return Rehearsed(asked, _play(script, Proposal(), beat))
    script = _opening_early_enough(database, script, proposal)
    # A proposal that cannot be is refused before the other half is played.
    changed = _play(script, proposal, lambda share: beat(share / 2))
    result = _play(script, Proposal(), lambda share: beat((1 + share) / 2))
    return Rehearsed(asked, result, changed, differing.compare(result, changed))


def _play(script: Script, proposal: Proposal, beat: Beat) -> Result:
    with staging.staged(script) as stage:
        changes.apply(stage, proposal)
        played = Play(stage, beat).run()
        return reporting.report(stage, played)


def _opening_early_enough(database: Database, script: Script, proposal: Proposal) -> Script:
    """The same, opening earlier if the change asks for it: both halves must begin together.

    What is played on from now begins now.
    """
    if script.under_way:
        return script
    with staging.staged(script) as stage:
        opens_on = changes.opening_day(stage, proposal.dates)
    if opens_on >= script.opens_at.date():
        return script
    with database.read() as work:
        return staging.read(work, script.asked, opens_on)

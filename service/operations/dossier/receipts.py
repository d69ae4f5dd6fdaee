"""Paper originals as each reviewing office receives them: recorded, corrected, counted against what is owed.

A receipt is never changed. A correction is a receipt of its own that takes the place of another; with no
sets at all it takes the other back.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from service.domain import receipts as rules
from service.domain.dossiers import DossierKind
from service.domain.errors import Conflict, message
from service.domain.people import Actor, in_place_of
from service.domain.receipts import Paper, Received
from service.domain.tasks import Act
from service.domain.words import normalise
from service.operations import access, calendars, histories
from service.operations.dossier import checklists
from service.operations.histories import Entry
from service.store import dossiers, localities, tasks
from service.store import receipts as store
from service.store.tables import Award, ChecklistItem, Dossier, Organisation, PaperReceipt, PaperReceiptLine
from service.store.work import Work

RECEIVED, CORRECTED = "papers_received", "receipt_corrected"
"""How the history calls a receipt, and one that takes the place of another."""
_REVIEWS = frozenset({Act.SELECT, Act.APPRAISE, Act.FORWARD, Act.DECIDE, Act.HAND_OVER})
"""The steps of offices that papers are handed to."""


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A paper owed for an award: how many sets (None: the plan does not say), and how many have come."""

    item: ChecklistItem
    owed: int | None
    received: int

    @property
    def missing(self) -> int:
        """How many sets are still to come."""
        return rules.missing(self.owed, self.received) if self.item.required else 0


@dataclass(frozen=True, slots=True)
class AwardPapers:
    """The papers owed for one award, with how many nominations of the dossier ask for it."""

    award: Award
    nominations: int
    lines: tuple[PaperLine, ...]

    @property
    def complete(self) -> int:
        """How many whole sets have come."""
        return rules.complete_sets(line.received for line in self.lines if line.item.required)

    @property
    def missing(self) -> int:
        """How many sets are incomplete or have not come at all."""
        return max((line.missing for line in self.lines), default=0)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one office has received of a dossier on paper, award by award, and every receipt.

    `office` is None while no reviewing office has had the dossier. `receipts` are those of all offices,
    the newest first; `corrected` maps a receipt to the one that took its place.
    """

    office: Organisation | None
    awards: tuple[AwardPapers, ...]
    receipts: tuple[PaperReceipt, ...]
    corrected: dict[int, PaperReceipt]
    may_record: bool

    @property
    def missing(self) -> bool:
        """Whether any set is still to come."""
        return any(one.missing for one in self.awards)


def sheet(work: Work, actor: Actor, dossier: Dossier) -> Sheet:
    """What has come on paper, as the actor's own office sees it; others see the office it stands with."""
    offices = _offices(work, dossier)
    seat = access.seat_to_receive(actor, dossier, offices)
    office_id = seat.organisation_id if seat else next(reversed(offices), None)
    found = store.of_dossier(work, dossier.id)
    own = [receipt for receipt in store.standing(found) if receipt.organisation_id == office_id]
    return Sheet(
        office=offices[office_id] if office_id is not None else None,
        awards=tuple(_awards(work, dossier, own)),
        receipts=tuple(reversed(found)),
        corrected={receipt.corrects_id: receipt for receipt in found if receipt.corrects_id is not None},
        may_record=seat is not None,
    )


def show(work: Work, actor: Actor, dossier_id: int, receipt_id: int) -> PaperReceipt:
    """One receipt, to be read or printed.

    Raises:
        NotFound: when there is none, or the actor may not know of the dossier.
    """
    access.require_sight(actor, dossiers.get(work, dossier_id))
    return store.one(store.of_dossier(work, dossier_id), receipt_id)


def require_recording(work: Work, actor: Actor, dossier_id: int) -> None:
    """
    Raises:
        NotAllowed, NotFound: when the actor's office does not review the dossier.
    """
    dossier = dossiers.get(work, dossier_id)
    access.require_sight(actor, dossier)
    access.require_receiving(actor, dossier, _offices(work, dossier))


def require_correcting(work: Work, actor: Actor, dossier_id: int, receipt_id: int) -> PaperReceipt:
    """The receipt that the actor may correct.

    Raises:
        Conflict: when another has taken its place already.
        NotAllowed, NotFound: when it is not a receipt of the actor's office.
    """
    require_recording(work, actor, dossier_id)
    found = store.of_dossier(work, dossier_id)
    receipt = store.one(found, receipt_id)
    _require_correctable(actor, found, receipt)
    return receipt


def record(work: Work, actor: Actor, dossier_id: int, given: Received) -> PaperReceipt:
    """Records what has arrived on paper at the actor's office.

    Raises:
        Invalid: a day to come, nobody it came from, no sets, or a paper that is not owed.
        NotAllowed, NotFound: when the actor's office does not review the dossier.
    """
    return _keep(work, actor, dossier_id, given, None, None)


def correct(
    work: Work, actor: Actor, dossier_id: int, receipt_id: int, given: Received, reason: str
) -> PaperReceipt:
    """Puts another receipt in the place of one; both stay to be read. Without any sets it takes it back.

    Raises:
        Conflict: when another correction was first.
        Invalid: like `record`, or without a reason.
        NotAllowed, NotFound: when it is not a receipt of the actor's office.
    """
    return _keep(work, actor, dossier_id, given, receipt_id, reason)


def owed(work: Work, dossier: Dossier) -> list[tuple[Award, ChecklistItem]]:
    """Every paper with each award that asks for it, in the order of the checklist; not what is owed as a
    file only."""
    if dossier.kind != DossierKind.AWARD:
        return []
    nominated = {nomination.award_id: nomination.award for nomination in dossier.nominations}
    awards = sorted(nominated.values(), key=lambda award: award.position)
    checklist = localities.checklist(work, dossier.locality_id)
    items = [item for item in checklist if item.active and checklists.is_paper(item)]
    return [(award, item) for award in awards for item in items if checklists.asks(award, item)]


def known(work: Work, dossier: Dossier) -> list[tuple[Award, ChecklistItem]]:
    """What is owed, and what receipts have told of although it is not owed any more."""
    found = {(award.id, item.id): (award, item) for award, item in owed(work, dossier)}
    for receipt in store.of_dossier(work, dossier.id):
        for line in receipt.lines:
            found.setdefault((line.award_id, line.checklist_item_id), (line.award, line.item))
    return list(found.values())


def _keep(
    work: Work,
    actor: Actor,
    dossier_id: int,
    given: Received,
    corrects_id: int | None,
    reason: str | None,
) -> PaperReceipt:
    dossier = dossiers.lock(work, dossier_id)
    access.require_sight(actor, dossier)
    offices = _offices(work, dossier)
    seat = access.require_receiving(actor, dossier, offices)
    actor = actor.through(seat)
    found = store.of_dossier(work, dossier_id)
    before = store.one(found, corrects_id) if corrects_id is not None else None
    if before is not None:
        _require_correctable(actor, found, before)
    pairs = owed(work, dossier)
    known = {(award.id, item.id): (award, item) for award, item in pairs}
    if before is not None:
        known |= {(line.award_id, line.checklist_item_id): (line.award, line.item) for line in before.lines}
    rules.check(given, known, calendars.today(work, dossier.round.locality), correction=reason)
    office = before.organisation if before is not None else offices[seat.organisation_id]
    receipt = PaperReceipt(
        dossier_id=dossier.id,
        number=len(found) + 1,
        organisation_id=office.id,
        received_on=given.received_on,
        received_from=normalise(given.received_from),
        note=given.note.strip(),
        corrects_id=corrects_id,
        reason=reason.strip() if reason else None,
        person_id=actor.person_id,
        person_name=actor.name,
        **in_place_of(actor.absent),
        recorded_at=work.now,
        lines=_lines(given, known),
    )
    work.session.add(receipt)
    work.session.flush()
    entry = Entry(
        RECEIVED if before is None else CORRECTED, reason=receipt.reason, params=told(receipt, before)
    )
    histories.append(work, dossier, actor, entry, organisation=office)
    work.session.flush()
    return receipt


def told(receipt: PaperReceipt, before: PaperReceipt | None) -> dict[str, object]:
    """A receipt as the history tells it."""
    said: dict[str, object] = {
        "receipt": receipt.number,
        "from": receipt.received_from,
        "on": receipt.received_on.isoformat(),
        "sets": [[line.award.key, line.item.key, line.sets] for line in receipt.lines],
    }
    return said if before is None else {**said, "corrects": before.number}


def _require_correctable(actor: Actor, found: Sequence[PaperReceipt], before: PaperReceipt) -> None:
    access.require_receiving_office(actor, before.organisation_id)
    newer = next((receipt for receipt in found if receipt.corrects_id == before.id), None)
    if newer is not None:
        raise Conflict(
            message(
                "{name} has already corrected receipt {number}: correct receipt {newer} instead.",
                name=newer.person_name,
                number=before.number,
                newer=newer.number,
            )
        )


def _lines(given: Received, known: dict[Paper, tuple[Award, ChecklistItem]]) -> list[PaperReceiptLine]:
    counted = [(paper, given.sets[paper]) for paper in known if given.sets.get(paper)]
    return [
        PaperReceiptLine(position=position, award=known[paper][0], item=known[paper][1], sets=number)
        for position, (paper, number) in enumerate(counted, start=1)
    ]


def _awards(work: Work, dossier: Dossier, receipts: Sequence[PaperReceipt]) -> list[AwardPapers]:
    received: dict[Paper, int] = {}
    for receipt in receipts:
        for line in receipt.lines:
            paper = (line.award_id, line.checklist_item_id)
            received[paper] = received.get(paper, 0) + line.sets
    by_award: dict[int, list[PaperLine]] = {}
    awards: dict[int, Award] = {}
    for award, item in owed(work, dossier):
        awards[award.id] = award
        came = received.get((award.id, item.id), 0)
        by_award.setdefault(award.id, []).append(PaperLine(item, award.sets, came))
    return [
        AwardPapers(
            awards[award_id],
            sum(nomination.award_id == award_id for nomination in dossier.nominations),
            tuple(lines),
        )
        for award_id, lines in by_award.items()
    ]


def _offices(work: Work, dossier: Dossier) -> dict[int, Organisation]:
    """The offices that review the dossier or have done so; the one that has it now comes last."""
    if dossier.kind != DossierKind.AWARD:
        return {}
    held = [task for task in tasks.of_dossier(work, dossier.id) if task.act in _REVIEWS]
    ordered = sorted(held, key=lambda task: (task.closed_at is None, task.id))
    found: dict[int, Organisation] = {}
    for task in ordered:
        found.pop(task.group.organisation_id, None)
        found[task.group.organisation_id] = task.group.organisation
    return found

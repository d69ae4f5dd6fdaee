"""Dossiers: opening, filling, showing, withdrawing."""

from dataclasses import dataclass

from service import engine
from service.domain.dossiers import DossierStatus, NominationStatus, NomineeKind
from service.domain.errors import Conflict, Invalid, Message, NotAllowed, NotFound, message
from service.domain.people import Actor
from service.domain.words import normalise, search_key
from service.operations import access, histories, processes
from service.operations.histories import Entry
from service.operations.processes import By
from service.store import definitions, dossiers, localities, mails, tasks
from service.store.tables import (
    Attachment,
    Award,
    ChecklistItem,
    Deadline,
    Decision,
    Dossier,
    HandOver,
    HistoryStep,
    Nomination,
    Organisation,
    OutgoingMail,
    ProcessInstance,
    Round,
    Submission,
    UserTask,
)
from service.store.work import Work

PROPOSER = "proposer"
WITHDRAW = "withdraw"
LONGEST = {"title": 300, "nominee_name": 200, "nominee_detail": 500, "achievement": 4000}
MOST_NOMINATIONS = 500
_ROUND_CODES = {"annual": "HN", "mid_term": "SK", "final": "TK", "ad_hoc": "DX"}
"""In codes: hằng năm, sơ kết, tổng kết, đột xuất."""


@dataclass(frozen=True, slots=True)
class NominationInput:
    """One nominee for one award, as typed."""

    award_key: str
    nominee_kind: str
    nominee_name: str
    achievement: str
    nominee_detail: str = ""


@dataclass(frozen=True, slots=True)
class ChecklistLine:
    """A paper owed by a dossier: how many original sets (None: the plan does not say), what is attached."""

    item: ChecklistItem
    sets: int | None
    attachments: tuple[Attachment, ...]

    @property
    def missing(self) -> bool:
        """Whether a required paper has no attachment."""
        return self.item.required and not self.attachments


@dataclass(frozen=True, slots=True)
class DossierPage:
    """Everything about a dossier that its readers are shown."""

    dossier: Dossier
    instance: ProcessInstance
    nominations: list[Nomination]
    awards: list[Award]
    checklist: list[ChecklistLine]
    attachments: list[Attachment]
    tasks: list[UserTask]
    history: list[HistoryStep]
    submissions: list[Submission]
    decisions: list[Decision]
    hand_overs: list[HandOver]
    mails: list[OutgoingMail]
    deadlines: list[Deadline]
    may_edit: bool
    may_withdraw: bool

    @property
    def open_tasks(self) -> list[UserTask]:
        """The steps that wait for somebody now."""
        return [task for task in self.tasks if task.closed_at is None]

    @property
    def current(self) -> list[str]:
        """Where the dossier stands: element ids of the diagram."""
        standing = [task.element_id for task in self.open_tasks]
        return standing or ([self.dossier.ending] if self.dossier.ending else [])

    @property
    def visited(self) -> list[str]:
        """The steps it has been through, each once, in order."""
        return list(dict.fromkeys(task.element_id for task in self.tasks if task.closed_at is not None))


@dataclass(frozen=True, slots=True)
class DiagramPage:
    """The diagram a dossier runs on, with where it stands."""

    xml: bytes
    key: str
    version: int
    current: list[str]
    visited: list[str]
    outline: tuple[engine.OutlineStep, ...]


def openable_rounds(work: Work, actor: Actor) -> list[tuple[Round, Organisation]]:
    """The rounds in which the actor may open a dossier, with the unit they speak for."""
    found: list[tuple[Round, Organisation]] = []
    for seat in actor.seats:
        if seat.role != PROPOSER:
            continue
        unit = localities.organisation(work, seat.organisation_id)
        if unit is not None:
            found += [(round_, unit) for round_ in localities.rounds(work, seat.locality_id) if round_.active]
    return found


def list_visible(
    work: Work,
    actor: Actor,
    *,
    text: str = "",
    status: str | None = None,
    before_id: int | None = None,
    limit: int = 100,
    offset: int = 0,
) -> list[Dossier]:
    """The dossiers the actor may see, newest first; `text` is searched without accents."""
    return dossiers.visible(
        work,
        actor,
        text=search_key(text),
        status=status,
        before_id=before_id,
        limit=min(limit, 200),
        offset=offset,
    )


def create(work: Work, actor: Actor, *, round_id: int, unit_id: int, title: str) -> Dossier:
    """Opens a dossier for a unit in a round and starts its process.

    Raises:
        NotAllowed: when the actor is no proposer of that unit.
        NotFound: unknown round.
        Conflict: when no diagram has been deployed for the round.
        Invalid: without a title.
    """
    choice = next(
        (
            (round_, unit)
            for round_, unit in openable_rounds(work, actor)
            if round_.id == round_id and unit.id == unit_id
        ),
        None,
    )
    if choice is None:
        raise NotAllowed(message("You can open dossiers only for your own unit and an open round."))
    round_, unit = choice
    definition = definitions.newest(work, round_.process_key)
    if definition is None:
        raise Conflict(
            message("No diagram {key} has been deployed yet. Run `trinh deploy`.", key=round_.process_key)
        )
    title = _short("title", title)
    number = localities.next_dossier_number(work, round_)
    occasion = _ROUND_CODES.get(round_.kind, round_.kind)
    dossier = Dossier(
        locality_id=round_.locality_id,
        round_id=round_.id,
        unit_id=unit.id,
        code=f"{round_.locality.code_prefix}-{occasion}{round_.year}-{number:04d}",
        title=title,
        status=DossierStatus.DRAFT,
        created_at=work.now,
        created_by_id=actor.person_id,
        search_key="",
        version=0,
        round=round_,
        unit=unit,
    )
    _index(dossier)
    work.session.add(dossier)
    work.session.flush()
    by = By(actor, Entry("created", params={"title": title, "round": round_.key}), organisation=unit)
    processes.start(work, dossier, definition.id, by)
    return dossier


def show(work: Work, actor: Actor, dossier_id: int) -> DossierPage:
    """A dossier with everything that belongs to it.

    Raises:
        NotFound: when there is none, or the actor may not know of it.
    """
    dossier = dossiers.get(work, dossier_id)
    access.require_sight(actor, dossier)
    all_tasks = tasks.of_dossier(work, dossier_id)
    open_tasks = [task for task in all_tasks if task.closed_at is None]
    decided = sorted({item.decision_id for item in dossier.nominations if item.decision_id is not None})
    attachments = dossiers.attachments(work, dossier_id)
    return DossierPage(
        dossier=dossier,
        instance=dossiers.instance(work, dossier_id),
        nominations=dossier.nominations,
        awards=awards_of(work, dossier),
        checklist=checklist_of(work, dossier, attachments),
        attachments=attachments,
        tasks=all_tasks,
        history=dossiers.history(work, dossier_id),
        submissions=dossiers.submissions_of(work, dossier_id),
        decisions=dossiers.decisions_of(work, decided),
        hand_overs=dossiers.hand_overs(work, dossier_id),
        mails=mails.of_dossier(work, dossier_id),
        deadlines=localities.deadlines(work, dossier.round_id),
        may_edit=access.may_edit(actor, dossier, open_tasks),
        may_withdraw=access.may_withdraw(actor, dossier) and _waits_for_withdrawal(work, dossier),
    )


def awards_of(work: Work, dossier: Dossier) -> list[Award]:
    """The awards that may be proposed in the dossier's round."""
    allowed = dossier.round.awards
    return [
        award
        for award in localities.awards(work, dossier.locality_id)
        if award.active and (not allowed or award.key in allowed)
    ]


def checklist_of(work: Work, dossier: Dossier, attachments: list[Attachment]) -> list[ChecklistLine]:
    """The papers owed for the awards nominated, with the largest number of sets any of them asks for."""
    nominated = {nomination.award.key: nomination.award for nomination in dossier.nominations}
    lines: list[ChecklistLine] = []
    for item in localities.checklist(work, dossier.locality_id):
        asking = [award for award in nominated.values() if not item.awards or award.key in item.awards]
        if not item.active or (nominated and not asking) or (item.awards and not asking):
            continue
        sets = max((award.sets for award in asking if award.sets is not None), default=None)
        attached = tuple(file for file in attachments if file.checklist_item_id == item.id)
        lines.append(ChecklistLine(item, sets, attached))
    return lines


def diagram(work: Work, actor: Actor, dossier_id: int) -> DiagramPage:
    """The diagram version a dossier runs on, with where it stands and its steps in words.

    Raises:
        NotFound: when there is none, or the actor may not know of the dossier.
    """
    page = show(work, actor, dossier_id)
    row = page.instance.definition
    definition = processes.definition_of(work, page.instance)
    return DiagramPage(definition.xml, row.key, row.version, page.current, page.visited, definition.outline)


def rename(work: Work, actor: Actor, dossier_id: int, title: str) -> Dossier:
    """Gives a dossier in preparation another title."""
    dossier = _lock_for_edit(work, actor, dossier_id)
    before, dossier.title = dossier.title, _short("title", title)
    _record(work, dossier, actor, Entry("renamed", params={"before": before, "after": dossier.title}))
    return dossier


def add_nomination(work: Work, actor: Actor, dossier_id: int, given: NominationInput) -> Nomination:
    """Adds a nominee for an award to a dossier in preparation.

    Raises:
        Invalid: unknown award, a kind the award does not take, an empty name or achievement.
        NotAllowed, NotFound: when the dossier is not the actor's to change now.
    """
    dossier = _lock_for_edit(work, actor, dossier_id)
    if len(dossier.nominations) >= MOST_NOMINATIONS:
        raise Invalid(message("A dossier takes at most {most} nominations.", most=MOST_NOMINATIONS))
    nomination = Nomination(
        dossier_id=dossier.id,
        position=max((item.position for item in dossier.nominations), default=0) + 1,
        status=NominationStatus.PROPOSED,
    )
    _fill(work, dossier, nomination, given)
    dossier.nominations.append(nomination)
    _record(work, dossier, actor, Entry("nomination_added", params=_said(nomination)))
    return nomination


def change_nomination(
    work: Work, actor: Actor, dossier_id: int, nomination_id: int, given: NominationInput
) -> Nomination:
    """Changes a nomination of a dossier in preparation; see `add_nomination`."""
    dossier = _lock_for_edit(work, actor, dossier_id)
    nomination = _nomination(dossier, nomination_id)
    before = _said(nomination)
    _fill(work, dossier, nomination, given)
    _record(
        work,
        dossier,
        actor,
        Entry("nomination_changed", params={"before": before, "after": _said(nomination)}),
    )
    return nomination


def remove_nomination(work: Work, actor: Actor, dossier_id: int, nomination_id: int) -> None:
    """Takes a nomination out of a dossier in preparation; the history keeps what it was.

    One that a reviewer has already judged stays, since its verdicts are part of the trace.
    """
    dossier = _lock_for_edit(work, actor, dossier_id)
    nomination = _nomination(dossier, nomination_id)
    if any(verdict.nomination_id == nomination_id for verdict in dossiers.verdicts(work, dossier_id)):
        raise Conflict(
            message("A reviewer has already decided on this nomination: it stays, and can be dropped there.")
        )
    if dossiers.was_carried(work, nomination_id):
        raise Conflict(message("A submission has already carried this nomination: it stays in the dossier."))
    said = _said(nomination)
    dossier.nominations.remove(nomination)
    work.session.delete(nomination)
    _record(work, dossier, actor, Entry("nomination_removed", params=said))


def withdraw(work: Work, actor: Actor, dossier_id: int, reason: str) -> Dossier:
    """Takes a dossier back before it has been selected; its process ends.

    Raises:
        NotAllowed: when the actor does not propose for its unit.
        Conflict: when the dossier is past selection.
        Invalid: without a reason.
    """
    dossier = dossiers.lock(work, dossier_id)
    access.require_sight(actor, dossier)
    if not access.may_withdraw(actor, dossier):
        raise NotAllowed(message("Only the proposing unit can withdraw its dossier."))
    text = reason.strip()
    if not text:
        raise Invalid(
            message("Write why the dossier is withdrawn."),
            {"reason": message("Write the reason: it stays in the history.")},
        )
    if not _waits_for_withdrawal(work, dossier):
        raise Conflict(
            message("Dossier {code} can be withdrawn only before it has been selected.", code=dossier.code)
        )
    entry = Entry("withdrawn", reason=text)
    processes.advance(
        work,
        dossier,
        engine.Receive(WITHDRAW),
        By(actor, entry, organisation=dossier.unit, reason=text),
    )
    return dossier


def _waits_for_withdrawal(work: Work, dossier: Dossier) -> bool:
    """Whether the diagram listens for a withdrawal at one of the steps that are open now."""
    definition = processes.definition_of(work, dossiers.instance(work, dossier.id))
    standing = {task.element_id for task in tasks.open_of(work, dossier.id).values()}
    return any(
        element.message == WITHDRAW and element.attached_to in standing
        for element in definition.elements.values()
    )


def _lock_for_edit(work: Work, actor: Actor, dossier_id: int) -> Dossier:
    dossier = dossiers.lock(work, dossier_id)
    access.require_edit(actor, dossier, list(tasks.open_of(work, dossier_id).values()))
    return dossier


def _record(work: Work, dossier: Dossier, actor: Actor, entry: Entry) -> None:
    _index(dossier)
    histories.append(work, dossier, actor, entry, organisation=dossier.unit)
    work.session.flush()


def _nomination(dossier: Dossier, nomination_id: int) -> Nomination:
    for nomination in dossier.nominations:
        if nomination.id == nomination_id:
            return nomination
    raise NotFound(message("This dossier has no such nomination."))


def _fill(work: Work, dossier: Dossier, nomination: Nomination, given: NominationInput) -> None:
    wrong: dict[str, Message] = {}
    award = next((item for item in awards_of(work, dossier) if item.key == given.award_key), None)
    if award is None:
        wrong["award_key"] = message("Choose an award of this round.")
    kinds = {kind.value for kind in NomineeKind}
    if given.nominee_kind not in kinds:
        wrong["nominee_kind"] = message("Choose what kind of nominee this is.")
    elif award is not None and award.nominees and given.nominee_kind not in award.nominees:
        wrong["nominee_kind"] = message("This award is not given to nominees of this kind.")
    for name in ("nominee_name", "achievement", "nominee_detail"):
        text = str(getattr(given, name))
        if name != "nominee_detail" and not text.strip():
            wrong[name] = message("Fill in this field.")
        elif len(text) > LONGEST[name]:
            wrong[name] = message("At most {most} characters.", most=LONGEST[name])
    if wrong or award is None:
        raise Invalid(message("Check the marked fields and send again."), wrong)
    nomination.award_id, nomination.award = award.id, award
    nomination.nominee_kind = given.nominee_kind
    nomination.nominee_name = normalise(given.nominee_name)
    nomination.nominee_detail = normalise(given.nominee_detail)
    nomination.achievement = given.achievement.strip()
    nomination.search_key = search_key(nomination.nominee_name)


def _said(nomination: Nomination) -> dict[str, str]:
    return {
        "nominee": nomination.nominee_name,
        "kind": nomination.nominee_kind,
        "award": nomination.award.key,
        "achievement": nomination.achievement,
    }


def _short(name: str, text: str) -> str:
    cleaned = normalise(text)
    if not cleaned:
        raise Invalid(
            message("Check the marked fields and send again."), {name: message("Fill in this field.")}
        )
    if len(cleaned) > LONGEST[name]:
        raise Invalid(
            message("Check the marked fields and send again."),
            {name: message("At most {most} characters.", most=LONGEST[name])},
        )
    return cleaned


def _index(dossier: Dossier) -> None:
    names = [nomination.nominee_name for nomination in dossier.nominations]
    dossier.search_key = search_key(dossier.code, dossier.title, dossier.unit.name_vi, *names)

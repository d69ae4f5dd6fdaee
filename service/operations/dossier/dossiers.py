"""Dossiers: opening, filling, showing, withdrawing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from service import engine
from service.domain.dossiers import DossierKind, DossierStatus
from service.domain.errors import Conflict, Invalid, message
from service.domain.people import Actor
from service.domain.repeats import SAME_SENDING
from service.domain.rounds import RoundKind
from service.domain.tasks import is_overdue
from service.domain.words import search_key
from service.operations import access, calendars, dues
from service.operations.dossier import attachments, checklists, editing, nominations
from service.operations.dossier.checklists import ChecklistLine
from service.operations.dossier.editing import LONGEST
from service.operations.dossier.nominations import MOST_NOMINATIONS, NominationInput
from service.operations.dossier.nominations import add as add_nomination
from service.operations.dossier.nominations import change as change_nomination
from service.operations.dossier.nominations import remove as remove_nomination
from service.operations.dues import Due
from service.operations.histories import Entry
from service.operations.process import escalations, processes
from service.operations.process.escalations import Climb
from service.operations.process.recordings import By
from service.store import definitions, dossiers, files, localities, locks, mails, repeats, tasks
from service.store.tables import (
    Attachment,
    Award,
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
from service.translations import terms

__all__ = [
    "LONGEST",
    "MOST_NOMINATIONS",
    "ChecklistLine",
    "DiagramPage",
    "DossierPage",
    "NominationInput",
    "add_nomination",
    "change_nomination",
    "create",
    "diagram",
    "list_visible",
    "open_once",
    "openable_rounds",
    "remove_nomination",
    "rename",
    "show",
    "submit_before",
    "withdraw",
]

PROPOSER = "proposer"
UNIT_DEADLINE = "unit_submission"
WITHDRAW = "withdraw"
_ROUND_CODES = {"annual": "HN", "mid_term": "SK", "final": "TK", "ad_hoc": "DX"}
"""In codes: hằng năm, sơ kết, tổng kết, đột xuất."""


@dataclass(frozen=True, slots=True)
class DossierPage:
    """Everything about a dossier that its readers are shown.

    `versions` are the older versions of each of its files, by the file's id, the newest first.
    """

    dossier: Dossier
    instance: ProcessInstance
    nominations: list[Nomination]
    awards: list[Award]
    checklist: list[ChecklistLine]
    attachments: list[Attachment]
    versions: dict[int, list[Attachment]]
    tasks: list[UserTask]
    history: list[HistoryStep]
    submissions: list[Submission]
    decisions: list[Decision]
    hand_overs: list[HandOver]
    mails: list[OutgoingMail]
    dues: list[Due]
    climbs: list[Climb]
    may_edit: bool
    may_withdraw: bool

    @property
    def open_tasks(self) -> list[UserTask]:
        """The steps that wait for somebody now."""
        return [task for task in self.tasks if task.closed_at is None]

    @property
    def steps(self) -> list[UserTask]:
        """The open steps of the route itself; escalations about them are among `climbs`."""
        return [task for task in self.open_tasks if task.late_task_id is None]

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
    """The rounds in which the actor may open a dossier, with the unit they speak for.

    First those whose dossiers are still in time, the nearest deadline first, then those without a
    date, then what has passed, newest first: the late policy says what becomes of a late dossier.
    """
    return sorted(
        _openings(work, actor), key=lambda opening: _urgency(submit_before(work, *opening), work.now)
    )


def _openings(work: Work, actor: Actor) -> Iterator[tuple[Round, Organisation]]:
    """The same in no order: no date is read, which may still change while the round's lock is waited for."""
    for seat in actor.seats:
        if seat.role != PROPOSER:
            continue
        unit = localities.organisation(work, seat.organisation_id)
        if unit is None:
            continue
        for round_ in localities.rounds(work, seat.locality_id):
            if round_.active and round_.kind != RoundKind.DUTY and _is_open(work, round_):
                yield round_, unit


def _opening(work: Work, actor: Actor, round_id: int, unit_id: int) -> tuple[Round, Organisation]:
    """
    Raises:
        NotAllowed: when the actor may not open a dossier for that unit in that round.
    """
    for opening in _openings(work, actor):
        if (opening[0].id, opening[1].id) == (round_id, unit_id):
            break
    else:
        access.refuse_opening()
    return opening


def _is_open(work: Work, round_: Round) -> bool:
    return round_.opens_on is None or calendars.today(work, round_.locality) >= round_.opens_on


def _year(round_: Round) -> str:
    """The year in a code, with the round's number where a year has several of the kind: 2026.2."""
    number = round_.key.removeprefix(f"{round_.kind}-{round_.year}").strip("-")
    return f"{round_.year}.{number}" if number.isdecimal() else str(round_.year)


def submit_before(work: Work, round_: Round, unit: Organisation) -> datetime | None:
    """The first instant at which a dossier of the unit is late in the round; None until guidance sets it."""
    due = dues.of_unit(work, round_.id, unit.id).get(UNIT_DEADLINE)
    return due.due_at if due else None


def _urgency(due_at: datetime | None, now: datetime) -> tuple[int, float]:
    if due_at is None:
        return 1, 0
    return (2, -due_at.timestamp()) if is_overdue(due_at, now) else (0, due_at.timestamp())


def list_visible(
    work: Work,
    actor: Actor,
    *,
    kind: DossierKind = DossierKind.AWARD,
    text: str = "",
    status: str | None = None,
    before_id: int | None = None,
    limit: int = 100,
    offset: int = 0,
) -> list[Dossier]:
    """The dossiers of one kind that the actor may see, newest first; `text` is searched without accents."""
    return dossiers.visible(
        work,
        actor,
        kind=kind,
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
    round_, unit = _opening(work, actor, round_id, unit_id)
    definition = definitions.newest(work, round_.process_key)
    if definition is None:
        raise Conflict(
            message("No diagram {key} has been deployed yet. Run `trinh deploy`.", key=round_.process_key)
        )
    title = editing.short("title", title)
    number = localities.next_dossier_number(work, round_)
    occasion = _ROUND_CODES.get(round_.kind, round_.kind)
    dossier = Dossier(
        locality_id=round_.locality_id,
        round_id=round_.id,
        unit_id=unit.id,
        code=f"{round_.locality.code_prefix}-{occasion}{_year(round_)}-{number:04d}",
        title=title,
        status=DossierStatus.DRAFT,
        created_at=work.now,
        created_by_id=actor.person_id,
        search_key="",
        version=0,
        round=round_,
        unit=unit,
    )
    editing.index(dossier)
    work.session.add(dossier)
    work.session.flush()
    by = By(actor, Entry("created", params={"title": title, "round": round_.key}), organisation=unit)
    processes.start(work, dossier, definition.id, by)
    return dossier


def open_once(work: Work, actor: Actor, *, round_id: int, unit_id: int, title: str) -> Dossier:
    """As `create`, for a form that a person sends: a second click opens no second dossier.

    The same title by the same person for the same round and unit within `SAME_SENDING` answers with the
    dossier that the first has opened. A program that opens many alike says so by calling `create`.

    Raises:
        NotAllowed, NotFound, Conflict, Invalid: see `create`.
    """
    _opening(work, actor, round_id, unit_id)
    since = work.now - SAME_SENDING
    first = repeats.dossier(work, actor.person_id, round_id, unit_id, editing.short("title", title), since)
    return first or create(work, actor, round_id=round_id, unit_id=unit_id, title=title)


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
    every_file = files.every_attachment(work, dossier_id)
    present = [file for file in every_file if file.removed_at is None]
    return DossierPage(
        dossier=dossier,
        instance=dossiers.instance(work, dossier_id),
        nominations=dossier.nominations,
        awards=nominations.awards_of(work, dossier),
        checklist=checklists.lines(work, dossier, present),
        attachments=present,
        versions=attachments.versions(every_file),
        tasks=all_tasks,
        history=dossiers.history(work, dossier_id),
        submissions=dossiers.submissions_of(work, dossier_id),
        decisions=dossiers.decisions_of(work, decided),
        hand_overs=dossiers.hand_overs(work, dossier_id),
        mails=mails.of_dossier(work, dossier_id),
        dues=[due for due in dues.of(work, dossier).values() if due.row.active],
        climbs=escalations.of_dossier(work, dossier_id, open_tasks),
        may_edit=access.may_edit(actor, dossier, open_tasks),
        may_withdraw=access.may_withdraw(actor, dossier) and _waits_for_withdrawal(work, dossier),
    )


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
    dossier = editing.lock_award(work, actor, dossier_id)
    before, dossier.title = dossier.title, editing.short("title", title)
    editing.record(work, dossier, actor, Entry("renamed", params={"before": before, "after": dossier.title}))
    return dossier


def withdraw(work: Work, actor: Actor, dossier_id: int, reason: str) -> Dossier:
    """Takes a dossier back before it has been selected; its process ends.

    Raises:
        NotAllowed: when the actor does not propose for its unit.
        Conflict: when the dossier is past selection.
        Invalid: without a reason.
    """
    locked = locks.one(work, dossier_id)
    dossier = locked.dossier
    access.require_proposer(actor, dossier)
    text = reason.strip()
    if not text:
        raise Invalid(
            message("Write why the dossier is withdrawn."),
            {"reason": message("Write the reason: it stays in the history.")},
        )
    if len(text) > editing.LONGEST["reason"]:
        raise Invalid(
            message("Check the marked fields and send again."),
            {"reason": message("At most {most} characters.", most=editing.LONGEST["reason"])},
        )
    if not _waits_for_withdrawal(work, dossier):
        last = dossiers.history(work, dossier_id)[-1]
        raise Conflict(
            message(
                "Dossier {code} can be withdrawn only before it has been selected. "
                "{name} was faster ({kind}).",
                code=dossier.code,
                name=last.person_name,
                kind=terms.of("happened", last.kind) or "",
            )
        )
    entry = Entry("withdrawn", reason=text)
    processes.advance(
        work,
        locked,
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

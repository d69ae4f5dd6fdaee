"""Joint opinions: the holder of a task asks another office or the council, without the diagram knowing.

A question hangs on the task from which it was asked and ends with it. Office and council answer in their
own time; the process waits for nobody by itself, but whoever completes the task early must say why.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from service.domain.deadlines import first_late_instant
from service.domain.errors import Conflict, Invalid, Message, NotFound, message
from service.domain.opinions import (
    LADDER,
    SHIPPED_LADDER,
    WRONG,
    Addressee,
    OpinionState,
    check_answer,
    check_question,
)
from service.domain.organisations import Function
from service.domain.people import Actor
from service.domain.reminders import Audience, dated
from service.domain.tasks import PREPARES
from service.operations import access, calendars, dues, histories
from service.operations.histories import Entry
from service.operations.mail.mails import Post
from service.operations.staff import audiences, directories
from service.operations.staff.directories import Group
from service.operations.work import assignments, completions
from service.operations.work.completions import Held
from service.store import dossiers, localities, locks, people, reminders
from service.store import opinions as store
from service.store.opinions import OpinionPage
from service.store.tables import (
    Ballot,
    Council,
    Dossier,
    Nomination,
    Opinion,
    OpinionSubject,
    Organisation,
)
from service.store.work import Work


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of an office or a council, and until when: the last permitted local day.

    `nomination_ids` are those on which a council votes one by one; with none it votes on the dossier.
    """

    organisation_id: int
    text: str
    last_day: date | None
    nomination_ids: Sequence[int] = ()


def ask(work: Work, actor: Actor, task_id: int, question: Question) -> Opinion:
    """Asks for an opinion from a task that the actor holds; those asked are told by mail and reminded.

    Raises:
        Invalid: with the wrong fields.
        Conflict: when the task is closed, held by nobody, not one to ask from, or asks them already.
        NotAllowed, NotFound: when the task is not theirs.
    """
    held = completions.lock(work, actor, task_id)
    access.require_holder(actor, held.task)
    if not may_ask_from(held):
        raise Conflict(message("Opinions are asked for after the dossier has been submitted to an office."))
    locality = held.dossier.round.locality
    text, last_day = check_question(question.text, question.last_day, calendars.today(work, locality))
    office, council = _addressee(work, held, question.organisation_id)
    if any(one.organisation_id == office.id for one in store.open_of_task(work, task_id)):
        raise Conflict(
            message("They have been asked already and have not answered. Wait, or withdraw that question.")
        )
    opinion = Opinion(
        dossier_id=held.dossier.id,
        task_id=task_id,
        organisation_id=office.id,
        council=council is not None,
        question=text,
        last_day=last_day,
        due_at=first_late_instant(last_day, ZoneInfo(locality.zone)),
        asked_at=work.now,
        asked_by_id=held.actor.person_id,
        asked_for_id=held.actor.absent.person_id if held.actor.absent else None,
    )
    if council is not None:
        _open_vote(work, held, opinion, council, question.nomination_ids)
    work.session.add(opinion)
    work.session.flush()
    histories.append(
        work,
        held.dossier,
        held.actor,
        histories.of_task(
            held.task,
            "opinion_asked",
            reason=text,
            params={
                "opinion": opinion.id,
                "of": office.name_vi,
                "last_day": last_day.isoformat(),
                "subjects": [subject.name for subject in opinion.subjects if subject.name],
            },
        ),
        organisation=held.task.group.organisation,
    )
    _announce(work, held, opinion)
    return store.get(work, opinion.id)


def answer(
    work: Work, actor: Actor, opinion_id: int, given: str, said: str = "", reason: str = ""
) -> Opinion:
    """Answers for the office that was asked: agree, agree with conditions, or disagree; once.

    Raises:
        Invalid: with the wrong fields.
        Conflict: when it was answered (by whom), withdrawn or overtaken, or the council was asked.
        NotAllowed, NotFound: when others were asked.
    """
    opinion, dossier = lock(work, actor, opinion_id)
    access.require_answer(actor, opinion)
    if opinion.council:
        raise Conflict(message("The council was asked: its members vote."))
    choice, words, why = check_answer(given, said, reason)
    acting = actor.through(actor.seat_at(opinion.organisation_id))
    opinion.answer, opinion.said, opinion.reason = choice.value, words or None, why or None
    opinion.answered_by_id, opinion.for_id = actor.person_id, acting.absent and acting.absent.person_id
    close(work, opinion, OpinionState.ANSWERED)
    entry = Entry(
        "opinion_given",
        opinion.task.element_id,
        opinion.task.name,
        opinion.task_id,
        outcome=choice.value,
        reason=words or None,
        params={"opinion": opinion.id, "of": opinion.organisation.name_vi, "because": why or None},
    )
    histories.append(work, dossier, acting, entry, organisation=opinion.organisation)
    tell_asker(work, dossier, opinion)
    return store.get(work, opinion_id)


def withdraw(work: Work, actor: Actor, opinion_id: int, reason: str) -> Opinion:
    """Takes a question back that nobody has answered; whoever holds the asking task may.

    Raises:
        Conflict: when it is closed.
        NotAllowed, NotFound: when the task is not the actor's.
        Invalid: without a reason.
    """
    opinion, dossier = lock(work, actor, opinion_id)
    held = completions.lock(work, actor, opinion.task_id)
    access.require_holder(actor, held.task)
    words = assignments.reason_of("reason", reason)
    close(work, opinion, OpinionState.WITHDRAWN)
    entry = histories.of_task(
        held.task,
        "opinion_withdrawn",
        reason=words,
        params={"opinion": opinion.id, "of": opinion.organisation.name_vi},
    )
    histories.append(work, dossier, held.actor, entry, organisation=held.task.group.organisation)
    return store.get(work, opinion_id)


def show(work: Work, actor: Actor, opinion_id: int) -> Opinion:
    """A question that the actor may see: whoever may see the dossier.

    Raises:
        NotFound: when there is none, or the dossier is not theirs to know of.
    """
    opinion = store.get(work, opinion_id)
    access.require_sight(actor, opinion.dossier)
    return opinion


def page_behind(work: Work, actor: Actor, opinion_id: int | None, limit: int, *, closed: bool) -> OpinionPage:
    """Where the list of those that wait, or are closed, goes on behind one; from its beginning for None.

    One that has been answered since its page was read still tells its place among those that wait.

    Raises:
        NotFound: there is no such question, or it is not the actor's to see.
    """
    if opinion_id is None:
        return OpinionPage(limit)
    last = show(work, actor, opinion_id)
    return OpinionPage(limit, last.closed_at if closed else last.due_at, last.id)


def list_waiting(work: Work, actor: Actor, page: OpinionPage | None = None) -> list[Opinion]:
    """What is asked of the actor's offices, or waits for their ballot; the nearest last day first."""
    return store.waiting(work, actor, page or OpinionPage())


def list_closed(work: Work, actor: Actor, page: OpinionPage | None = None) -> list[Opinion]:
    """What was asked of the actor's offices and is closed; the newest first."""
    return store.closed(work, actor, page or OpinionPage())


def count_waiting(work: Work, actor: Actor) -> int:
    """How many questions wait for the actor (capped, see the store)."""
    return store.count_waiting(work, actor)


def of_dossier(work: Work, dossier_id: int) -> list[Opinion]:
    """All questions about a dossier, the oldest first; its reader has been let in."""
    return store.of_dossier(work, dossier_id)


def of_dossiers(work: Work, dossier_ids: Collection[int]) -> dict[int, list[Opinion]]:
    """The same of several dossiers, by dossier; those about which nothing was asked are left out."""
    found: dict[int, list[Opinion]] = {}
    for one in store.of_dossiers(work, dossier_ids):
        found.setdefault(one.dossier_id, []).append(one)
    return found


def list_of_dossier(work: Work, actor: Actor, dossier_id: int) -> list[Opinion]:
    """All questions about a dossier that the actor may see, the oldest first.

    Raises:
        NotFound: when the dossier is not theirs to know of.
    """
    access.require_sight(actor, dossiers.get(work, dossier_id))
    return store.of_dossier(work, dossier_id)


def may_ask_from(held: Held) -> bool:
    """Whether opinions may be asked for from a task: a reviewer's, of a dossier that has been submitted."""
    return held.dossier.submitted_at is not None and held.task.act not in PREPARES


def addressees(
    work: Work, dossier: Dossier, own_organisation_id: int
) -> list[tuple[Organisation, Council | None]]:
    """Who may be asked: the other reviewing offices of the locality that exist today, and its councils."""
    today = calendars.today(work, dossier.round.locality)
    councils = {row.organisation_id: row for row in localities.councils(work, dossier.locality_id)}
    return [
        (office, councils.get(office.id))
        for office in localities.organisations(work, dossier.locality_id)
        if office.id != own_organisation_id
        and office.function not in {Function.UNIT, Function.UPPER}
        and (office.function != Function.COUNCIL or office.id in councils)
        and (office.valid_from or today) <= today <= (office.valid_to or today)
    ]


def lock(work: Work, actor: Actor, opinion_id: int) -> tuple[Opinion, Dossier]:
    """A question that waits for an answer, with its dossier locked.

    Raises:
        NotFound: when there is none or the actor may not know of it.
        Conflict: when it is closed; the message says how and by whom.
    """
    known = show(work, actor, opinion_id)
    locked = locks.one(work, known.dossier_id)
    dues.of(work, locked.dossier)  # Brings the round and its locality along.
    opinion = store.get(work, opinion_id)
    if opinion.closed_at is not None:
        raise Conflict(_already_closed(opinion))
    return opinion, locked.dossier


def close(work: Work, opinion: Opinion, state: OpinionState) -> None:
    """Ends a question of a locked dossier; nobody is reminded of it any more."""
    opinion.closed_at, opinion.closing = work.now, state.value
    reminders.cancel_of_opinions(work, [opinion.id])


def tell_asker(work: Work, dossier: Dossier, opinion: Opinion) -> None:
    """Whoever holds the asking task now hears of the answer."""
    work.session.flush()
    Post(work).to_holder(dossier, "opinion_given", opinion.task, opinion=opinion)


def _already_closed(opinion: Opinion) -> Message:
    match opinion.closing:
        case OpinionState.ANSWERED:
            name = opinion.answered_by.name if opinion.answered_by else "?"
            return message("{name} has already answered. Nothing is left to do.", name=name)
        case OpinionState.VOTED:
            return message("The vote is closed and counted. Nothing is left to do.")
        case OpinionState.WITHDRAWN:
            return message("The question was withdrawn. Nothing is left to do.")
        case _:
            return message("The dossier has moved on without this answer. Nothing is left to do.")


def _addressee(work: Work, held: Held, organisation_id: int) -> tuple[Organisation, Council | None]:
    for office, council in addressees(work, held.dossier, held.task.group.organisation_id):
        if office.id == organisation_id:
            return office, council
    raise Invalid(WRONG, {"organisation": message("Choose whom you ask: another office, or the council.")})


def _open_vote(
    work: Work, held: Held, opinion: Opinion, council: Council, nomination_ids: Sequence[int]
) -> None:
    """Writes down who may vote, on what and by which rule: later changes of either leave the vote alone."""
    locality = held.dossier.round.locality
    groups = directories.of(work, locality).groups.values()
    its = [group.id for group in groups if group.organisation_id == council.organisation_id]
    members = people.members(work, its, calendars.today(work, locality))
    if not members:
        raise Invalid(
            WRONG,
            {"organisation": message("Nobody sits in the council. An administrator can seat members.")},
        )
    opinion.quorum, opinion.share, opinion.share_of = council.quorum, council.share, council.share_of
    opinion.ballots = [Ballot(person_id=person.id) for person in members]
    standing = {nomination.id: nomination for nomination in held.dossier.nominations}
    if set(nomination_ids) - standing.keys():
        raise Invalid(WRONG, {"nominations": message("Choose nominations of this dossier.")})
    chosen: Sequence[Nomination | None] = [standing[key] for key in dict.fromkeys(nomination_ids)] or [None]
    opinion.subjects = [
        OpinionSubject(
            position=position,
            nomination_id=nomination.id if nomination else None,
            name=f"{nomination.nominee_name} – {nomination.award.name_vi}" if nomination else "",
        )
        for position, nomination in enumerate(chosen, start=1)
    ]


def _announce(work: Work, held: Held, opinion: Opinion) -> None:
    """Mails to those asked, and the reminders before and after the last day."""
    dossier, post = held.dossier, Post(work)
    group = asked_group(work, dossier, opinion.organisation_id)
    if opinion.council:
        for ballot in opinion.ballots:
            post.to_person(dossier, "opinion_asked", ballot.person_id, task=held.task, opinion=opinion)
    else:
        post.to_group(dossier, "opinion_asked", group.id, task=held.task, opinion=opinion)
    locality = dossier.round.locality
    directory = directories.of(work, locality)
    head = next(
        (
            one
            for one in directory.groups.values()
            if one.organisation_id == opinion.organisation_id and directory.is_headed_by(one.id)
        ),
        group,
    )
    ladder = directory.ladders.get(LADDER, SHIPPED_LADDER)
    planned = dated(ladder, opinion.last_day, ZoneInfo(locality.zone), calendars.of(work, locality))
    reminders.write(
        work,
        [
            {
                "task_id": held.task.id,
                "opinion_id": opinion.id,
                "rule_key": f"opinion-{opinion.id}-{one.rule_key}",
                "audience": (Addressee.VOTERS if opinion.council else Addressee.OFFICE).value,
                "group_id": (head if one.audience is Audience.OFFICE_HEAD else group).id,
                "deadline_date": opinion.last_day,
                "fire_at": one.fire_at,
            }
            for one in planned
            if one.fire_at > work.now
        ],
    )


def asked_group(work: Work, dossier: Dossier, organisation_id: int) -> Group:
    """Who hears of a question to an office: its members, or its heads where it has no members.

    Raises:
        NotFound: when nobody can take part in it at all.
    """
    locality = dossier.round.locality
    directory, today = directories.of(work, locality), calendars.today(work, locality)
    its = [group for group in directory.groups.values() if group.organisation_id == organisation_id]
    its.sort(key=lambda group: directory.is_headed_by(group.id))
    seated = audiences.Seating(work).of([group.id for group in its], today)
    for group in its:
        if group.id in seated:
            return group
    if its:
        return its[0]
    raise NotFound(message("Nobody of this organisation can be asked: it has no roles."))

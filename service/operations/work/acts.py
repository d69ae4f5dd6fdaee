"""What each act does to the dossier, its nominations and its papers when its task completes.

The order of the route is the diagram's affair; an act knows only its own effects. The result of an
act is what the process may ask about afterwards: `has_local` and `has_upward`, and of a report whether
it says that there is nothing to report.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from service.domain.deadlines import LatePolicy
from service.domain.dossiers import (
    STANDING,
    Judgement,
    NominationStatus,
    Verdict,
    check_judgements,
    status_after,
)
from service.domain.errors import Conflict, Invalid, Message, message
from service.domain.labels import in_a_row
from service.domain.people import Actor, Seat, in_place_of
from service.domain.tasks import (
    JUDGES_NOMINATIONS,
    PREPARES,
    SENDS_ON,
    TURNED_DOWN,
    Act,
    Answer,
    Outcome,
    is_overdue,
)
from service.operations import histories
from service.operations.dossier import checklists
from service.operations.process import next_rounds
from service.store import dossiers
from service.store.tables import (
    Decision,
    Dossier,
    HandOver,
    Nomination,
    NominationVerdict,
    Submission,
    SubmissionNomination,
    UserTask,
)
from service.store.work import Work


@dataclass(frozen=True, slots=True)
class Done:
    """A completed task with all that its act needs.

    `asks_why_late` says whether the task's form can ask why it comes late; older versions could not.
    """

    work: Work
    actor: Actor
    seat: Seat
    dossier: Dossier
    task: UserTask
    answer: Answer
    values: Mapping[str, Any]
    judgements: Mapping[int, Judgement] = field(default_factory=dict[int, Judgement])
    submission: Submission | None = None
    decision: Decision | None = None
    asks_why_late: bool = True


def apply(done: Done) -> dict[str, bool]:
    """Carries out the act.

    Raises:
        Invalid: when something is missing; the message says what.
        Conflict: when the deadline's late policy stops it, or the verdicts are on nominations that are not
            up for one.
    """
    act, outcome = Act(done.task.act), done.answer.outcome
    if done.judgements.keys() - {shown.id for shown in judged_at(act, done.dossier.nominations)}:
        raise Conflict(message("The nominations have changed since the page was opened. Reload it."))
    if outcome not in TURNED_DOWN and is_judged_late(done.task, done.work.now):
        _accept_late(done)
    if act in JUDGES_NOMINATIONS and outcome in {Outcome.ACCEPT, Outcome.APPROVE}:
        _judge(done, act)
    elif act in _EFFECTS and outcome not in TURNED_DOWN:
        _EFFECTS[act](done)
    statuses = {(nomination.award.in_power, nomination.status) for nomination in done.dossier.nominations}
    local = {NominationStatus.PROPOSED, NominationStatus.SELECTED, NominationStatus.AWARDED}
    upward = {NominationStatus.PROPOSED, NominationStatus.SELECTED, NominationStatus.APPROVED_UPWARD}
    flags = {
        "has_local": any(in_power and status in local for in_power, status in statuses),
        "has_upward": any(not in_power and status in upward for in_power, status in statuses),
    }
    if act is Act.REPORT:
        flags["not_applicable"] = outcome is Outcome.NOT_APPLICABLE
    return flags


def judged_at(act: Act, nominations: Sequence[Nomination]) -> list[Nomination]:
    """The nominations on which a reviewer decides at an act.

    The first reviewer sees all of them, also those dropped before a return; later ones see what
    still stands.
    """
    if act not in JUDGES_NOMINATIONS:
        return []
    shown = STANDING | ({NominationStatus.DROPPED} if act is Act.SELECT else set[NominationStatus]())
    return [nomination for nomination in nominations if nomination.status in shown]


def _judge(done: Done, act: Act) -> None:
    shown = judged_at(act, done.dossier.nominations)
    by_id = {nomination.id: nomination for nomination in shown}
    check_judgements(by_id.keys(), done.judgements, done.answer.outcome)
    for key, judgement in done.judgements.items():
        nomination = by_id[key]
        reason = (judgement.reason or "").strip() or None
        kept = judgement.verdict is Verdict.SELECT
        nomination.status = (
            status_after(act, in_power=nomination.award.in_power) if kept else NominationStatus.DROPPED
        )
        nomination.status_reason = None if kept else reason
        if nomination.status == NominationStatus.AWARDED and done.decision is not None:
            nomination.decision_id = done.decision.id
        done.work.session.add(
            NominationVerdict(
                nomination_id=key,
                task_id=done.task.id,
                act=act,
                verdict=judgement.verdict,
                reason=reason,
                person_id=done.actor.person_id,
                at=done.work.now,
            )
        )


def _submit(done: Done) -> None:
    dossier, work = done.dossier, done.work
    if not dossier.nominations:
        raise Invalid(
            message("Add at least one nomination before you submit."),
            {"nominations": message("The dossier names nobody yet.")},
        )
    missing = checklists.missing(work, dossier)
    if missing:
        papers = in_a_row(missing, "; ")
        raise Invalid(
            message("Attach the missing papers before you submit: {papers}.", papers=papers),
            {"attachments": message("Missing: {papers}", papers=papers)},
        )
    for nomination in dossier.nominations:
        nomination.status, nomination.status_reason = NominationStatus.PROPOSED, None
    dossier.submitted_at = dossier.submitted_at or work.now


def _report(done: Done) -> None:
    """A report is a file or a text, unless it says why there is nothing to report."""
    dossier, work = done.dossier, done.work
    said = str(done.values.get("summary") or "").strip()
    if done.answer.outcome is Outcome.SUBMIT and not said and not dossiers.attachments(work, dossier.id):
        raise Invalid(
            message("Attach the report or write it into the form before you send it."),
            {"attachments": message("The report is empty so far.")},
        )
    dossier.submitted_at = dossier.submitted_at or work.now


def is_judged_late(task: UserTask, now: datetime) -> bool:
    """Whether what a step sends on now comes after its deadline, so that the late policy acts.

    Inside an office nothing is judged: what counts is when the dossier leaves it. Nor is a supplement: the
    first time has decided.
    """
    return task.act in SENDS_ON and not task.supplement and is_overdue(task.due_at, now)


def turned_away(work: Work, task: UserTask) -> Message | None:
    """Why a step comes too late to be sent on at all; None when it is in time or accepted late.

    A dossier that has arrived once and comes back supplemented is never turned away.
    """
    deadline = task.deadline
    if deadline is None or not is_judged_late(task, work.now):
        return None
    prepares = task.act in PREPARES
    if prepares and task.dossier.submitted_at is not None:
        return None
    ended = {"day": task.last_day, "clause": histories.clause_of(deadline) or "–"}
    match LatePolicy(deadline.late_policy):
        case LatePolicy.ACCEPT_FLAGGED:
            return None
        case LatePolicy.REFUSE if prepares:
            return message(
                "The deadline ended on {day} ({clause}), and nothing late is accepted. Ask the intake "
                "office.",
                **ended,
            )
        case LatePolicy.REFUSE:
            return message(
                "The deadline ended on {day} ({clause}), and nothing is sent on late. Ask the Chairman's "
                "office for an extension; an administrator enters it for the unit of dossier {code}. "
                "Returning it stays possible.",
                code=task.dossier.code,
                **ended,
            )
        case LatePolicy.NEXT_ROUND:
            return next_rounds.told(next_rounds.after(work, deadline), ended)


def _accept_late(done: Done) -> None:
    """Takes what comes late as the deadline's policy wants it, with the reason in the holder's words."""
    too_late = turned_away(done.work, done.task)
    if too_late is not None:
        raise Conflict(too_late)
    reason = str(done.values.get("late_reason") or "").strip()
    if not reason and done.asks_why_late:
        raise Invalid(
            message("The deadline has passed: write why this comes late, then send it again."),
            {"late_reason": message("Write why this comes late; everybody who reads it is told.")},
        )
    done.task.late_reason = reason
    if done.task.act in PREPARES:
        done.dossier.late, done.dossier.late_reason = True, reason


def _forward(done: Done) -> None:
    if done.submission is None:
        raise Invalid(message("A dossier goes upward with a submission letter only."))
    for nomination in done.dossier.nominations:
        if nomination.status in STANDING:
            done.work.session.add(
                SubmissionNomination(
                    submission=done.submission,
                    nomination_id=nomination.id,
                    dossier_id=done.dossier.id,
                )
            )


def _hand_over(done: Done) -> None:
    values = done.values
    upward = [item for item in done.dossier.nominations if item.status == NominationStatus.APPROVED_UPWARD]
    owed = sum(nomination.award.sets or 1 for nomination in upward)
    sets = int(values["sets_handed"])
    if sets < owed:
        raise Invalid(
            message("Check the marked fields and send again."),
            {"sets_handed": message("The plan asks for {owed} original sets.", owed=owed)},
        )
    record = HandOver(
        dossier_id=done.dossier.id,
        recipient=str(values["recipient"]),
        document_number=str(values["document_number"]),
        handed_over_on=date.fromisoformat(str(values["handed_over_on"])),
        sets=sets,
        note=str(values.get("note") or ""),
        person_id=done.actor.person_id,
        **in_place_of(done.actor.absent),
        recorded_at=done.work.now,
    )
    done.work.session.add(record)
    done.work.session.flush()
    for nomination in upward:
        nomination.status, nomination.hand_over_id = NominationStatus.HANDED_OVER, record.id


_EFFECTS: dict[Act, Callable[[Done], None]] = {
    Act.SUBMIT: _submit,
    Act.FORWARD: _forward,
    Act.HAND_OVER: _hand_over,
    Act.REPORT: _report,
}

"""Completing one task: lock, check the form, carry out the act, move the process.

`operations.tasks` completes single tasks, `operations.papers` many at once with one paper.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from service import engine, forms
from service.domain.dossiers import Judgement, Verdict
from service.domain.errors import Conflict, Invalid, Message, message
from service.domain.overlaps import OverlapAnswer
from service.domain.people import Actor, Seat
from service.domain.tasks import LATE_REASON, OUTCOMES, PENDING, RETURNS, Act, Answer, check_answer
from service.engine import RETURN_TO
from service.forms import Form
from service.operations import access, dues, histories
from service.operations.process import processes
from service.operations.process.recordings import By
from service.operations.work import acts, form_files, returns, supplements
from service.operations.work.acts import Done
from service.store import definitions, dossiers, drafts, locks, opinions, tasks
from service.store.locks import Locked
from service.store.tables import Decision, Dossier, FormFile, Submission, UserTask
from service.store.work import Work
from service.translations import terms

_SAYS_NOTHING_NEW = frozenset({"voted", "deadline_passed", "climb_stopped", "timer_fired", "notice"})
"""Steps of a history that change nothing a reviewer could look at: ballots are secret until they are counted,
and a deadline passes by itself."""
_DATES = ("signed_on", "letter_date", "handed_over_on")


@dataclass(frozen=True, slots=True)
class Held:
    """A task that its holder has in hand, with its dossier locked.

    `actor` is whoever acts, through the seat: perhaps in the place of somebody who is away.
    """

    locked: Locked
    task: UserTask
    seat: Seat
    actor: Actor

    @property
    def dossier(self) -> Dossier:
        """The dossier of the task."""
        return self.locked.dossier


@dataclass(frozen=True, slots=True)
class Papers:
    """The objects over many dossiers that a completion belongs to."""

    submission: Submission | None = None
    decision: Decision | None = None


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as somebody sent it: its values, the verdicts, and the dossier's version they saw.

    `answers` tell of overlaps with other rounds whether the achievements differ: see `operations.overlaps`.
    `unanswered` says why the task is completed before everybody who was asked has answered.
    """

    values: Mapping[str, object]
    judgements: Mapping[int, Judgement] = field(default_factory=dict[int, Judgement])
    seen_version: int | None = None
    answers: Mapping[str, OverlapAnswer] = field(default_factory=dict[str, OverlapAnswer])
    unanswered: str = ""


def form_of(work: Work, task: UserTask) -> Form:
    """The form version that the task opened with."""
    return forms.read_form(definitions.form_content(work, task.form_version_id))


def offered_form(work: Work, task: UserTask) -> Form:
    """The same with the choices that its dossier has, such as the steps to return to."""
    form = form_of(work, task)
    return forms.offer(form, returns.offered(work, task)) if form.offers else form


def offered_schema(work: Work, task: UserTask) -> dict[str, Any]:
    """The same as the document that a browser draws."""
    form, schema = form_of(work, task), json.loads(definitions.form_content(work, task.form_version_id))
    return forms.offer_schema(form, schema, returns.offered(work, task)) if form.offers else schema


def form_context(
    work: Work, task: UserTask, judgements: Mapping[int, Judgement] | None = None
) -> dict[str, bool]:
    """What the form's conditions may ask besides its own fields: `late`, `has_local`, `has_upward`.

    Nobody is asked why a dossier comes late that is not accepted late anyway.
    """
    judged = acts.judged_at(Act(task.act), task.dossier.nominations)
    kept = [
        nomination
        for nomination in judged
        if judgements is None
        or nomination.id not in judgements
        or judgements[nomination.id].verdict is Verdict.SELECT
    ]
    return {
        "late": acts.is_judged_late(task, work.now) and acts.turned_away(work, task) is None,
        "has_local": any(nomination.award.in_power for nomination in kept),
        "has_upward": any(not nomination.award.in_power for nomination in kept),
    }


def hold(work: Work, actor: Actor, task_id: int, seen_version: int | None = None) -> Held:
    """Locks the dossier and makes sure that the actor holds the open task.

    Raises:
        Conflict: when the task is closed, or the dossier has changed since `seen_version`.
        NotAllowed, NotFound: when it is not theirs.
    """
    held = lock(work, actor, task_id)
    access.require_holder(actor, held.task)
    refuse_delegated(held.task)
    if seen_version is not None:
        require_seen(work, held.dossier, seen_version)
    return held


def require_seen(work: Work, dossier: Dossier, seen_version: int) -> None:
    """What somebody has changed since a reviewer looked must be looked at first.

    Raises:
        Conflict: the dossier has changed since; the message names it and whoever changed it.
    """
    if seen_version == dossier.version:
        return
    since = [step for step in dossiers.history(work, dossier.id) if step.position > seen_version]
    if since and all(step.kind in _SAYS_NOTHING_NEW for step in since):
        return
    last = (since or dossiers.history(work, dossier.id))[-1]
    raise Conflict(
        message(
            "{name} changed dossier {code} while you were writing ({kind}). What you typed is kept: "
            "reload the page, look at the change, and send again.",
            name=last.person_name,
            code=dossier.code,
            kind=terms.of("happened", last.kind),
        )
    )


def require_version(work: Work, actor: Actor, task_id: int, seen_version: int | None) -> None:
    """Whoever completes a task from a page says what it showed, lest they write over what they never saw.

    Raises:
        Invalid: they do not say it.
        Conflict, NotAllowed, NotFound: before that, when the task is not theirs to complete at all.
    """
    if seen_version is not None:
        return
    access.require_holder(actor, require_own_open(work, actor, task_id))
    raise Invalid(
        message(
            "What you sent does not say which version of the dossier you have seen. Look at it as it stands "
            "now, then send again: what you typed is kept."
        )
    )


def check(work: Work, held: Held, filled: Filled) -> tuple[dict[str, Any], Answer]:
    """The cleaned values of a task's form and the answer to its process.

    The files in it are those of whoever acts, who may do so in the holder's place.

    Raises:
        Invalid: with the wrong fields.
    """
    task = held.task
    act = Act(task.act)
    returning = filled.values.get("outcome") in RETURNS
    ways = returns.ways(work, task) if returning else ()
    form = offered_form(work, task) if returning else form_of(work, task)
    sent = returns.completed(form, filled.values, ways)
    values: dict[str, Any] = dict(
        forms.check(
            form,
            form_files.values(form, sent, _files_of(work, held, form)),
            form_context(work, task, filled.judgements),
        )
    )
    only = next(iter(OUTCOMES[act])) if len(OUTCOMES[act]) == 1 else None
    outcome = str(values.get("outcome") or only or "")
    reason = values.get("reason") or values.get("note")
    answer = check_answer(act, outcome, str(reason) if reason else None)
    _refuse_future(work, task, values)
    return values, returns.named(answer, values, ways)


def finish(
    work: Work,
    actor: Actor,
    held: Held,
    values: Mapping[str, Any],
    answer: Answer,
    judgements: Mapping[int, Judgement],
    papers: Papers,
    unanswered: str = "",
) -> UserTask:
    """Carries out the act of a checked form and moves the process on.

    Raises:
        Invalid: when somebody who was asked has not answered, and `unanswered` does not say why not to wait.
    """
    dossier, task, actor = held.dossier, held.task, held.actor
    left = _left_unanswered(work, held, unanswered)
    form = form_of(work, task)
    waiting = _files_of(work, held, form)
    files = form_files.attach(work, actor, dossier, task, values, waiting) if waiting else {}
    flags = acts.apply(
        Done(
            work,
            actor,
            held.seat,
            dossier,
            task,
            answer,
            values,
            judgements,
            papers.submission,
            papers.decision,
            LATE_REASON in form.by_key,
        )
    )
    said: dict[str, Any] = {"values": {key: values[key] for key in values if key not in form.file_keys}}
    if files:
        said["files"] = files
    if judgements:
        said["judgements"] = {
            str(key): [judgement.verdict.value, judgement.reason] for key, judgement in judgements.items()
        }
    if left:
        said["unanswered"] = left
    if answer.return_to:
        said |= {RETURN_TO: answer.return_to, "return_step": answer.return_step}
    if papers.submission is not None:
        said["submission"] = papers.submission.number
    if papers.decision is not None:
        said["decision"] = papers.decision.number
    clause = values.get("clause") or histories.clause_of(task.deadline)
    entry = histories.of_task(
        task, "completed", outcome=answer.outcome, reason=answer.reason, params=said, clause=clause
    )
    by = By(
        actor,
        entry,
        organisation=task.group.organisation,
        task=task,
        outcome=answer.outcome,
        reason=answer.reason,
        submission=papers.submission,
    )
    if answer.outcome in RETURNS:
        supplements.ask(work, dossier, task, answer.return_to, values)
    told = {"outcome": answer.outcome.value, RETURN_TO: answer.return_to, **flags}
    command = engine.Complete(task.engine_task_id, told)
    processes.advance(work, held.locked, command, by)
    if task.id in held.locked.drafted:
        tasks.drop_draft(work, task.id, actor.person_id)
    return task


def _files_of(work: Work, held: Held, form: Form) -> list[FormFile]:
    """What whoever acts has put into the fields of a form; mostly nobody has, and nothing is asked."""
    if not form.file_keys or held.task.id not in held.locked.filed:
        return []
    return drafts.files_of(work, held.task.id, held.actor.person_id)


def _left_unanswered(work: Work, held: Held, why: str) -> dict[str, Any]:
    """What the history tells of questions that nobody has answered by the end of their task."""
    if held.task.id not in held.locked.asked:
        return {}
    asked = [one.organisation.name_vi for one in opinions.open_of_task(work, held.task.id)]
    code, offices = held.dossier.code, ", ".join(asked)
    reason = why.strip()
    if not reason:
        raise Invalid(
            message(
                "Not everybody who was asked has answered. Wait, or write why you complete the task now."
            ),
            {
                "unanswered": message(
                    "Write why you do not wait for {offices} (dossier {code}).", offices=offices, code=code
                )
            },
        )
    return {"asked": asked, "reason": reason}


def lock(work: Work, actor: Actor, task_id: int) -> Held:
    """Locks the dossier of an open task that the actor may take.

    Raises:
        Conflict: when the task is closed; the message says by whom.
        NotAllowed, NotFound: when it is not theirs.
    """
    locked = locks.of_task(work, task_id)
    dues.of(work, locked.dossier)  # Brings the round, its locality and the task's deadline along.
    task = next((task for task in locked.tasks.values() if task.id == task_id), None)
    if task is None:
        closed = tasks.get(work, task_id)
        access.require_seat(actor, closed)
        raise Conflict(already_closed(work, closed))
    seat = access.require_seat(actor, task)
    return Held(locked, task, seat, actor.through(seat))


def already_closed(work: Work, task: UserTask) -> Message:
    """Who closed a task and how, for whoever comes too late."""
    steps = list(reversed(dossiers.history(work, task.dossier_id)))
    step = next((step for step in steps if step.task_id == task.id and step.kind == "completed"), None)
    if step is None:
        # Whatever moved the dossier on has closed the task in the same instant.
        at_once = [one for one in steps if one.at == task.closed_at]
        by = next((one for one in at_once if one.person_id is not None), at_once[0] if at_once else steps[0])
        return message(
            "{name} has moved dossier {code} on ({kind}), and that has closed this task. "
            "Nothing is left to do.",
            name=by.person_name,
            code=task.dossier.code,
            kind=terms.of("happened", by.kind) or "",
        )
    return message(
        "{name} has already completed this task of dossier {code} ({outcome}). Nothing is left to do.",
        name=step.person_name,
        code=task.dossier.code,
        outcome=terms.of("outcome", step.outcome) or "",
    )


def refuse_delegated(task: UserTask) -> None:
    """Only the owner of a task completes it, once the colleague who works on it has given it back.

    Raises:
        Conflict: while the colleague has it.
    """
    if task.delegation == PENDING:
        raise Conflict(
            message(
                "{owner} answers for this task. Give it back with a note; they complete it.",
                owner=task.owner.name if task.owner else "?",
            )
        )


def require_own_open(work: Work, actor: Actor, task_id: int) -> UserTask:
    """An open task of the actor's office, not locked.

    Raises:
        NotFound, NotAllowed: when the task is not theirs.
        Conflict: when it is closed; the message says by whom.
    """
    task = tasks.get(work, task_id)
    access.require_seat(actor, task)
    if task.closed_at is not None:
        raise Conflict(already_closed(work, task))
    return task


def _refuse_future(work: Work, task: UserTask, values: Mapping[str, Any]) -> None:
    """A paper cannot bear a date that has not come in the locality."""
    today = work.now.astimezone(ZoneInfo(task.dossier.round.locality.zone)).date()
    wrong = {
        name: message("This date lies in the future.")
        for name in _DATES
        if values.get(name) and date.fromisoformat(str(values[name])) > today
    }
    if wrong:
        raise Invalid(message("Check the marked fields and send again."), wrong)

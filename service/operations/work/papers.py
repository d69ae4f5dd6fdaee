"""Submissions and decisions: one paper over the nominations of one or many dossiers.

An office sends many dossiers upward in one letter (tờ trình tổng hợp), and the Chairman signs one
decision for many nominees. Each dossier stays its own process instance; all that a paper touches
happens in one transaction, with the dossiers locked in the order of their ids. A decision covers all that
was chosen or nothing; a letter leaves behind what cannot go, and says why.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Any

from service.domain.dossiers import Judgement
from service.domain.errors import Conflict, Invalid, NotFound, message
from service.domain.people import Actor, in_place_of
from service.domain.tasks import PENDING, Act, Answer, Outcome
from service.operations import access
from service.operations.work import completions, overlaps
from service.operations.work.completions import Filled, Held, Papers
from service.operations.work.results import Result, attempt, known_to, of_task, with_unknown
from service.store import dossiers, tasks
from service.store.tables import Decision, Nomination, Submission, UserTask
from service.store.work import Work

MOST_AT_ONCE = 500
"""More dossiers than this do not fit one letter; it also bounds the transaction."""


_UNSEEN: Mapping[int, int] = MappingProxyType({})
REASON = "note"
"""The field of the letter's form that is kept as the reason of each dossier's step."""


class FilesMissing(Conflict):
    """The form of one task asks for a file, and files are put in task by task."""


@dataclass(frozen=True, slots=True)
class Forwarded:
    """A letter, with what became of each of the dossiers that it was to carry."""

    submission: Submission
    results: list[Result]


def forward(
    work: Work, actor: Actor, task_ids: Sequence[int], filled: Filled, seen: Mapping[int, int] = _UNSEEN
) -> Forwarded:
    """Sends the dossiers of some forwarding tasks upward with one letter.

    A dossier that cannot go, because somebody else holds or has sent it, its own form lacks a file or its
    way leads elsewhere, stays behind and says why; the others go. A mistake in the letter itself stops all
    of them. Tasks that nobody holds are claimed on the way. `seen` has the version of the dossier of each
    task that whoever signs has looked at.

    Raises:
        Invalid: wrong letter number or date, nothing chosen, dossiers of several rounds or offices, or
            no reason for many of them.
        Conflict: one that could go has changed since it was seen, and with it what the letter would say.
        Conflict, NotAllowed, NotFound: when none of the dossiers can go: why the first cannot.
    """
    _require_choice(task_ids)
    became: dict[int, Result] = {}
    held: list[Held] = []
    for task in known_to(work, actor, task_ids):
        error = attempt(work, lambda one=task: held.append(_ready(work, actor, one.id)))
        became[task.id] = of_task(task, error)
    _require_one_kind(held, Act.FORWARD)
    if len(task_ids) > 1:
        _require_reason(work, held, filled)
    _require_seen(work, held, seen)
    # Each task has its own form version, and older dossiers may have opened theirs with an older one.
    checked: list[tuple[Held, dict[str, Any], Answer]] = []
    for one in held:
        try:
            checked.append((one, *_check_beside_files(work, one, filled)))
        except FilesMissing as error:
            became[one.task.id] = replace(became[one.task.id], error=error)
    going = [one for one, _, _ in checked]
    letters: list[Submission] = []

    def send(one: Held, values: Mapping[str, Any], answer: Answer) -> None:
        letter = letters[0] if letters else make_submission(work, going, values)
        _take(work, one)
        completions.finish(work, actor, one, values, answer, {}, Papers(submission=letter), filled.unanswered)
        letters[:] = [letter]

    for one, values, answer in checked:
        task_id = one.task.id
        error = attempt(work, lambda one=one, values=values, answer=answer: send(one, values, answer))
        became[task_id] = replace(became[task_id], error=error)
    results = with_unknown(task_ids, list(became.values()))
    if not letters:
        raise next(result.error for result in results if result.error is not None)
    return Forwarded(letters[0], results)


def decide(
    work: Work,
    actor: Actor,
    task_ids: Sequence[int],
    filled: Filled,
    seen: Mapping[int, int] = _UNSEEN,
) -> Decision | None:
    """Approves the dossiers of some decision tasks, each nomination by its own verdict.

    One decision is signed for all nominations in the locality's power; the others are approved to go
    upward. `filled.judgements` covers every nomination of every dossier: nothing is approved unseen.
    `seen` has the version of the dossier of each task that whoever signs has looked at.

    Returns:
        The decision; None when all that was approved goes upward.
    Raises:
        Invalid: a nomination without a verdict, a drop without a reason, a missing decision number.
        Conflict: when one of the tasks is no longer open or one of the dossiers has changed since it was
            seen (it is named), or a verdict is on a nomination that none of the dossiers has.
    """
    beside = overlaps.lock_beside(work, task_ids, filled)
    held = _hold_all(work, actor, task_ids, Act.DECIDE)
    _require_seen(work, held, seen)
    _refuse_strangers(held, filled)
    filled = overlaps.settled_together(work, actor, held, filled, beside)
    checked = [_check_one(work, one, filled) for one in held]
    if any(answer.outcome is not Outcome.APPROVE for _, answer in checked):
        raise Invalid(
            message("Dossiers are returned or refused one by one, each with its own reason."),
            {"outcome": message("Only an approval covers several dossiers.")},
        )
    signed = next((values for values, _ in checked if values.get("decision_number")), None)
    decision = make_decision(work, held, signed) if signed else None
    for one, (values, answer) in zip(held, checked, strict=True):
        papers = Papers(decision=decision if values.get("decision_number") else None)
        judgements = _own_judgements(one, filled)
        completions.finish(work, actor, one, values, answer, judgements, papers, filled.unanswered)
    return decision


def make_submission(work: Work, held: Sequence[Held], values: Mapping[str, Any]) -> Submission:
    """The letter itself, from the office of the tasks; completing them finds out where it goes."""
    first, actor = held[0], _one_hand(held)
    office = first.task.group.organisation
    submission = Submission(
        locality_id=first.dossier.locality_id,
        round_id=first.dossier.round_id,
        number=str(values["number"]),
        signed_on=date.fromisoformat(str(values["signed_on"])),
        from_organisation_id=office.id,
        note=str(values.get("note") or ""),
        sent_at=work.now,
        sent_by_id=actor.person_id,
        **in_place_of(actor.absent),
    )
    if dossiers.submission_exists(work, office.id, submission.number, submission.signed_on):
        raise Conflict(
            message(
                "Letter {number} of this date exists already. Choose its number anew.",
                number=submission.number,
            )
        )
    work.session.add(submission)
    return submission


def make_decision(work: Work, held: Sequence[Held], values: Mapping[str, Any]) -> Decision:
    """The decision itself, signed by the actor for their organisation."""
    first, actor = held[0], _one_hand(held)
    office = first.task.group.organisation
    decision = Decision(
        locality_id=first.dossier.locality_id,
        round_id=first.dossier.round_id,
        organisation_id=office.id,
        number=str(values["decision_number"]),
        signed_on=date.fromisoformat(str(values["signed_on"])),
        signer_id=actor.person_id,
        signer_name=actor.name,
        **in_place_of(actor.absent),
        clause=str(values.get("clause") or ""),
        recorded_at=work.now,
    )
    if dossiers.decision_exists(work, office.id, decision.number, decision.signed_on):
        raise Conflict(
            message(
                "Decision {number} of this date exists already. Choose its number anew.",
                number=decision.number,
            )
        )
    work.session.add(decision)
    work.session.flush()
    return decision


def show_submission(work: Work, actor: Actor, submission_id: int) -> tuple[Submission, list[Nomination]]:
    """A letter with all that it carries.

    Raises:
        NotFound: when there is none, or the actor may see none of its dossiers.
    """
    submission = dossiers.submission(work, submission_id)
    if submission is None:
        raise NotFound(message("There is no such submission."))
    carried = [
        item
        for item in dossiers.carried_by(work, submission_id)
        if access.may_see_dossier(actor, item.dossier)
    ]
    if not carried:
        raise NotFound(message("There is no such submission."))
    return submission, carried


def show_decision(work: Work, actor: Actor, decision_id: int) -> tuple[Decision, list[Nomination]]:
    """A decision with the nominations it grants, as far as the actor may see their dossiers.

    Raises:
        NotFound: when there is none, or the actor may see none of its dossiers.
    """
    decision = dossiers.decision(work, decision_id)
    granted = dossiers.granted_by(work, decision_id)
    seen = [item for item in granted if access.may_see_dossier(actor, item.dossier)]
    if decision is None or not seen:
        raise NotFound(message("There is no such decision."))
    return decision, seen


def ready_for(work: Work, actor: Actor, act: Act, task_ids: Sequence[int]) -> list[UserTask]:
    """The chosen tasks as far as the actor may act on them now, for the review page.

    Raises:
        Invalid: when none is left.
    """
    chosen = [
        task
        for task in tasks.some(work, task_ids)
        if task.act == act
        and task.closed_at is None
        and (task.assignee_id is None or actor.holds(task.assignee_id, task.group_id))
        and task.delegation != PENDING
        and access.may_take(actor, task)
    ]
    if not chosen:
        raise Invalid(message("Choose at least one dossier that waits for you."))
    return chosen


def _hold_all(work: Work, actor: Actor, task_ids: Sequence[int], act: Act) -> list[Held]:
    _require_choice(task_ids)
    held = [_ready(work, actor, found.id) for found in tasks.some(work, task_ids)]
    for one in held:
        _take(work, one)
    if len(held) != len(set(task_ids)):
        raise NotFound(message("One of the chosen tasks does not exist. Reload the page."))
    _require_one_kind(held, act)
    return held


def _require_choice(task_ids: Sequence[int]) -> None:
    if not task_ids:
        raise Invalid(message("Choose at least one dossier that waits for you."))
    if len(task_ids) > MOST_AT_ONCE:
        raise Invalid(message("At most {most} dossiers fit one letter.", most=MOST_AT_ONCE))


def _ready(work: Work, actor: Actor, task_id: int) -> Held:
    """A chosen task with its dossier locked, in the actor's hands or in nobody's."""
    one = completions.lock(work, actor, task_id)
    if one.task.assignee_id is not None:
        access.require_holder(actor, one.task)
        completions.refuse_delegated(one.task)
    return one


def _take(work: Work, one: Held) -> None:
    """Claims on the way what nobody holds."""
    if one.task.assignee_id is None:
        one.task.assignee_id, one.task.claimed_at = one.actor.holder_id, work.now


def _require_one_kind(held: Sequence[Held], act: Act) -> None:
    """
    Raises:
        Invalid: when one paper cannot cover all of these.
    """
    if any(one.task.act != act for one in held):
        raise Invalid(message("The chosen tasks are not all at the same step. Choose them again."))
    if len({(one.dossier.round_id, one.task.group.organisation_id) for one in held}) > 1:
        raise Invalid(message("One paper covers dossiers of one round and one office. Choose them again."))


def _one_hand(held: Sequence[Held]) -> Actor:
    """Who signs a paper: one person, and for one: themselves or somebody who is away.

    Raises:
        Invalid: when some of the tasks are the actor's own and others somebody else's.
    """
    if len({one.actor.holder_id for one in held}) > 1:
        raise Invalid(
            message(
                "Some of these tasks are yours, others those of a colleague for whom you stand in. Make a "
                "paper of each kind."
            )
        )
    return held[0].actor


def require_every_seen(task_ids: Sequence[int], seen: Mapping[int, int]) -> None:
    """
    Raises:
        Invalid: a paper is to be made over a task without saying which version of its dossier was seen.
    """
    if not set(task_ids) <= seen.keys():
        raise Invalid(
            message(
                "What was sent does not say which version of each dossier was seen. Look at the dossiers as "
                "they stand now, then send again."
            ),
            {
                "seen_versions": message(
                    "Say for each of the tasks which version of its dossier you have seen."
                )
            },
        )


def _require_reason(work: Work, held: Sequence[Held], filled: Filled) -> None:
    """One reason for all that go along: it stands in the history of each.

    Raises:
        Invalid: it is missing.
    """
    asked_for = any(REASON in completions.form_of(work, one.task).by_key for one in held)
    if asked_for and not str(filled.values.get(REASON) or "").strip():
        raise Invalid(
            message("Check the marked fields and send again."),
            {REASON: message("Write why: it stays in the history.")},
        )


def _require_seen(work: Work, held: Sequence[Held], seen: Mapping[int, int]) -> None:
    """
    Raises:
        Conflict: one of the dossiers has changed since.
    """
    for one in held:
        if one.task.id in seen:
            completions.require_seen(work, one.dossier, seen[one.task.id])


def _own_judgements(one: Held, filled: Filled) -> dict[int, Judgement]:
    own = {nomination.id for nomination in one.dossier.nominations}
    return {key: judgement for key, judgement in filled.judgements.items() if key in own}


def _refuse_strangers(held: Sequence[Held], filled: Filled) -> None:
    """Nothing that was decided may be left out in silence."""
    known = {nomination.id for one in held for nomination in one.dossier.nominations}
    if filled.judgements.keys() - known:
        raise Conflict(message("The nominations have changed since the page was opened. Reload it."))


def _check_one(work: Work, one: Held, filled: Filled) -> tuple[dict[str, Any], Answer]:
    return _check_beside_files(work, one, Filled(filled.values, _own_judgements(one, filled)))


def _check_beside_files(work: Work, one: Held, filled: Filled) -> tuple[dict[str, Any], Answer]:
    """Checks what was typed for all, with the files that the actor has put into the form of this task.

    Raises:
        Invalid: what was typed is wrong.
        FilesMissing: only a file is missing; it is named, with the dossier.
    """
    form = completions.form_of(work, one.task)
    try:
        return completions.check(work, one, filled)
    except Invalid as error:
        missing = [key for key in form.file_keys if key in error.fields]
        typed = {key: text for key, text in error.fields.items() if key not in missing}
        if not missing or typed:
            raise Invalid(error.message, typed) from None
        label = form.by_key[missing[0]].label(one.actor.language)
    raise FilesMissing(
        message(
            "The form of dossier {code} asks for a file in “{label}”. Open its task, put the file in, and "
            "complete it there or come back.",
            code=one.dossier.code,
            label=label,
        )
    )

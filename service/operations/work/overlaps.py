"""Nominations that match one of a round that runs at the same time: told, answered, and kept on both.

A reviewer cannot pass such a nomination on before somebody has answered that the achievements differ;
the answer that they are the same drops it here. See `service.domain.overlaps` for what matches.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from service.domain import overlaps as rules
from service.domain.dossiers import GONE, Judgement, Verdict
from service.domain.errors import Conflict, Invalid, Message, message
from service.domain.overlaps import OverlapVerdict, Span
from service.domain.people import Actor
from service.domain.tasks import JUDGES_NOMINATIONS, RETURNS, TURNED_DOWN, Act
from service.operations import access, histories
from service.operations.histories import Entry
from service.operations.schedule import plans
from service.operations.work import acts
from service.operations.work.completions import Filled, Held
from service.store import localities, locks
from service.store import overlaps as rows
from service.store.tables import Nomination, OverlapAnswer, Round
from service.store.work import Work

ANSWERED = "overlap_answered"
"""The kind of the histories' steps that tell an answer."""
_LONGEST_ID = 19
_MOVED_ON = message("The nominations have changed since the page was opened. Reload it.")


@dataclass(frozen=True, slots=True)
class Overlap:
    """A nomination, and one of the same nominee for the same award in a round that runs at the same time.

    `equal` ones have the same achievement too. `answer` is the newest about the two.
    """

    nomination: Nomination
    other: Nomination
    equal: bool
    answer: OverlapAnswer | None

    @property
    def key(self) -> str:
        """How a form names the pair."""
        return f"{self.nomination.id}-{self.other.id}"

    @property
    def unanswered(self) -> bool:
        """Whether this nomination cannot go on before somebody has answered that the two differ."""
        settled = self.answer is not None and self.answer.verdict == OverlapVerdict.DIFFERENT
        return self.equal and self.other.status not in GONE and not settled


def of(work: Work, nominations: Sequence[Nomination]) -> list[Overlap]:
    """What some nominations overlap with: all that still stands, and what was answered about before."""
    found = rows.alike(work, [one.id for one in nominations])
    if not found:
        return []
    by_id = {one.id: one for one in nominations}
    newest = {(one.nomination_id, one.other_id): one for one in rows.answers(work, list(by_id))}
    spans: dict[int, Span] = {}
    overlaps: list[Overlap] = []
    for own_id, other in found:
        own = by_id[own_id]
        answer = newest.get(_pair(own.id, other.id))
        if answer is None and other.status in GONE:
            continue
        if rules.overlap(_span(work, own.dossier.round, spans), _span(work, other.dossier.round, spans)):
            overlaps.append(Overlap(own, other, own.match_key == other.match_key, answer))
    return overlaps


def seen_by(work: Work, actor: Actor, nominations: Sequence[Nomination]) -> list[Overlap]:
    """Those of which the actor may know the other dossier too."""
    return [one for one in of(work, nominations) if access.may_see_dossier(actor, one.other.dossier)]


def lock_beside(work: Work, task_ids: Sequence[int], filled: Filled) -> frozenset[int]:
    """Locks the dossiers of some tasks together with those that they match, in the order of their ids.

    The dossiers about which the form answers are among them. A form that judges nothing and answers
    nothing passes no nomination on: nothing is looked for.

    To be called before anything else is locked. Two reviewers who complete matching dossiers at the same
    moment therefore come one after the other: the second one sees what the first has said. Whoever asks
    before the other dossier was submitted is not told; then the other's reviewer is, who comes later.

    Returns:
        The ids of the matching dossiers; mostly none, and then nothing was locked.
    """
    if not (filled.judgements or filled.answers):
        return frozenset()
    beside = rows.beside(work, task_ids, _others(filled.answers))
    if beside:
        locks.many(work, sorted(beside | rows.dossiers_of(work, task_ids)))
    return frozenset(beside)


def settled(work: Work, actor: Actor, held: Held, filled: Filled, beside: frozenset[int]) -> Filled:
    """Checks and keeps the answers of a filled form; `same` drops the nomination in hand.

    A dossier that is refused needs no answers, and keeps those it gets; one that is returned comes back
    and is asked again. `beside` is what `lock_beside` has locked.

    Returns:
        The form with the verdicts that follow from its answers.
    Raises:
        Invalid: an answer is missing or gives no reason; the fields are `overlap-<own id>-<other id>`.
        Conflict: an answer is about what does not overlap any more.
    """
    act = Act(held.task.act)
    outcome = filled.values.get("outcome")
    if act not in JUDGES_NOMINATIONS or outcome in RETURNS or not (beside or filled.answers):
        return filled
    found = {
        one.key: one
        for one in of(work, acts.judged_at(act, held.dossier.nominations))
        if one.other.dossier_id in beside and one.other.status not in GONE
    }
    if filled.answers.keys() - found.keys():
        raise Conflict(_MOVED_ON)
    for key, answer in filled.answers.items():
        rules.check_answer(key, answer)
    if outcome not in TURNED_DOWN:
        _refuse_unanswered(found, filled)
    judgements = dict(filled.judgements)
    for key, answer in filled.answers.items():
        overlap = found[key]
        _keep(work, actor, held, overlap, answer)
        if answer.verdict is OverlapVerdict.SAME:
            judgements[overlap.nomination.id] = Judgement(Verdict.DROP, answer.reason.strip())
    return replace(filled, judgements=judgements, answers={})


def settled_together(
    work: Work, actor: Actor, held: Sequence[Held], filled: Filled, beside: frozenset[int]
) -> Filled:
    """The same for one form over many dossiers; what is missing is told of all of them at once."""
    own = {nomination.id: one for one in held for nomination in one.dossier.nominations}
    if any(_own(key) not in own for key in filled.answers):
        raise Conflict(_MOVED_ON)
    judgements, wrong = dict(filled.judgements), dict[str, Message]()
    for one in held:
        its = {key: answer for key, answer in filled.answers.items() if own[_own(key)] is one}
        try:
            answered = settled(work, actor, one, replace(filled, judgements=judgements, answers=its), beside)
        except Invalid as error:
            wrong |= error.fields
        else:
            judgements = dict(answered.judgements)
    if wrong:
        raise Invalid(rules.UNANSWERED, wrong)
    return replace(filled, judgements=judgements, answers={})


def _refuse_unanswered(found: Mapping[str, Overlap], filled: Filled) -> None:
    kept = {key for key, judgement in filled.judgements.items() if judgement.verdict is Verdict.SELECT}
    wrong: dict[str, Message] = {
        key: message(
            "{name} is also proposed in dossier {code}. Are the achievements different?",
            name=overlap.nomination.nominee_name,
            code=overlap.other.dossier.code,
        )
        for key, overlap in found.items()
        if overlap.unanswered and overlap.nomination.id in kept and key not in filled.answers
    }
    if wrong:
        raise rules.wrong_answers(wrong)


def _keep(work: Work, actor: Actor, held: Held, overlap: Overlap, answer: rules.OverlapAnswer) -> None:
    own, other, task = overlap.nomination, overlap.other, held.task
    older, newer = _pair(own.id, other.id)
    reason = answer.reason.strip()
    work.session.add(
        OverlapAnswer(
            nomination_id=older,
            other_id=newer,
            verdict=answer.verdict,
            reason=reason,
            task_id=task.id,
            person_id=actor.person_id,
            at=work.now,
        )
    )
    clause = plans.once(work, held.dossier.locality_id)
    told = {"verdict": answer.verdict.value, "nominee": own.nominee_name, "award": own.award.key}
    office = task.group.organisation
    for dossier, its, task_id in (
        (held.dossier, other.dossier, task.id),
        (other.dossier, held.dossier, None),
    ):
        entry = Entry(
            ANSWERED,
            element_id=task.element_id if task_id else None,
            element_name=task.name if task_id else None,
            task_id=task_id,
            outcome=answer.verdict.value,
            reason=reason,
            clause=f"{clause.document}, {clause.section}" if clause else None,
            params=told | {"beside": its.code, "answered_in": held.dossier.code},
        )
        histories.append(work, dossier, actor, entry, organisation=office)


def _span(work: Work, round_: Round, known: dict[int, Span]) -> Span:
    if round_.id not in known:
        dues = [
            (row, more) for row, more in localities.deadlines_with_extensions(work, round_.id) if row.active
        ]
        days = [
            part.last_day for due in dues for part in due if part is not None and part.last_day is not None
        ]
        awaits = any(row.last_day is None and row.awaits for row, _ in dues)
        known[round_.id] = rules.span_of(round_.opens_on, round_.year, days, awaits=awaits)
    return known[round_.id]


def _own(key: str) -> int:
    """The nomination in hand of a pair; 0 for what is no pair."""
    part = key.partition("-")[0]
    return int(part) if part.isdecimal() and len(part) < _LONGEST_ID else 0


def _others(answers: Iterable[str]) -> list[int]:
    """The nominations beside which answers are about; what is no pair names none."""
    parts = (key.partition("-")[2] for key in answers)
    return [int(part) for part in parts if part.isdecimal() and len(part) < _LONGEST_ID]


def _pair(one: int, other: int) -> tuple[int, int]:
    """The older nomination first, as answers are kept."""
    return min(one, other), max(one, other)

"""A council's vote: one ballot for each member, changed until it closes, counted by the rule asked under.

It closes by itself when everybody has voted or its last day is over. Who voted how is told to nobody: the
history keeps that somebody voted, with a digest by which their ballot can be proved, and in the end the
numbers.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from service.domain.errors import Conflict, Overtaken, TrinhError, Unavailable, message
from service.domain.opinions import (
    Choice,
    Count,
    OpinionState,
    ShareOf,
    VoteRule,
    check_votes,
    count,
    seal,
)
from service.domain.people import SYSTEM, Actor
from service.log import get_logger
from service.operations import access, calendars, dues, histories, incidents
from service.operations.histories import Entry
from service.operations.staff import directories
from service.operations.work import opinions
from service.store import locks, people
from service.store import opinions as store
from service.store.tables import Ballot, Dossier, Opinion, OpinionSubject, Vote
from service.store.work import Database, Work

BATCH = 100
"""Votes counted in one transaction."""
_log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Closed:
    """What one sweep over votes did: counted and closed, and parked with an incident."""

    closed: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Turnout:
    """How many must vote, the ids of members who have left without voting, and whether the quorum can still
    be reached: a council that cannot is asked anew, when it consists of whoever sits in it then."""

    needed: int
    gone: frozenset[int]
    reachable: bool


def vote(work: Work, actor: Actor, opinion_id: int, given: Mapping[int, tuple[str, str]]) -> Opinion:
    """Casts or changes the actor's ballot: choice and reason by subject. The last ballot closes the vote.

    Raises:
        Invalid: with the subjects that have no choice.
        Conflict: when the vote is closed, or an office was asked.
        NotAllowed, NotFound: when the actor has no ballot in it.
    """
    opinion, dossier = opinions.lock(work, actor, opinion_id)
    access.require_answer(actor, opinion)
    if not opinion.council:
        raise Conflict(message("An office was asked: it answers, and nobody votes."))
    if opinion.due_at <= work.now:
        raise Conflict(message("The last day of this vote is over. It is being counted."))
    ballot = next(one for one in opinion.ballots if one.person_id == actor.person_id)
    votes = check_votes([subject.id for subject in opinion.subjects], given)
    again = ballot.cast_at is not None
    ballot.cast_at, ballot.seal = work.now, secrets.token_hex(16)
    kept = {one.subject_id: one for one in ballot.votes}
    for subject_id, (choice, reason) in votes.items():
        row = kept.get(subject_id)
        if row is None:
            row = Vote(subject_id=subject_id)
            ballot.votes.append(row)
        row.choice, row.reason = choice.value, reason
    params = _params(opinion) | {"seal": sealed(ballot), "again": again}
    entry = Entry("voted", opinion.task.element_id, opinion.task.name, opinion.task_id, params=params)
    histories.append(work, dossier, actor, entry, organisation=opinion.organisation)
    if all(one.cast_at is not None for one in opinion.ballots):
        _close(work, dossier, opinion)
    work.session.flush()
    return store.get(work, opinion_id)


def close_due(database: Database, beat: Callable[[], None] = lambda: None) -> Closed:
    """Counts and closes the votes whose last day is over, a batch of them in each transaction.

    One that cannot be counted is parked with an incident, and the sweep goes on. Several workers may sweep
    at once: what another has locked is left to it. `beat` is called after each transaction.
    """
    closed = failed = 0
    with database.read() as work:
        due = store.due_votes(work, BATCH)
    while due:
        done = _try_batch(database, due)
        beat()
        if done is None:
            for one in due:
                alone = _try_batch(database, [one])
                closed += alone or 0
                if alone is None:
                    _park(database, *one)
                    failed += 1
                beat()
        else:
            closed += done
        if done == 0 or len(due) < BATCH:
            break
        with database.read() as work:
            due = store.due_votes(work, BATCH)
    return Closed(closed, failed)


def counts(opinion: Opinion) -> list[tuple[OpinionSubject, Count]]:
    """The result of each subject as the ballots stand now."""
    rule = rule_of(opinion)
    cast = [ballot for ballot in opinion.ballots if ballot.cast_at is not None]
    choices: dict[int, list[Choice]] = {subject.id: [] for subject in opinion.subjects}
    for ballot in cast:
        for one in ballot.votes:
            choices[one.subject_id].append(Choice(one.choice))
    return [(subject, count(rule, len(opinion.ballots), choices[subject.id])) for subject in opinion.subjects]


def turnout(work: Work, opinion: Opinion) -> Turnout:
    """Who of the members asked can still vote today, and whether they are enough."""
    locality = opinion.dossier.round.locality
    groups = directories.of(work, locality).groups.values()
    its = [group.id for group in groups if group.organisation_id == opinion.organisation_id]
    sitting = {person.id for person in people.members(work, its, calendars.today(work, locality))}
    gone = [one for one in opinion.ballots if one.cast_at is None and one.person_id not in sitting]
    needed = rule_of(opinion).voters_needed(len(opinion.ballots))
    return Turnout(
        needed, frozenset(one.person_id for one in gone), len(opinion.ballots) - len(gone) >= needed
    )


def rule_of(opinion: Opinion) -> VoteRule:
    """The rule by which a council was asked."""
    return VoteRule(
        Fraction(opinion.quorum or "1"),
        Fraction(opinion.share or "1"),
        ShareOf(opinion.share_of or "members"),
    )


def sealed(ballot: Ballot) -> str:
    """The digest of a ballot as the history tells it."""
    return seal(ballot.seal or "", {one.subject_id: (one.choice, one.reason) for one in ballot.votes})


def results(opinion: Opinion) -> list[dict[str, object]]:
    """The numbers of all subjects, as history and row keep them."""
    return [{"subject": subject.name, **counted.as_json()} for subject, counted in counts(opinion)]


def _close(work: Work, dossier: Dossier, opinion: Opinion) -> None:
    found = results(opinion)
    opinion.result = {"subjects": found}
    opinions.close(work, opinion, OpinionState.VOTED)
    carried = {bool(one["carried"]) for one in found}
    outcome = "partly_carried" if len(carried) > 1 else "carried" if True in carried else "not_carried"
    entry = Entry(
        "vote_closed",
        opinion.task.element_id,
        opinion.task.name,
        opinion.task_id,
        outcome=outcome,
        params=_params(opinion) | {"results": found},
    )
    histories.append(work, dossier, SYSTEM, entry, organisation=opinion.organisation)
    opinions.tell_asker(work, dossier, opinion)


def _params(opinion: Opinion) -> dict[str, object]:
    return {"opinion": opinion.id, "of": opinion.organisation.name_vi}


def _try_batch(database: Database, due: Sequence[tuple[int, int]]) -> int | None:
    """Closes the votes of the dossiers that nobody else has locked; None when one of them fails.

    None at all when the database is in passing trouble: they stay due.
    """
    try:
        with database.write() as work:
            locked = locks.many(work, sorted({dossier_id for _, dossier_id in due}), skip=True)
            dossiers = {one.dossier.id: one.dossier for one in locked}
            ids = [opinion_id for opinion_id, dossier_id in due if dossier_id in dossiers]
            waiting = store.votes_to_count(work, ids) if ids else []
            for opinion in waiting:
                dues.of(work, dossiers[opinion.dossier_id])
                _close(work, dossiers[opinion.dossier_id], opinion)
            return len(waiting)
    except (Overtaken, Unavailable) as error:
        _log.warning("votes_put_off", votes=len(due), reason=type(error).__name__)
        return 0
    except Exception as error:  # noqa: BLE001 - one that fails must not hold up the others
        reason = str(error) if isinstance(error, TrinhError) else type(error).__name__
        _log.warning("votes_taken_back", votes=len(due), reason=reason)
        return None


def _park(database: Database, opinion_id: int, dossier_id: int) -> None:
    _log.error("vote_failed", opinion=opinion_id, dossier=dossier_id)
    incidents.park_vote(database, opinion_id)

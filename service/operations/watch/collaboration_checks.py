"""What `trinh verify` proves of people who work together: substitutes, opinions, ballots, delegations."""

from zoneinfo import ZoneInfo

from service.domain.opinions import OpinionState
from service.domain.tasks import PENDING
from service.operations.watch.violations import Broken
from service.operations.work import votes
from service.store.cases import Case
from service.store.tables import Opinion


def _substitutes_were_meant(case: Case) -> list[Broken]:
    """Whoever acted in somebody's place was their substitute on that day, and had been entered before."""
    zone = ZoneInfo(case.dossier.round.locality.zone)
    found: list[Broken] = []
    for step in case.history:
        if step.for_id is None:
            continue
        day = step.at.astimezone(zone).date()
        if not any(
            (row.substitute_id, row.absent_id) == (step.person_id, step.for_id)
            and row.first_day <= day <= row.last_day
            and row.entered_at <= step.at
            and (row.ended_at is None or row.ended_at >= step.at)
            for row in case.substitutions
        ):
            where = f"dossier {case.dossier.code}, step {step.position}"
            found.append(Broken("a substitute was one on that day", where, f"for {step.for_name}"))
    return found


def _opinions_hold(case: Case) -> list[Broken]:
    """Answers, ballots and results are those that the history tells; no question outlives its task."""
    steps = [step for step in case.history if "opinion" in step.params]
    told = {(step.kind, step.params["opinion"]): step for step in steps}
    seals = {
        (step.params["opinion"], step.person_id): step.params["seal"]
        for step in steps
        if step.kind == "voted"
    }
    found: list[Broken] = []
    for opinion in case.opinions:
        where = f"opinion {opinion.id}"
        if opinion.closed_at is None and opinion.task.closed_at is not None:
            found.append(Broken("no question outlives its task", where, "still open"))
        given = told.get(("opinion_given", opinion.id))
        if (opinion.answer, opinion.said) != (given and given.outcome, given and given.reason):
            found.append(Broken("an opinion is what the history tells", where, "another answer"))
        found += _ballots_hold(opinion, {key[1]: seal for key, seal in seals.items() if key[0] == opinion.id})
        counted = told.get(("vote_closed", opinion.id))
        results = votes.results(opinion) if opinion.closing == OpinionState.VOTED else None
        kept = opinion.result["subjects"] if opinion.result else None
        if results != kept or results != (counted.params["results"] if counted else None):
            found.append(Broken("a result follows from its ballots", where, "other numbers"))
    return found


def _ballots_hold(opinion: Opinion, seals: dict[int | None, str]) -> list[Broken]:
    cast = {one.person_id: votes.sealed(one) for one in opinion.ballots if one.cast_at is not None}
    return [
        Broken("a ballot is what was sealed", f"opinion {opinion.id}", f"of person {person_id}")
        for person_id in sorted(cast.keys() | {key for key in seals if key is not None})
        if cast.get(person_id) != seals.get(person_id)
    ]


def _delegations_hold(case: Case) -> list[Broken]:
    """A task on which a colleague works has an owner who answers for it."""
    return [
        Broken("a delegated task has its owner", f"task {task.id}", "no owner, or the colleague themselves")
        for task in case.open_tasks
        if task.delegation == PENDING and task.owner_id in {None, task.assignee_id}
    ]


CHECKS = (_substitutes_were_meant, _opinions_hold, _delegations_hold)

"""Opinions: asking for them from a task, answering for an office, voting in a council."""

from datetime import timedelta

from flask import Blueprint, Response, flash, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as AnyResponse

from service.domain.errors import Conflict, Invalid, TrinhError, message
from service.domain.opinions import LONGEST_AHEAD
from service.domain.opinions import Answer as GivenAnswer
from service.domain.opinions import Choice as Vote
from service.operations import access, calendars
from service.operations.work import completions, opinions, tasks, votes
from service.operations.work.opinions import Question
from service.store.tables import Opinion
from service.store.work import Work
from service.web import typed
from service.web.access import Who, allow
from service.web.complaints import complaint_of, status_of
from service.web.pages import actor, reading, show, writing
from service.web.parts.citations import document_names
from service.web.parts.deadlines import DeadlineTeller, DeadlineWords, tell
from service.web.parts.steps import step_name
from service.web.words import told
from service.web.work import queues

screen = Blueprint("opinions", __name__)

PAGE_SIZE = 50


@screen.get("/opinions")
@allow(Who.SIGNED_IN)
def every() -> Response:
    """What one's offices and councils are asked and have not answered, and what is closed; a page at a
    time. `after` is the question behind which the page begins."""
    closed, after = request.args.get("show") == "closed", request.args.get("after", "")
    if after and typed.number(after) is None:
        raise BadRequest
    with reading() as work:
        page = opinions.page_behind(work, actor(), typed.number(after), PAGE_SIZE + 1, closed=closed)
        read = opinions.list_closed if closed else opinions.list_waiting
        found = read(work, actor(), page)
        following = found[PAGE_SIZE - 1].id if len(found) > PAGE_SIZE else None
        found = found[:PAGE_SIZE]
        return show(
            "opinions/every.html",
            found=[(one, _due(work, one)) for one in found],
            closed=closed,
            after=after,
            following=following,
            waiting=opinions.count_waiting(work, actor()),
            step_name=step_name(work, {one.dossier.round.process_key for one in found}),
        )


@screen.get("/opinions/<id:opinion_id>")
@allow(Who.READERS)
def one(opinion_id: int) -> Response:
    """The question with the dossier's nominations, and the form for whoever is asked."""
    return _page(opinion_id)


@screen.post("/opinions/<id:opinion_id>/answer")
@allow(Who.ASKED)
def answer(opinion_id: int) -> AnyResponse:
    """Answers for the office."""
    given = request.form
    try:
        with writing() as work:
            opinions.answer(
                work,
                actor(),
                opinion_id,
                given.get("answer", ""),
                given.get("said", ""),
                given.get("reason", ""),
            )
    except (Invalid, Conflict) as error:
        return _page(opinion_id, error)
    flash(told(message("Your answer stands in the history of the dossier. Whoever asked has been told.")))
    return redirect(url_for("opinions.one", opinion_id=opinion_id), 303)


@screen.post("/opinions/<id:opinion_id>/vote")
@allow(Who.ASKED)
def vote(opinion_id: int) -> AnyResponse:
    """Casts or changes one's ballot."""
    given: dict[int, tuple[str, str]] = {}
    for name, value in request.form.items():
        if name.startswith("vote-"):
            subject = typed.number(name.removeprefix("vote-"))
            if subject is None:
                raise BadRequest
            given[subject] = (value, request.form.get(f"why-{subject}", ""))
    try:
        with writing() as work:
            closed = votes.vote(work, actor(), opinion_id, given).closed_at is not None
    except (Invalid, Conflict) as error:
        return _page(opinion_id, error)
    if closed:
        flash(told(message("Your ballot was the last one. The vote is closed and counted.")))
    else:
        flash(told(message("Your ballot is cast. You may change it until the vote closes.")))
    return redirect(url_for("opinions.one", opinion_id=opinion_id), 303)


@screen.post("/opinions/<id:opinion_id>/withdraw")
@allow(Who.HOLDER)
def withdraw(opinion_id: int) -> AnyResponse:
    """Takes the question back."""
    try:
        with writing() as work:
            opinions.withdraw(work, actor(), opinion_id, request.form.get("withdraw_reason", ""))
    except (Invalid, Conflict) as error:
        return _page(opinion_id, error)
    flash(told(message("The question is withdrawn. Nobody is reminded of it any more.")))
    return redirect(url_for("opinions.one", opinion_id=opinion_id), 303)


@screen.get("/tasks/<id:task_id>/opinions")
@allow(Who.HOLDER)
def ask_form(task_id: int) -> Response:
    """Whom to ask, what, and until when."""
    return _ask_form(task_id)


@screen.post("/tasks/<id:task_id>/opinions")
@allow(Who.HOLDER)
def ask(task_id: int) -> AnyResponse:
    """Asks; the diagram stays as it is."""
    given = request.form
    chosen = typed.numbers(given.getlist("nominations")) if given.get("vote_on") == "nominations" else []
    question = Question(
        typed.number(given.get("organisation")) or 0,
        given.get("question", ""),
        typed.day(given.get("last_day")),
        chosen,
    )
    try:
        with writing() as work:
            asked = opinions.ask(work, actor(), task_id, question)
            outlasts = asked.task.due_at is not None and asked.due_at > asked.task.due_at
    except (Invalid, Conflict) as error:
        return _ask_form(task_id, error)
    flash(told(message("They have been asked by mail and find the question in their inbox.")))
    if outlasts:
        flash(
            told(message("They may answer after the deadline of this step, which stays as it is.")), "problem"
        )
    trail = queues.trail_behind()
    return redirect(trail.task_address(task_id) if trail else url_for("tasks.show", task_id=task_id), 303)


def _ask_form(task_id: int, error: TrinhError | None = None) -> Response:
    with reading() as work:
        task = tasks.show(work, actor(), task_id)
        access.require_seat(actor(), task)
        if task.closed_at is not None:
            raise Conflict(completions.already_closed(work, task))
        access.require_holder(actor(), task)
        locality = task.dossier.round.locality
        today = calendars.today(work, locality)
        trail = queues.trail_behind()
        return show(
            "opinions/ask.html",
            status_of(error),
            task=task,
            dossier=task.dossier,
            addressees=opinions.addressees(work, task.dossier, task.group.organisation_id),
            nominations=task.dossier.nominations,
            names=document_names(work, locality),
            today=today,
            latest=today + LONGEST_AHEAD,
            proposed=today + timedelta(days=3),
            due=DeadlineTeller(work).of_task(task),
            step_name=step_name(work, {task.dossier.round.process_key}),
            along=trail.params if trail else {},
            given=request.form,
            complaint=complaint_of(error),
        )


def _page(opinion_id: int, error: TrinhError | None = None) -> Response:
    with reading() as work:
        opinion = opinions.show(work, actor(), opinion_id)
        ballot = next((one for one in opinion.ballots if one.person_id == actor().person_id), None)
        open_ = opinion.closed_at is None
        return show(
            "opinions/one.html",
            status_of(error),
            opinion=opinion,
            dossier=opinion.dossier,
            due=_due(work, opinion),
            may_answer=open_ and access.may_answer(actor(), opinion),
            may_withdraw=open_ and actor().holds(opinion.task.assignee_id, opinion.task.group_id),
            acting=actor().through(actor().seat_at(opinion.organisation_id)),
            ballot=ballot,
            chosen={one.subject_id: one for one in ballot.votes} if ballot else {},
            rule=votes.rule_of(opinion) if opinion.council else None,
            results=votes.counts(opinion) if opinion.council and not open_ else [],
            turnout=votes.turnout(work, opinion) if opinion.council and open_ else None,
            answers=list(GivenAnswer),
            choices=list(Vote),
            step_name=step_name(work, {opinion.dossier.round.process_key}),
            given=request.form,
            complaint=complaint_of(error),
        )


def _due(work: Work, opinion: Opinion) -> DeadlineWords:
    teller = DeadlineTeller(work)
    locality = opinion.dossier.round.locality
    if opinion.closed_at is not None:
        return DeadlineWords("done", message("closed"), opinion.last_day)
    calendar = calendars.of(work, locality)
    return tell(opinion.due_at, work.now, calendar, teller.zone_of(opinion.dossier))

"""What is done with many ticked tasks at once: taking, giving, putting off, each with a result of its own.

Forwarding and deciding lead to the pages where a paper is reviewed; nothing here approves anything.
"""

from collections.abc import Sequence
from urllib.parse import urlencode

from flask import Blueprint, Response, flash, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as AnyResponse

from service.domain.errors import Invalid, Message, message
from service.domain.tasks import Act
from service.domain.words import read_day
from service.operations.work import assignments, bulks, folders, snoozes
from service.operations.work.results import MOST_AT_ONCE, Result, known_to
from service.store.work import Work
from service.web import typed
from service.web.access import Who, allow
from service.web.complaints import Complaint, complaint_of, status_of
from service.web.pages import actor, reading, show, writing
from service.web.words import told
from service.web.work import queues

screen = Blueprint("bulks", __name__)

_PAPERS = {"forward": Act.FORWARD, "decide": Act.DECIDE}
_ASKED = frozenset({"assign", "snooze"})


@screen.post("/inbox/bulk")
@allow(Who.SIGNED_IN)
def choose() -> AnyResponse:
    """What is to be done with the ticked tasks: done at once, or asked for first on a page of its own."""
    verb, chosen = request.form.get("do", ""), _every() if "every" in request.form else task_ids()
    if not chosen:
        flash(told(message("Tick at least one task first.")), "problem")
        return redirect(queues.way_back(), 303)
    if verb in _PAPERS:
        _tell_of_others(chosen, _PAPERS[verb])
        return redirect(f"{url_for(f'papers.review_{verb}')}?{_query(chosen)}", 303)
    if verb in _ASKED:
        return redirect(f"{url_for(f'bulks.{verb}')}?{_query(chosen)}", 303)
    if verb != "claim":
        raise BadRequest
    with writing() as work:
        results = bulks.claim(work, actor(), chosen)
    return _told(results, message("Now in your hands: {n}.", n=len(results)))


@screen.get("/inbox/assign")
@allow(Who.SIGNED_IN)
def assign() -> Response:
    """To whom the tasks are to be given."""
    return _ask_assign()


@screen.post("/inbox/assign")
@allow(Who.SIGNED_IN)
def do_assign() -> AnyResponse:
    """Gives the tasks to a member of the office."""
    person, reason = typed.number(request.form.get("person")), request.form.get("reason", "")
    fields: dict[str, Message] = {}
    if person is None:
        fields["person"] = message("Choose a person.")
    if not reason.strip():
        fields["reason"] = message("Write why: it stays in the history.")
    if person is None or fields:
        return _ask_assign(Complaint(message("Check the marked fields and send again."), fields), 422)
    with writing() as work:
        results = bulks.assign(work, actor(), task_ids(), person, reason)
    return _told(results, message("Given to somebody else: {n}.", n=len(results)))


@screen.get("/inbox/snooze")
@allow(Who.SIGNED_IN)
def snooze() -> Response:
    """Until when the tasks are to be put off."""
    return _ask_snooze()


@screen.post("/inbox/snooze")
@allow(Who.SIGNED_IN)
def do_snooze() -> AnyResponse:
    """Puts the tasks off."""
    try:
        until = read_day(request.form.get("until", ""))
    except ValueError:
        wrong = {"until": message("Write a day as day/month/year, such as 05/12/2024.")}
        return _ask_snooze(Complaint(message("Check the marked fields and send again."), wrong), 422)
    try:
        with writing() as work:
            results = bulks.snooze(work, actor(), task_ids(), until)
            _all_refused(results)
    except Invalid as error:
        return _ask_snooze(complaint_of(error), status_of(error))
    return _told(results, message("Put off: {n}.", n=len(results)))


@screen.post("/tasks/<id:task_id>/wake")
@allow(Who.READERS)
def wake(task_id: int) -> AnyResponse:
    """Shows a task again that has been put off."""
    with writing() as work:
        snoozes.wake(work, actor(), task_id)
    flash(told(message("The task is in its folders again.")))
    return redirect(queues.way_back(), 303)


def task_ids() -> list[int]:
    """The ticked tasks; what is no number names nothing."""
    found = typed.numbers(request.values.getlist("task"))
    return list(dict.fromkeys(found))[: MOST_AT_ONCE + 1]


def _every() -> list[int]:
    """All tasks of the folder that fit its filters, on whatever page; says so when they are too many."""
    trail = queues.trail_behind()
    if trail is None:
        raise BadRequest
    with reading() as work:
        found = folders.every_id(work, actor(), trail.wanted, MOST_AT_ONCE + 1)
    if len(found) > MOST_AT_ONCE:
        more = message(
            "More than {most} tasks fit: the first {most} are chosen. Do the same again for the others.",
            most=MOST_AT_ONCE,
        )
        flash(told(more), "problem")
    return found[:MOST_AT_ONCE]


def _tell_of_others(chosen: Sequence[int], act: Act) -> None:
    """Says that ticked tasks of other steps do not come along."""
    with reading() as work:
        others = sum(task.act != act for task in known_to(work, actor(), chosen))
    if others:
        flash(told(message("Left out because they are at another step: {n}.", n=others)), "problem")


def _all_refused(results: Sequence[Result]) -> None:
    """A day that suits none of the tasks is a mistake of the form."""
    errors = [result.error for result in results]
    if all(isinstance(error, Invalid) for error in errors):
        raise next(error for error in errors if error is not None)


def _ask_assign(complaint: Complaint | None = None, status: int = 200) -> Response:
    with reading() as work:
        tasks = _known(work)
        return show(
            "bulks/assign.html",
            status,
            tasks=tasks,
            people=assignments.candidates_of_any(work, tasks),
            complaint=complaint,
            typed=request.form,
            along=queues.along(),
            back=queues.way_back(),
        )


def _ask_snooze(complaint: Complaint | None = None, status: int = 200) -> Response:
    with reading() as work:
        tasks = _known(work)
        return show(
            "bulks/snooze.html",
            status,
            tasks=tasks,
            latest=snoozes.common_latest(work, tasks),
            complaint=complaint,
            typed=request.form,
            along=queues.along(),
            back=queues.way_back(),
            choices=snoozes.near_days(work, tasks),
        )


def _known(work: Work) -> list[queues.UserTask]:
    """The ticked tasks that the actor may know of.

    Raises:
        Invalid: when none is left.
    """
    found = known_to(work, actor(), task_ids())
    if not found:
        raise Invalid(message("Choose at least one task first."))
    return found


def _told(results: list[Result], done: Message) -> AnyResponse:
    """One line when all went well, else what became of each."""
    if all(result.done for result in results):
        flash(told(done), "done")
        return redirect(queues.way_back(), 303)
    return show("bulks/results.html", results=results, letter=None, back=queues.way_back())


def _query(chosen: Sequence[int]) -> str:
    return urlencode([*queues.along().items(), *(("task", task_id) for task_id in chosen)])

"""Handing a task on: by the head to another member, to a colleague who works on it, and back."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, Response, flash, request, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as AnyResponse

from service.domain.errors import Conflict, Invalid, Message, TrinhError, message
from service.operations.work import assignments, completions, delegations, tasks
from service.store.tables import Person, UserTask
from service.store.work import Work
from service.web import typed
from service.web.access import Who, allow
from service.web.complaints import complaint_of, status_of
from service.web.pages import actor, reading, show, writing
from service.web.parts.steps import step_name
from service.web.words import told
from service.web.work import queues

screen = Blueprint("handovers", __name__, url_prefix="/tasks/<id:task_id>")


@dataclass(frozen=True, slots=True)
class Way:
    """One way to hand a task on, as its page says it; `field` is what the words are called."""

    title: Message
    hint: Message
    button: Message
    done: Message
    field: str
    people: Callable[[Work, UserTask], list[Person]] | None = None


WAYS = {
    "assign": Way(
        message("Give the task to somebody else"),
        message("The new and the former holder are told by mail, with your reason."),
        message("Give the task"),
        message("{name} holds the task now and has been told by mail."),
        "reason",
        assignments.candidates,
    ),
    "delegate": Way(
        message("Ask a colleague to work on it"),
        message(
            "The colleague fills in the form and gives the task back. You stay responsible and complete it."
        ),
        message("Ask the colleague"),
        message("{name} has been asked by mail. You stay responsible."),
        "note",
        delegations.colleagues,
    ),
    "resolve": Way(
        message("Give the task back"),
        message("Its owner gets it with your note and with what you have typed into the form."),
        message("Give back"),
        message("{name} has the task again and has been told by mail."),
        "note",
    ),
    "take-back": Way(
        message("Take the task back"),
        message("The colleague is told by mail that they need not go on."),
        message("Take back"),
        message("You hold the task again."),
        "reason",
    ),
}


@screen.get("/assign")
@allow(Who.HEADS)
def ask_assign(task_id: int) -> Response:
    """To whom, and why."""
    return _form(task_id, "assign")


@screen.post("/assign")
@allow(Who.HEADS)
def assign(task_id: int) -> AnyResponse:
    """Gives the task to another member of the group."""
    return _hand(
        task_id, "assign", lambda work, who, words: assignments.assign(work, actor(), task_id, who, words)
    )


@screen.get("/delegate")
@allow(Who.HOLDER)
def ask_delegate(task_id: int) -> Response:
    """Whom, and with which note."""
    return _form(task_id, "delegate")


@screen.post("/delegate")
@allow(Who.HOLDER)
def delegate(task_id: int) -> AnyResponse:
    """Has a colleague work on the task."""
    return _hand(
        task_id, "delegate", lambda work, who, words: delegations.delegate(work, actor(), task_id, who, words)
    )


@screen.get("/resolve")
@allow(Who.HOLDER)
def ask_resolve(task_id: int) -> Response:
    """With which note."""
    return _form(task_id, "resolve")


@screen.post("/resolve")
@allow(Who.HOLDER)
def resolve(task_id: int) -> AnyResponse:
    """Gives a delegated task back to its owner."""
    return _hand(
        task_id, "resolve", lambda work, _who, words: delegations.resolve(work, actor(), task_id, words)
    )


@screen.get("/take-back")
@allow(Who.HOLDER)
def ask_take_back(task_id: int) -> Response:
    """Why."""
    return _form(task_id, "take-back")


@screen.post("/take-back")
@allow(Who.HOLDER)
def take_back(task_id: int) -> AnyResponse:
    """Takes a delegated task back before it is given back."""
    return _hand(
        task_id, "take-back", lambda work, _who, words: delegations.take_back(work, actor(), task_id, words)
    )


def _hand(task_id: int, verb: str, act: Callable[[Work, int, str], UserTask]) -> AnyResponse:
    way = WAYS[verb]
    try:
        with writing() as work:
            task = act(work, typed.number(request.form.get("person")) or 0, request.form.get(way.field, ""))
            name = task.assignee.name if task.assignee else "?"
    except (Invalid, Conflict) as error:
        return _form(task_id, verb, error)
    flash(told(message(way.done.text, **({"name": name} if "{name}" in way.done.text else {}))))
    trail = queues.trail_behind()
    return redirect(trail.task_address(task_id) if trail else url_for("tasks.show", task_id=task_id), 303)


def _form(task_id: int, verb: str, error: TrinhError | None = None) -> Response:
    way = WAYS[verb]
    with reading() as work:
        task = tasks.show(work, actor(), task_id)
        _require(work, task, verb)
        trail = queues.trail_behind()
        return show(
            "handovers/form.html",
            status_of(error),
            task=task,
            verb=verb,
            way=way,
            people=way.people(work, task) if way.people else None,
            step_name=step_name(work, {task.dossier.round.process_key}),
            given=request.form,
            along=trail.params if trail else {},
            complaint=complaint_of(error),
        )


def _require(work: Work, task: UserTask, verb: str) -> None:
    """Nobody is shown a form that would be refused."""
    if task.closed_at is not None:
        raise Conflict(completions.already_closed(work, task))
    delegations.require(actor(), task, verb)

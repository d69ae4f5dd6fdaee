"""Drafts that pages save by themselves while somebody types: of task forms, and of forms without a task.

Every answer is JSON for the page's script; `told` is what the page says to its reader.
"""

import re
from collections.abc import Callable

from flask import Blueprint, Response, jsonify, make_response, request
from werkzeug.exceptions import BadRequest

from service.domain.errors import Conflict, Message, message
from service.domain.zones import VIETNAM
from service.operations.work import drafts
from service.operations.work.drafts import OtherWindow, Saved
from service.store.work import Work
from service.web.access import Who, allow, signed_in
from service.web.pages import actor, writing
from service.web.words import told
from service.web.work import task_forms

screen = Blueprint("drafts", __name__)

REVISION = "draft_revision"
"""The field by which a page names the draft that it has seen; a page that overwrites leaves it out."""
_OURS = frozenset({"csrf_token", REVISION})


@screen.post("/tasks/<id:task_id>/draft")
@allow(Who.CANDIDATES)
def keep(task_id: int) -> Response:
    """Keeps what has been typed into a task's form so far."""
    sent = task_forms.read(request.form)
    return _kept(lambda work: drafts.save(work, actor(), task_id, sent.draft, _seen()))


@screen.post("/tasks/<id:task_id>/draft/discard")
@allow(Who.CANDIDATES)
def discard(task_id: int) -> Response:
    """Throws it away."""
    with writing() as work:
        drafts.discard(work, actor(), task_id)
    return Response(status=204)


@screen.post("/drafts/<place>")
@signed_in
def keep_page(place: str) -> Response:
    """Keeps what has been typed into a form that belongs to no task."""
    typed = {name: value for name, value in request.form.items() if name not in _OURS}
    return _kept(lambda work: drafts.save_page(work, actor(), place, typed, _seen()))


@screen.post("/drafts/<place>/discard")
@signed_in
def discard_page(place: str) -> Response:
    """Throws it away."""
    with writing() as work:
        drafts.discard_page(work, actor(), place)
    return Response(status=204)


def saved_in_words(saved: Saved) -> Message:
    """That a draft is saved, and when: the hour today, else the day too."""
    local = saved.saved_at.astimezone(VIETNAM)
    return message("Draft saved at {time}", time=f"{local:%H:%M}")


def _kept(save: Callable[[Work], Saved]) -> Response:
    try:
        with writing() as work:
            saved = save(work)
    except OtherWindow as error:
        return make_response(jsonify(told=told(error.message), other_window=True), 409)
    except Conflict as error:
        return make_response(jsonify(told=told(error.message)), 409)
    return jsonify(revision=saved.revision, told=told(saved_in_words(saved)))


def _seen() -> int | None:
    """
    Raises:
        BadRequest: no page of ours writes a revision so.
    """
    written = request.form.get(REVISION)
    if written is None:
        return None
    if not re.fullmatch(r"[0-9]{1,18}", written):
        raise BadRequest
    return int(written)

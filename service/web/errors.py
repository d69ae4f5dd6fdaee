"""One table from errors to answers: the status, and a page or fragment that says what to do."""

import secrets
from dataclasses import dataclass, replace
from typing import Any

from flask import Flask, Response, current_app, redirect, request, url_for
from flask_limiter import RateLimitExceeded
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from service.domain.errors import (
    Conflict,
    EngineFailure,
    Invalid,
    Message,
    NotAllowed,
    NotFound,
    TrinhError,
    Unavailable,
    message,
)
from service.log import get_logger
from service.web.access import is_screen
from service.web.pages import SignedOut, is_own_path, services, show, wants_fragment
from service.web.words import size

_log = get_logger(__name__)
_KEPT = frozenset(
    {
        "comments.write",
        "dossiers.create",
        "nominations.add",
        "nominations.change",
        "papers.decide",
        "papers.forward",
        "tasks.complete",
    }
)
"""Where forms with a draft are sent: what was typed into them outlasts the session."""


@dataclass(frozen=True, slots=True)
class Answer:
    """How an error is told: the status, the heading, and what to do (None: the error itself says it)."""

    status: int
    title: Message
    advice: Message | None = None


_TABLE: dict[type[Exception], Answer] = {
    SignedOut: Answer(401, message("Your session has ended")),
    NotFound: Answer(404, message("Not found")),
    NotAllowed: Answer(403, message("Not allowed")),
    Conflict: Answer(409, message("Somebody was faster")),
    Invalid: Answer(422, message("Something needs correcting")),
    EngineFailure: Answer(500, message("The process cannot go on")),
    Unavailable: Answer(503, message("The service does not answer just now")),
    CSRFError: Answer(
        400,
        message("This page is no longer valid"),
        message("It was open too long, or the session has changed. Reload the page and send again."),
    ),
    RateLimitExceeded: Answer(429, message("Too many attempts"), message("Wait a minute, then try again.")),
}
_BY_STATUS = {
    400: Answer(
        400, message("This request cannot be read"), message("Go back, reload the page and try again.")
    ),
    404: Answer(
        404,
        message("Not found"),
        message("There is no page at this address. Check it, or start from the inbox."),
    ),
    405: Answer(
        405, message("Not possible this way"), message("Go back to the page you came from and try there.")
    ),
    413: Answer(
        413,
        message("Too large"),
        message("A file may have at most {size}. Split it or make it smaller, then send it again."),
    ),
}
_FAULT = Answer(500, message("Something went wrong here"))


def answer_to(error: Exception) -> Answer:
    """The row of the table that fits an error."""
    for kind in type(error).__mro__:
        if kind in _TABLE:
            return _TABLE[kind]
    if isinstance(error, HTTPException) and error.code:
        return _BY_STATUS.get(error.code, _BY_STATUS[400] if error.code < 500 else _FAULT)
    return _FAULT


def prepare(app: Flask) -> None:
    """Maps what screens raise; errors of other blueprints keep their own handlers."""
    app.register_error_handler(SignedOut, _signed_out)
    app.register_error_handler(TrinhError, _tell)
    app.register_error_handler(HTTPException, _tell)
    app.register_error_handler(Exception, _tell)


def _signed_out(error: SignedOut) -> AnyResponse:
    """A visit leads to the sign-in page and back; a sent form keeps its words in the browser."""
    if request.method == "GET" and not wants_fragment():
        return redirect(url_for("sign_in.form", next=request.full_path.rstrip("?")), 303)
    return _tell(error, template="sign_in/ended.html", next=_came_from(), kept=request.endpoint in _KEPT)


def _came_from() -> str:
    """The page of ours from which a form was sent, else the start page."""
    own = request.host_url.rstrip("/")
    referrer = request.referrer or ""
    path = referrer.removeprefix(own) if referrer.startswith(f"{own}/") else ""
    return path if is_own_path(path) else url_for("inbox.start")


def _tell(error: Exception, template: str = "errors/page.html", **context: Any) -> AnyResponse:
    if not is_screen() and not isinstance(error, TrinhError | HTTPException):
        raise error
    answer = answer_to(error)
    if isinstance(error, NotAllowed | NotFound):
        note_refusal(answer.status)
    incident = _note(error) if answer.status >= 500 else None
    if answer is _FAULT or isinstance(error, Unavailable):
        return _fault(answer.status, incident)
    advice = answer.advice or (error.message if isinstance(error, TrinhError) else None)
    if answer.status == 413 and advice is not None:
        advice = replace(advice, params={"size": size(services().settings.attachment_bytes)})
    if wants_fragment() and template == "errors/page.html":
        template = "errors/fragment.html"
    response: Response = show(
        template,
        answer.status,
        title=answer.title,
        advice=advice,
        fields=getattr(error, "fields", {}),
        incident=incident,
        **context,
    )
    return response


def _note(error: Exception) -> str:
    """Logs a fault under a number that the page tells."""
    incident = secrets.token_hex(4)
    _log.error("request_failed", incident=incident, path=request.path, exc_info=error)
    return incident


def note_refusal(status: int) -> None:
    """Logs who was refused what; the address only as its route and row numbers, for some hold secrets."""
    numbers = {name: value for name, value in (request.view_args or {}).items() if isinstance(value, int)}
    _log.info(
        "request_refused",
        status=status,
        endpoint=request.endpoint,
        method=request.method,
        numbers=numbers,
        person=current_user.actor.person_id if current_user.is_authenticated else None,
    )


def _fault(status: int, incident: str | None) -> Response:
    """A page in both languages that asks nothing of the database: it may be what is broken."""
    template = current_app.jinja_env.get_template("errors/fault.html")
    page = template.render(incident=incident, passing=status == 503)
    return Response(page, status, content_type="text/html; charset=utf-8")

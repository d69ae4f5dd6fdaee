"""Signing in and out."""

from datetime import timedelta

from flask import Blueprint, Response, request, session, url_for
from flask_login import current_user, login_user, logout_user
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as AnyResponse

from service.domain.errors import message
from service.operations.staff import people
from service.web.access import open_to_all
from service.web.identity import SignedInPerson
from service.web.pages import is_own_path, services, show, writing
from service.web.protection import SIGN_IN_ATTEMPTS, limiter

screen = Blueprint("sign_in", __name__)

LONGEST_PASSWORD = 1000
"""More is not hashed: a password is typed, and hashing is costly on purpose."""


@screen.get("/sign-in")
@open_to_all
def form() -> AnyResponse:
    """The form; leads on whoever is signed in already."""
    if current_user.is_authenticated:
        return redirect(_next(), 303)
    return _form(request.args.get("next", ""))


@screen.post("/sign-in")
@limiter.limit(SIGN_IN_ATTEMPTS)
@open_to_all
def enter() -> AnyResponse:
    """Opens a session; says the same of an unknown name, a wrong password and a locked person."""
    name, password = request.form.get("sign_in_name", ""), request.form.get("password", "")
    lasts = timedelta(hours=services().settings.session_hours)
    with writing() as work:
        found = people.sign_in(work, name[:100], password[:LONGEST_PASSWORD], lasts=lasts)
    if found is None:
        return _form(request.form.get("next", ""), refused=True)
    # A session of its own from here on: nothing that was put into the cookie before is kept.
    session.clear()
    login_user(SignedInPerson(found.secret, found.actor))
    return redirect(_next(), 303)


@screen.post("/sign-out")
@open_to_all
def sign_out() -> AnyResponse:
    """Ends the session for good, also for whoever may have copied its cookie."""
    if current_user.is_authenticated:
        with writing() as work:
            people.sign_out(work, current_user.secret)
    chosen = session.get("language")
    logout_user()
    session.clear()
    if chosen:
        session["language"] = chosen
    return redirect(url_for("sign_in.form"), 303)


def _form(next_path: str, *, refused: bool = False) -> Response:
    told = message("Name and password do not fit. Check both; after five failures wait fifteen minutes.")
    return show(
        "sign_in/form.html",
        422 if refused else 200,
        next=next_path if is_own_path(next_path) else "",
        sign_in_name=request.form.get("sign_in_name", ""),
        refused=told if refused else None,
    )


def _next() -> str:
    """Where to go on: only ever a path of this site."""
    asked = request.values.get("next", "")
    return asked if is_own_path(asked) else url_for("inbox.start")

"""Who is calling, and who may: every route declares it, and a route that does not is closed.

A caller shows either a token (`Authorization: Bearer …`) or the session cookie of the screens. A
cookie travels by itself, so whatever changes something needs the CSRF token besides; a token does not.
Finer rules, such as whose task it is, are those of `service.operations` and hold for screens too.
"""

from flask import current_app, g, request
from flask_login import current_user
from flask_wtf.csrf import validate_csrf
from werkzeug.exceptions import Unauthorized
from wtforms import ValidationError

from service.api.works import services
from service.domain.access import WITHOUT_SIGN_IN, Who, allow, declared
from service.domain.errors import NotAllowed, message
from service.domain.people import Actor
from service.operations import access
from service.operations.staff import people

__all__ = ["CSRF_HEADER", "SAFE", "Who", "admit", "allow", "bearer", "declared"]

CSRF_HEADER = "X-CSRFToken"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def admit() -> None:
    """Runs before every view of the API.

    Raises:
        Unauthorized: nobody is signed in, or the token has ended.
        NotAllowed: a session wants to change something without its CSRF token, or nobody may.
    """
    who = declared(current_app.view_functions[str(request.endpoint)])
    if who is None:
        raise NotAllowed(message("Nobody may use this address."))
    try:
        g.actor = _by_token() or _by_session()
    except (NotAllowed, Unauthorized):
        if who not in WITHOUT_SIGN_IN:
            raise
        g.actor = None
    if g.actor is None and who not in WITHOUT_SIGN_IN:
        raise Unauthorized
    access.require_entry(g.actor, who)


def bearer() -> str | None:
    """The token that the request shows, if any."""
    shown = request.authorization
    return shown.token if shown is not None and shown.type == "bearer" else None


def _by_token() -> Actor | None:
    if "Authorization" not in request.headers:
        return None
    with services().database.glance() as work:
        actor = people.identify(work, bearer() or "")
    if actor is None:
        raise Unauthorized
    return actor


def _by_session() -> Actor | None:
    if not current_user.is_authenticated:
        return None
    if request.method not in SAFE:
        try:
            validate_csrf(request.headers.get(CSRF_HEADER))
        except ValidationError:
            raise NotAllowed(
                message(
                    "A session needs its CSRF token in the header {header}: sign in, or ask for "
                    "/api/v1/me, to get one.",
                    header=CSRF_HEADER,
                )
            ) from None
    return current_user.actor

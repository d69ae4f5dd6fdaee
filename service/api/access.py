"""Who is calling, and who may: every route declares it, and a route that does not is closed.

A caller shows either a token (`Authorization: Bearer …`) or the session cookie of the screens. A
cookie travels by itself, so whatever changes something needs the CSRF token besides; a token does not.
Finer rules, such as whose task it is, are those of `service.operations` and hold for screens too.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

from flask import current_app, g, request
from flask_login import current_user
from flask_wtf.csrf import validate_csrf
from werkzeug.exceptions import Unauthorized
from wtforms import ValidationError

from service.api.works import services
from service.domain.errors import NotAllowed, message
from service.domain.people import Actor
from service.operations import people

CSRF_HEADER = "X-CSRFToken"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_DECLARED = "who_may"

View = TypeVar("View", bound=Callable[..., object])


class Who(StrEnum):
    """Who may use a route, as its documentation says it."""

    ANYBODY = "anybody"
    SIGNED_IN = "anybody who is signed in"
    LOCALITY = "the people of the locality, and administrators"
    READERS = "the dossier's unit; after its submission the locality's offices; administrators"
    PROPOSERS = "the proposers of the dossier's unit"
    PREPARER = "the person who prepares the dossier, while it is in preparation"
    CANDIDATES = "the members of the office whose task it is"
    HOLDER = "the person who holds the task"
    ADMINISTRATORS = "administrators"


def allow(who: Who) -> Callable[[View], View]:
    """Declares who may use a route; stands right under the route itself."""

    def declare(view: View) -> View:
        setattr(view, _DECLARED, who)
        return view

    return declare


def declared(view: Callable[..., object]) -> Who | None:
    """What a view declares; None for a route that is closed to all."""
    return getattr(view, _DECLARED, None)


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
        if who is not Who.ANYBODY:
            raise
        g.actor = None
    if g.actor is None and who is not Who.ANYBODY:
        raise Unauthorized


def bearer() -> str | None:
    """The token that the request shows, if any."""
    shown = request.authorization
    return shown.token if shown is not None and shown.type == "bearer" else None


def _by_token() -> Actor | None:
    if "Authorization" not in request.headers:
        return None
    with services().database.read() as work:
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

"""Who may open a route. Every route of the screens says so; one that does not stays closed to all.

The words are those of `service.domain.access`, the API's too: `@allow(Who.READERS)`. This is the outer door
only: what somebody may see or do with one dossier or task is decided by `service.operations.access`, for
screens, API and command line alike.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, request
from flask_login import current_user

from service.domain.access import WITHOUT_SIGN_IN, Who, allow, declared
from service.domain.errors import NotFound, message
from service.operations.access import require_entry
from service.web.pages import SignedOut, services
from service.web.protection import require_readable, require_token

__all__ = [
    "Who",
    "administrators",
    "allow",
    "declared",
    "demo_only",
    "is_screen",
    "open_to_all",
    "prepare",
    "proven_by_address",
    "signed_in",
]

View = TypeVar("View", bound=Callable[..., Any])


def open_to_all(view: View) -> View:
    """Anybody, signed in or not."""
    return allow(Who.ANYBODY)(view)


def signed_in(view: View) -> View:
    """Whoever is signed in: for pages about nobody but the reader."""
    return allow(Who.SIGNED_IN)(view)


def administrators(view: View) -> View:
    """Administrators only."""
    return allow(Who.ADMINISTRATORS)(view)


def demo_only(view: View) -> View:
    """Narrows a route to the demo: elsewhere it does not exist. Comes on top of a declaration."""
    view.demo_only = True  # type: ignore[attr-defined]
    return view


def proven_by_address(view: View) -> View:
    """The secret in the address is all the proof that a change needs, and all that it acts on.

    No session counts here, so there is nothing that a foreign page could misuse: no token of ours is asked
    for, which the programs that send such requests could not have.
    """
    view.proven_by_address = True  # type: ignore[attr-defined]
    return view


def is_screen() -> bool:
    """Whether the request is for a screen, not for the API or for a page that does not exist."""
    blueprint = current_app.blueprints.get(request.blueprint or "")
    return blueprint is not None and blueprint.import_name.startswith(__package__ or "service.web")


def prepare(app: Flask) -> None:
    """Checks every request for a screen before its view runs."""
    app.before_request(_check)


def _check() -> None:
    """Who asks is checked before the token: a session that has ended is told as such."""
    if not is_screen():
        return
    view = current_app.view_functions[request.endpoint or ""]
    who = declared(view)
    if who is None:
        abort(404)
    if getattr(view, "demo_only", False) and not services().demo:
        raise NotFound(message("This page exists only in the demo."))
    if who not in WITHOUT_SIGN_IN and not current_user.is_authenticated:
        raise SignedOut
    require_entry(current_user.actor if current_user.is_authenticated else None, who)
    require_readable()
    if not getattr(view, "proven_by_address", False):
        require_token()

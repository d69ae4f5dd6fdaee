"""Who may open a route. Every route of the screens says so; one that does not stays closed to all.

This is the outer door only: what somebody may see or do with one dossier or task is decided by
`service.operations`, for screens, API and command line alike.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask, abort, current_app, request
from flask_login import current_user

from service.domain.errors import NotFound, message
from service.operations.access import require_administrator
from service.web.pages import SignedOut, services
from service.web.protection import require_readable, require_token

View = TypeVar("View", bound=Callable[..., Any])


class Admitted(StrEnum):
    """Whom a route lets in."""

    ALL = "all"
    SIGNED_IN = "signed_in"
    ADMINISTRATORS = "administrators"


def open_to_all(view: View) -> View:
    """Anybody, signed in or not."""
    return _declare(view, Admitted.ALL)


def signed_in(view: View) -> View:
    """Whoever is signed in."""
    return _declare(view, Admitted.SIGNED_IN)


def administrators(view: View) -> View:
    """Administrators only."""
    return _declare(view, Admitted.ADMINISTRATORS)


def demo_only(view: View) -> View:
    """Narrows a route to the demo: elsewhere it does not exist. Comes on top of one of the other three."""
    view.demo_only = True  # type: ignore[attr-defined]
    return view


def proven_by_address(view: View) -> View:
    """The secret in the address is all the proof that a change needs, and all that it acts on.

    No session counts here, so there is nothing that a foreign page could misuse: no token of ours is asked
    for, which the programs that send such requests could not have.
    """
    view.proven_by_address = True  # type: ignore[attr-defined]
    return view


def admitted_to(view: Callable[..., Any]) -> Admitted | None:
    """Whom a view lets in; None when it does not say."""
    return getattr(view, "admits", None)


def is_screen() -> bool:
    """Whether the request is for a screen, not for the API or for a page that does not exist."""
    blueprint = current_app.blueprints.get(request.blueprint or "")
    return blueprint is not None and blueprint.import_name.startswith(__package__ or "service.web")


def prepare(app: Flask) -> None:
    """Checks every request for a screen before its view runs."""
    app.before_request(_check)


def _declare(view: View, admitted: Admitted) -> View:
    view.admits = admitted  # type: ignore[attr-defined]
    return view


def _check() -> None:
    """Who asks is checked before the token: a session that has ended is told as such."""
    if not is_screen():
        return
    view = current_app.view_functions[request.endpoint or ""]
    admitted = admitted_to(view)
    if admitted is None:
        abort(404)
    if getattr(view, "demo_only", False) and not services().demo:
        raise NotFound(message("This page exists only in the demo."))
    if admitted is not Admitted.ALL and not current_user.is_authenticated:
        raise SignedOut
    if admitted is Admitted.ADMINISTRATORS:
        require_administrator(current_user.actor)
    require_readable()
    if not getattr(view, "proven_by_address", False):
        require_token()

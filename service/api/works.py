"""One Work per request, with the actor: what every view of the API starts with."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from flask import current_app, g

from service.operations.services import Services

View = Callable[..., Any]


def services() -> Services:
    """The parts that the composition root handed in."""
    return cast(Services, current_app.extensions["trinh"])


def reads(view: View) -> View:
    """Gives the view a Work that only reads and the actor; the answer is made before it closes."""

    @wraps(view)
    def run(**given: Any) -> Any:
        with services().database.read() as work:
            return view(work, g.get("actor"), **given)

    return run


def writes(view: View) -> View:
    """Gives the view a Work that commits when the view and its answer went well, and the actor."""

    @wraps(view)
    def run(**given: Any) -> Any:
        with services().database.write() as work:
            return view(work, g.get("actor"), **given)

    return run

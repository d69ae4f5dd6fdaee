"""The screens: server-rendered pages in Vietnamese and English, one module and template folder per screen.

A module of this package that holds a blueprint named `screen` is a screen; `blueprints` finds them all.
"""

from importlib import import_module
from pkgutil import iter_modules

from flask import Blueprint, Flask

from service.operations.services import Services
from service.web import access, errors, frame, identity, protection, routing, words

__all__ = ["blueprints", "prepare"]


def blueprints() -> list[Blueprint]:
    """The blueprint of every screen, in the order of their names."""
    modules = (import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__))
    return [module.screen for module in modules if isinstance(getattr(module, "screen", None), Blueprint)]


def prepare(app: Flask, services: Services) -> None:
    """Gives an application what all screens share.

    Languages and filters, who is signed in, who may open what, forged requests, response headers,
    and the pages for errors.
    """
    app.extensions["trinh"] = services
    protection.prepare(app, services)
    identity.prepare(app, services)
    routing.prepare(app)
    words.prepare(app)
    frame.prepare(app)
    errors.prepare(app)
    access.prepare(app)

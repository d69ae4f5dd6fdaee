"""The screens: server-rendered pages in Vietnamese and English, one module and template folder per screen.

What all of them stand on lies here, the screens in packages by field. A module that holds a blueprint named
`screen` is a screen; `blueprints` finds them all.
"""

from importlib import import_module
from pkgutil import walk_packages

from flask import Blueprint, Flask

from service.operations.services import Services
from service.web import access, errors, frame, identity, protection, routing, words

__all__ = ["blueprints", "prepare"]


def blueprints() -> list[Blueprint]:
    """The blueprint of every screen, in the order of their names."""
    modules = (import_module(module.name) for module in walk_packages(__path__, f"{__name__}."))
    screens = (getattr(module, "screen", None) for module in modules)
    return sorted((one for one in screens if isinstance(one, Blueprint)), key=lambda one: one.name)


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

"""The whole application over a world."""

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher
from flask import Flask

from service.app import create_app
from service.operations.services import Services
from service.operations.staff import passwords
from service.settings import Settings
from tests.builders import World
from tests.support.compiled import Route, Templates
from tests.support.rehearsed import known_plays, played_once
from tests.support.worlds import world

__all__ = ["known_plays", "played_once", "world"]


@pytest.fixture(scope="session", autouse=True)
def routes_compiled_once() -> Iterator[None]:
    """Every application of the run takes its routes from those before it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "url_rule_class", Route)
        yield


@pytest.fixture(scope="module", autouse=True)
def passwords_cost_little() -> Iterator[None]:
    """Guessing passwords is no danger here; what hashes cost in real use is tried where they are made.

    No longer than a module: tests of other folders run in the same process.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        patch.setattr(passwords, "_NOBODY", passwords._of_nobody())
        yield


@pytest.fixture(scope="session")
def compiled_templates() -> Templates:
    """What every application of the run has compiled of the screens."""
    return Templates()


@pytest.fixture
def app(world: World, compiled_templates: Templates) -> Flask:
    """The whole application over the world."""
    settings = Settings(
        data_folder=world.folder.parent,
        database_url=world.database.url.render_as_string(hide_password=False),
        host="127.0.0.1",
        port=8000,
        base_url="http://localhost",
        secret_key="a-secret-key-of-more-than-32-characters",
        attachment_bytes=2 * 1024**2,
    )
    app = create_app(Services(settings, world.database, world.clock))
    app.jinja_env.bytecode_cache = compiled_templates
    app.testing = True
    return app

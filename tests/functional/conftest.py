"""The whole application over a world."""

import pytest
from flask import Flask

from service.app import create_app
from service.operations.services import Services
from service.settings import Settings
from tests.builders import World
from tests.support.worlds import world

__all__ = ["world"]


@pytest.fixture
def app(world: World) -> Flask:
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
    app.testing = True
    return app

"""Callers of the API."""

import pytest
from flask import Flask

from tests.functional.api.clients import Client


@pytest.fixture
def anybody(app: Flask) -> Client:
    """A caller who has not signed in."""
    return Client(app)

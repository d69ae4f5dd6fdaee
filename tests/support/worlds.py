"""A world on one of the two databases, for tests that ask nothing of the database itself.

What the databases could do differently is proven by the integration tests, each on both. A screen, a
route or a rehearsal is tried on one of them, about half on each, chosen by its name so that it stays
the same.
"""

from collections.abc import Iterator
from pathlib import Path
from zlib import crc32

import pytest

from tests.builders import World
from tests.support.beginnings import Beginnings

KINDS = ("sqlite", "postgresql")


@pytest.fixture
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """The shipped service with people, at 09:00 on 20/11/2024; a parameter names the database."""
    name = f"{request.path.name}::{request.function.__name__}"
    kind = getattr(request, "param", KINDS[crc32(name.encode()) % 2])
    beginnings: Beginnings = request.getfixturevalue(f"beginnings_{kind}")
    with beginnings.world(tmp_path) as world:
        yield world

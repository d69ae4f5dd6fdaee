"""Every route of screens and API, tried with everybody it is for and everybody it is not for."""

from collections.abc import Iterator

import pytest
from flask import Blueprint, Flask

from service.api.document import SPEC_PATH
from service.domain.errors import NotAllowed, NotFound, message
from service.operations import access
from service.store import dossiers as dossier_rows
from service.web.access import Who, allow
from service.web.pages import actor, reading, writing
from tests.builders import World
from tests.functional.access.matrix import Matrix
from tests.functional.access.places import furnish
from tests.functional.access.sending import API
from tests.support import access_reference

pytestmark = pytest.mark.timeout(900)


@pytest.fixture
def matrix(app: Flask, world: World) -> Iterator[Matrix]:
    """The matrix over a world of its own."""
    document = app.test_client().get(SPEC_PATH).get_json()
    return Matrix(app, furnish(world), document)


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_screens_let_in_whom_they_declare_and_nobody_else(matrix: Matrix) -> None:
    found = matrix.violations(lambda rule: not rule.rule.startswith(API))
    found += matrix.mismatches(lambda rule: not rule.rule.startswith(API))
    assert not found, "\n".join(found)


@pytest.mark.parametrize("world", ["postgresql"], indirect=True)
def test_the_api_lets_in_whom_it_declares_and_nobody_else(matrix: Matrix) -> None:
    found = matrix.violations(lambda rule: rule.rule.startswith(API))
    found += matrix.mismatches(lambda rule: rule.rule.startswith(API))
    assert not found, "\n".join(found)


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_the_reference_tells_what_is_declared(app: Flask) -> None:
    assert access_reference.written() == access_reference.declarations(app), "run `make access`"


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_the_matrix_finds_holes(matrix: Matrix) -> None:
    """Routes that break their word each in another way; each must be found for what it does."""
    holes = _plant_holes(matrix)
    found = matrix.violations(lambda rule: rule.rule.startswith("/hole/"))
    found += matrix.mismatches(lambda rule: rule.rule.startswith("/hole/"))
    told = {hole: [one for one in found if f"/hole/{hole}" in one] for hole in (*holes, "sound")}
    for hole, says in holes.items():
        assert any(says in one for one in told[hole]), (hole, told[hole])
    assert not told["sound"]


def _plant_holes(matrix: Matrix) -> dict[str, str]:
    """Adds the routes to the application; what the matrix must say of each."""
    hole = Blueprint("hole", "service.web.hole")

    @hole.get("/hole/silent/<id:dossier_id>")
    def silent(dossier_id: int) -> str:
        return str(dossier_id)

    @hole.get("/hole/vague/<id:dossier_id>")
    @allow(Who.SIGNED_IN)
    def vague(dossier_id: int) -> str:
        return str(dossier_id)

    @hole.get("/hole/open/<id:dossier_id>")
    @allow(Who.READERS)
    def unchecked(dossier_id: int) -> str:
        return str(dossier_id)

    @hole.get("/hole/strict/<id:dossier_id>")
    @allow(Who.READERS)
    def strict(**_numbers: int) -> str:
        raise NotFound(message("There is no such locality, or you have no seat in it."))

    @hole.get("/hole/telling/<id:dossier_id>")
    @allow(Who.READERS)
    def telling(dossier_id: int) -> str:
        with reading() as work:
            if not access.may_see_dossier(actor(), dossier_rows.get(work, dossier_id)):
                raise NotAllowed(message("Only an administrator may do this. Ask yours."))
        return ""

    @hole.post("/hole/late/<id:dossier_id>")
    @allow(Who.PREPARER)
    def late(dossier_id: int) -> str:
        with writing() as work:
            dossier_rows.get(work, dossier_id).title = f"By {actor().name}"
        raise NotAllowed(message("Only an administrator may do this. Ask yours."))

    @hole.get("/hole/loose/<id:dossier_id>/<id:attachment_id>")
    @allow(Who.READERS)
    def loose(dossier_id: int, attachment_id: int) -> str:
        with reading() as work:
            access.require_sight(actor(), dossier_rows.get(work, dossier_id))
        return str(attachment_id)

    @hole.get("/hole/sound/<id:dossier_id>")
    @allow(Who.READERS)
    def sound(dossier_id: int) -> str:
        with reading() as work:
            access.require_sight(actor(), dossier_rows.get(work, dossier_id))
        return ""

    matrix.app._got_first_request = False
    matrix.app.register_blueprint(hole)
    return {
        "silent": "does not say who may",
        "vague": "say more than",
        "open": "200 to neighbour",
        "strict": "404 to clerk",
        "telling": "403 to neighbour",
        "late": "has changed the database for somebody it refused",
        "loose": "200 instead of 404",
    }

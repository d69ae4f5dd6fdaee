"""Localities, their rounds and deadlines."""

from typing import Any

from apiflask import APIBlueprint

from service.api.access import Who, allow
from service.api.fields import Shown
from service.api.languages import language
from service.api.schemas.localities import Localities, Openings, Round, Rounds
from service.api.works import reads
from service.domain.people import Actor
from service.operations import access
from service.operations.dossier import dossiers
from service.operations.schedule import rounds
from service.operations.schedule.rounds import RoundPage
from service.store.work import Work

blueprint = APIBlueprint("localities", __name__, tag="Localities and rounds")


@blueprint.get("/localities")
@allow(Who.SIGNED_IN)
@reads
@blueprint.output(Localities)
def list_localities(work: Work, actor: Actor) -> Any:
    """List the localities in which one has a seat; administrators see all."""
    return {"localities": rounds.visible_localities(work, actor)}


@blueprint.get("/localities/<locality_id>/rounds")
@allow(Who.LOCALITY)
@reads
@blueprint.output(Rounds)
def list_rounds(work: Work, actor: Actor, locality_id: str) -> Any:
    """List the rounds of a locality with their deadlines and the clauses that order them."""
    access.require_locality(actor, locality_id)
    return {"rounds": [shown_round(page) for page in rounds.list_rounds(work, locality_id)]}


@blueprint.get("/rounds/<locality_id>/<key>")
@allow(Who.LOCALITY)
@reads
@blueprint.output(Round)
def show_round(work: Work, actor: Actor, locality_id: str, key: str) -> Any:
    """Show a round, such as `annual-2024`, with its deadlines."""
    access.require_locality(actor, locality_id)
    return shown_round(rounds.show(work, locality_id, key))


@blueprint.get("/openings")
@allow(Who.SIGNED_IN)
@reads
@blueprint.output(Openings)
def list_openings(work: Work, actor: Actor) -> Any:
    """List the rounds in which one may open a dossier, each with the unit one proposes for."""
    return {
        "openings": [
            Shown(round_, round_.locality.zone, locality=round_.locality_id, round=round_.key, unit=unit)
            for round_, unit in dossiers.openable_rounds(work, actor)
        ]
    }


def shown_round(page: RoundPage) -> Shown:
    """A round as answers show it."""
    found = rounds.page_json(page, language())
    return Shown(
        page.round,
        page.locality.zone,
        locality=page.locality.id,
        edition=page.locality.edition,
        deadlines=found,
    )

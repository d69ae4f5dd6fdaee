"""Rehearsals of a round on a copy: started, watched and read; for administrators, each of their own."""

from typing import Any

from apiflask import APIBlueprint

from service import rehearsals
from service.api.access import Who, allow
from service.api.fields import Shown
from service.api.ladders import rungs
from service.api.languages import in_words
from service.api.schemas.rehearsals import NewRehearsal, Rehearsal, Rehearsals, ToldRehearsal
from service.api.works import reads, services
from service.domain.deadlines import Bound, Roll
from service.domain.people import Actor
from service.domain.reminders import Ladder
from service.operations import access
from service.rehearsals import Asked, DateChange, Kept, Proposal, State
from service.store import localities
from service.store.work import Work

blueprint = APIBlueprint("rehearsals", __name__, tag="Rehearsals")
_OF_ROUND = "/rounds/<locality_id>/<key>/rehearsals"


@blueprint.get(_OF_ROUND)
@allow(Who.ADMINISTRATORS)
@reads
@blueprint.output(Rehearsals)
def list_rehearsals(work: Work, actor: Actor, locality_id: str, key: str) -> Any:
    """List one's own rehearsals of a round, the newest first."""
    access.require_administrator(actor)
    localities.round_of(work, locality_id, key)
    found = rehearsals.shelf(services()).of(actor.person_id)
    return {
        "rehearsals": [
            _shown(work, one) for one in found if (one.locality_id, one.round_key) == (locality_id, key)
        ]
    }


@blueprint.post(_OF_ROUND)
@allow(Who.ADMINISTRATORS)
@blueprint.input(NewRehearsal)
@reads
@blueprint.output(Rehearsal, status_code=202)
def start_rehearsal(work: Work, actor: Actor, locality_id: str, key: str, json_data: dict[str, Any]) -> Any:
    """Start a rehearsal beside this request; ask for it again until its state is no longer running."""
    said = [json_data[name] for name in ("units", "late", "returned", "seed", "from_opening")]
    asked = Asked(locality_id, key, *said)
    return _shown(work, rehearsals.start(services(), actor, asked, _proposal(json_data)))


@blueprint.get("/rehearsals/<rehearsal_id>")
@allow(Who.ADMINISTRATORS)
@reads
@blueprint.output(ToldRehearsal)
def show_rehearsal(work: Work, actor: Actor, rehearsal_id: str) -> Any:
    """Show how far a rehearsal of one's own is; once it is done, everything that it tells."""
    access.require_administrator(actor)
    shelf = rehearsals.shelf(services())
    kept = shelf.find(actor.person_id, rehearsal_id)
    told = shelf.written(kept) if kept.state is State.DONE else None
    return _shown(work, kept, told=told)


def _proposal(given: dict[str, Any]) -> Proposal:
    dates = tuple(
        DateChange(
            one["deadline"],
            one["date"],
            Bound(one["bound"]) if one["bound"] else None,
            Roll(one["roll"]) if one["roll"] else None,
        )
        for one in given["dates"]
    )
    ladder, diagram = given["ladder"], given["diagram"]
    return Proposal(
        dates,
        Ladder(ladder["key"], tuple(rungs(ladder))) if ladder else None,
        diagram.encode() if diagram else None,
    )


def _shown(work: Work, kept: Kept, **more: object) -> Shown:
    zone = localities.get(work, kept.locality_id).zone
    wrong = in_words(kept.wrong) if kept.wrong else None
    return Shown(kept, zone, wrong=wrong, change={"vi": kept.change_vi, "en": kept.change_en}, **more)

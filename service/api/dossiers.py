"""Dossiers: opening, filling, submitting, withdrawing, reading."""

from typing import Any

from apiflask import APIBlueprint

from service.api import overlaps
from service.api.access import Who, allow
from service.api.escalations import shown_climb
from service.api.fields import Shown
from service.api.languages import language
from service.api.schemas.dossiers import (
    Diagram,
    DossierLine,
    DossierList,
    DossierPage,
    DossierQuery,
    History,
    HistoryQuery,
    NewDossier,
    Nomination,
    NominationInput,
    Rename,
    SubmitForm,
    Way,
    Withdrawal,
)
from service.api.schemas.tasks import Completed
from service.api.tasks import completed
from service.api.works import reads, writes
from service.domain.dossiers import DossierKind
from service.domain.errors import Conflict, Invalid, message
from service.domain.people import Actor
from service.domain.tasks import PREPARES
from service.operations import access
from service.operations.dossier import dossiers, itineraries
from service.operations.schedule import rounds
from service.operations.work import tasks
from service.operations.work.completions import Filled
from service.store import tables as rows
from service.store.work import Work

blueprint = APIBlueprint("dossiers", __name__, tag="Dossiers", url_prefix="/dossiers")


@blueprint.get("")
@allow(Who.SIGNED_IN)
@blueprint.input(DossierQuery, location="query", unknown="raise")
@reads
@blueprint.output(DossierList)
def list_dossiers(work: Work, actor: Actor, query_data: dict[str, Any]) -> Any:
    """List the dossiers one may see, newest first."""
    limit = query_data["limit"]
    found = dossiers.list_visible(
        work,
        actor,
        kind=DossierKind(query_data["kind"]),
        text=query_data["q"],
        status=query_data["status"],
        before_id=query_data["after"],
        limit=limit + 1,
    )
    page = found[:limit]
    return {
        "dossiers": [line(dossier) for dossier in page],
        "next": page[-1].id if len(found) > limit else None,
    }


@blueprint.post("")
@allow(Who.PROPOSERS)
@blueprint.input(NewDossier)
@writes
@blueprint.output(DossierPage, status_code=201)
def create_dossier(work: Work, actor: Actor, json_data: dict[str, Any]) -> Any:
    """Open a dossier for one's unit in a round, with nominations if there are any yet."""
    round_, unit = _opening(work, actor, json_data)
    dossier = dossiers.create(work, actor, round_id=round_.id, unit_id=unit.id, title=json_data["title"])
    for position, given in enumerate(json_data["nominations"]):
        try:
            dossiers.add_nomination(work, actor, dossier.id, dossiers.NominationInput(**given))
        except Invalid as error:
            inside = {f"nominations.{position}.{name}": text for name, text in error.fields.items()}
            raise Invalid(error.message, inside) from error
    return _page(work, actor, dossier.id)


@blueprint.get("/<row:dossier_id>")
@allow(Who.READERS)
@reads
@blueprint.output(DossierPage)
def show_dossier(work: Work, actor: Actor, dossier_id: int) -> Any:
    """Show a dossier with everything that belongs to it."""
    return _page(work, actor, dossier_id)


@blueprint.patch("/<row:dossier_id>")
@allow(Who.PREPARER)
@blueprint.input(Rename)
@writes
@blueprint.output(DossierLine)
def rename_dossier(work: Work, actor: Actor, dossier_id: int, json_data: dict[str, Any]) -> Any:
    """Give a dossier in preparation another title."""
    return line(dossiers.rename(work, actor, dossier_id, json_data["title"]))


@blueprint.post("/<row:dossier_id>/nominations")
@allow(Who.PREPARER)
@blueprint.input(NominationInput)
@writes
@blueprint.output(Nomination, status_code=201)
def add_nomination(work: Work, actor: Actor, dossier_id: int, json_data: dict[str, Any]) -> Any:
    """Add a nominee to a dossier in preparation."""
    return dossiers.add_nomination(work, actor, dossier_id, dossiers.NominationInput(**json_data))


@blueprint.put("/<row:dossier_id>/nominations/<row:nomination_id>")
@allow(Who.PREPARER)
@blueprint.input(NominationInput)
@writes
@blueprint.output(Nomination)
def change_nomination(
    work: Work, actor: Actor, dossier_id: int, nomination_id: int, json_data: dict[str, Any]
) -> Any:
    """Change a nomination of a dossier in preparation."""
    given = dossiers.NominationInput(**json_data)
    return dossiers.change_nomination(work, actor, dossier_id, nomination_id, given)


@blueprint.delete("/<row:dossier_id>/nominations/<row:nomination_id>")
@allow(Who.PREPARER)
@writes
@blueprint.output({}, status_code=204)
def remove_nomination(work: Work, actor: Actor, dossier_id: int, nomination_id: int) -> Any:
    """Take a nomination out of a dossier in preparation."""
    dossiers.remove_nomination(work, actor, dossier_id, nomination_id)
    return {}


@blueprint.post("/<row:dossier_id>/submit")
@allow(Who.PREPARER)
@blueprint.input(SubmitForm)
@writes
@blueprint.output(Completed)
def submit_dossier(work: Work, actor: Actor, dossier_id: int, json_data: dict[str, Any]) -> Any:
    """Send a dossier in preparation to the reviewing office, with the unit's form."""
    page = dossiers.show(work, actor, dossier_id)
    task = next((task for task in page.open_tasks if task.act in PREPARES), None)
    if task is None:
        access.require_proposer(actor, page.dossier)
        raise Conflict(message("This dossier is not in preparation: there is nothing to submit."))
    filled = Filled(json_data["values"], seen_version=json_data["seen_version"])
    return completed(work, tasks.complete(work, actor, task.id, filled))


@blueprint.post("/<row:dossier_id>/withdraw")
@allow(Who.PROPOSERS)
@blueprint.input(Withdrawal)
@writes
@blueprint.output(DossierLine)
def withdraw_dossier(work: Work, actor: Actor, dossier_id: int, json_data: dict[str, Any]) -> Any:
    """Take a dossier back before it has been selected."""
    return line(dossiers.withdraw(work, actor, dossier_id, json_data["reason"]))


@blueprint.get("/<row:dossier_id>/history")
@allow(Who.READERS)
@blueprint.input(HistoryQuery, location="query", unknown="raise")
@reads
@blueprint.output(History)
def show_history(work: Work, actor: Actor, dossier_id: int, query_data: dict[str, Any]) -> Any:
    """Read the history of a dossier, oldest step first."""
    page = dossiers.show(work, actor, dossier_id)
    zone, limit = page.dossier.round.locality.zone, query_data["limit"]
    later = [step for step in page.history if step.position > query_data["after"]]
    return {
        "steps": [Shown(step, zone) for step in later[:limit]],
        "next": later[limit - 1].position if len(later) > limit else None,
    }


@blueprint.get("/<row:dossier_id>/diagram")
@allow(Who.READERS)
@reads
@blueprint.output(Diagram)
def show_diagram(work: Work, actor: Actor, dossier_id: int) -> Any:
    """Show the diagram a dossier runs on, with where it stands and its steps in words."""
    return dossiers.diagram(work, actor, dossier_id)


@blueprint.get("/<row:dossier_id>/way")
@allow(Who.READERS)
@reads
@blueprint.output(Way)
def show_way(work: Work, actor: Actor, dossier_id: int) -> Any:
    """Tell the way of a dossier in words: its steps in order, each with what has become of it."""
    zone = dossiers.show(work, actor, dossier_id).dossier.round.locality.zone
    return {"steps": [_stop(one, zone) for one in itineraries.of_dossier(work, actor, dossier_id)]}


def line(dossier: rows.Dossier) -> Shown:
    """A dossier as lists show it."""
    return Shown(dossier, dossier.round.locality.zone)


def _page(work: Work, actor: Actor, dossier_id: int) -> Shown:
    page = dossiers.show(work, actor, dossier_id)
    zone = page.dossier.round.locality.zone

    def shown(found: list[Any]) -> list[Shown]:
        return [Shown(row, zone) for row in found]

    return Shown(
        page.dossier,
        zone,
        nominations=page.nominations,
        overlaps=overlaps.shown(work, actor, page.nominations, zone),
        awards=page.awards,
        checklist=page.checklist,
        attachments=shown(page.attachments),
        open_tasks=shown(page.open_tasks),
        late_steps=shown([task for task in page.tasks if task.late_reason is not None]),
        submissions=shown(page.submissions),
        decisions=page.decisions,
        hand_overs=shown(page.hand_overs),
        deadlines=rounds.dossier_json(work, page.dossier, language()),
        escalations=[shown_climb(climb, zone) for climb in page.climbs],
        may_edit=page.may_edit,
        may_withdraw=page.may_withdraw,
    )


def _opening(work: Work, actor: Actor, given: dict[str, Any]) -> tuple[rows.Round, rows.Organisation]:
    """The one opening that the keys name.

    Raises:
        NotAllowed: when the actor has none there.
        Invalid: when the actor proposes for several units and names none.
    """
    found = [
        (round_, unit)
        for round_, unit in dossiers.openable_rounds(work, actor)
        if (round_.locality_id, round_.key) == (given["locality"], given["round"])
        and given["unit"] in {None, unit.key}
    ]
    if not found:
        access.refuse_opening()
    if len(found) > 1:
        raise Invalid(
            message("Check the marked fields and send again."),
            {"unit": message("You propose for several units: name one of them.")},
        )
    return found[0]


def _stop(stop: itineraries.Stop, zone: str) -> Shown:
    """A step of the way with everything in it in the zone of the locality."""
    return Shown(
        stop,
        zone,
        visits=[Shown(visit, zone) for visit in stop.visits],
        watches=[
            Shown(watch, zone, opens=[_stop(one, zone) for one in watch.opens]) for watch in stop.watches
        ],
    )

"""Rounds created and deadlines set, changed, extended and given back; each can be tried first."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from apiflask import APIBlueprint
from flask import g

from service.api.access import Who, allow
from service.api.fields import Shown
from service.api.languages import in_words, language
from service.api.localities import shown_round
from service.api.schemas.deadlines import (
    Amending,
    ChangedDeadline,
    Changes,
    DeadlineTerms,
    NewExtension,
    NewRound,
    Proposal,
    ProposalQuery,
    Why,
)
from service.api.schemas.localities import Round
from service.api.works import reads, services, writes
from service.domain.amendments import Guidance
from service.domain.deadlines import Bound, LatePolicy, Roll
from service.domain.errors import Invalid
from service.domain.labels import Label
from service.domain.people import Actor
from service.domain.rounds import RoundKind
from service.operations import access
from service.operations.process import effects
from service.operations.schedule import deadlines, new_rounds, rounds
from service.operations.schedule.deadlines import Changed, Extending, Place, Terms
from service.operations.schedule.new_rounds import Dated
from service.store import deadlines as rows
from service.store import localities
from service.store.work import Work

blueprint = APIBlueprint("deadlines", __name__, tag="Rounds and deadlines, managed")

_PLACE = "/rounds/<locality_id>/<key>/deadlines/<deadline_key>"


def changes(view: Callable[..., Any]) -> Callable[..., Any]:
    """Gives the view a Work that commits, or for a preview one of which nothing is kept."""

    @wraps(view)
    def run(**given: Any) -> Any:
        def act(work: Work) -> Any:
            return view(work, g.get("actor"), **given)

        if given["json_data"]["preview"]:
            return effects.tried(services().database, act)
        with services().database.write() as work:
            return act(work)

    return run


@blueprint.get("/localities/<locality_id>/proposal")
@allow(Who.ADMINISTRATORS)
@blueprint.input(ProposalQuery, location="query", unknown="raise")
@reads
@blueprint.output(Proposal)
def propose_round(work: Work, actor: Actor, locality_id: str, query_data: dict[str, Any]) -> Any:
    """See the round that the plan's own rules give for a kind and year."""
    kind, year = RoundKind(query_data["kind"]), query_data["year"]
    proposal = new_rounds.propose(work, actor, locality_id, kind, year)
    planned = proposal.round
    return {
        "key": planned.key,
        "kind": planned.kind.value,
        "year": planned.year,
        "name": _name(planned.name),
        "awards": list(planned.awards),
        "by_plan": proposal.by_plan,
        "cautions": [in_words(one) for one in proposal.cautions],
        "deadlines": [rounds.deadline_json(one, proposal.calendar, language()) for one in proposal.deadlines],
    }


@blueprint.post("/localities/<locality_id>/rounds")
@allow(Who.ADMINISTRATORS)
@blueprint.input(NewRound)
@writes
@blueprint.output(Round, status_code=201)
def create_round(work: Work, actor: Actor, locality_id: str, json_data: dict[str, Any]) -> Any:
    """Create a round; deadlines are those that the plan proposes unless others are given."""
    name = json_data["name_vi"]
    new = new_rounds.NewRound(
        kind=RoundKind(json_data["kind"]),
        year=json_data["year"],
        name=None if name is None else Label(name, json_data["name_en"]),
        awards=None if json_data["awards"] is None else tuple(json_data["awards"]),
        opens_on=json_data["opens_on"],
        days={
            one["key"]: Dated(one["date"], Bound(one["bound"]), Roll(one["roll"]))
            for one in json_data["deadlines"]
        },
    )
    row = new_rounds.create(
        work, actor, locality_id, new, reason=json_data["reason"], guidance=_guidance(json_data)
    )
    return shown_round(rounds.show(work, locality_id, row.key))


@blueprint.post("/rounds/<locality_id>/<key>/close")
@allow(Who.ADMINISTRATORS)
@blueprint.input(Why)
@writes
@blueprint.output(Round)
def close_round(work: Work, actor: Actor, locality_id: str, key: str, json_data: dict[str, Any]) -> Any:
    """Take back a round that was created here and in which nothing has been opened."""
    new_rounds.close(work, actor, locality_id, key, reason=json_data["reason"])
    return shown_round(rounds.show(work, locality_id, key))


@blueprint.get("/rounds/<locality_id>/<key>/changes")
@allow(Who.LOCALITY)
@reads
@blueprint.output(Changes)
def list_changes(work: Work, actor: Actor, locality_id: str, key: str) -> Any:
    """Read every change of a round's deadlines, the newest first."""
    access.require_locality(actor, locality_id)
    page = rounds.show(work, locality_id, key)
    return {
        "changes": [
            Shown(change, page.locality.zone, deadline=row.key, by=who, unit=unit)
            for change, row, who, unit in rows.changes(work, page.round.id)
        ]
    }


@blueprint.put(_PLACE)
@allow(Who.ADMINISTRATORS)
@blueprint.input(DeadlineTerms)
@changes
@blueprint.output(ChangedDeadline)
def change_deadline(
    work: Work, actor: Actor, locality_id: str, key: str, deadline_key: str, json_data: dict[str, Any]
) -> Any:
    """Set or change a deadline; what runs follows in the same transaction. `preview` only tells."""
    access.require_administrator(actor)
    place = Place(locality_id, key, deadline_key)
    terms = _terms(work, place, json_data)
    return _answer(
        work,
        place,
        json_data,
        lambda seen: deadlines.change(
            work,
            actor,
            place,
            terms,
            reason=json_data["reason"],
            guidance=_guidance(json_data),
            seen=seen,
        ),
    )


@blueprint.post(f"{_PLACE}/withdraw")
@allow(Who.ADMINISTRATORS)
@blueprint.input(Amending)
@changes
@blueprint.output(ChangedDeadline)
def withdraw_deadline(
    work: Work, actor: Actor, locality_id: str, key: str, deadline_key: str, json_data: dict[str, Any]
) -> Any:
    """Give a deadline back to the plan: it says what the files say, and follows them."""
    place, reason = Place(locality_id, key, deadline_key), json_data["reason"]
    return _answer(
        work,
        place,
        json_data,
        lambda seen: deadlines.withdraw(work, actor, place, reason=reason, seen=seen),
    )


@blueprint.post(f"{_PLACE}/extensions")
@allow(Who.ADMINISTRATORS)
@blueprint.input(NewExtension)
@changes
@blueprint.output(ChangedDeadline)
def extend_deadline(
    work: Work, actor: Actor, locality_id: str, key: str, deadline_key: str, json_data: dict[str, Any]
) -> Any:
    """Grant one unit a later last day; one that it had ends with it."""
    place = Place(locality_id, key, deadline_key)
    extending = Extending(json_data["unit"], json_data["last_day"], json_data["granted_by"])
    return _answer(
        work,
        place,
        json_data,
        lambda seen: deadlines.extend(
            work,
            actor,
            place,
            extending,
            reason=json_data["reason"],
            guidance=_guidance(json_data),
            seen=seen,
        ),
    )


@blueprint.post(f"{_PLACE}/extensions/<unit_key>/end")
@allow(Who.ADMINISTRATORS)
@blueprint.input(Amending)
@changes
@blueprint.output(ChangedDeadline)
def end_extension(
    work: Work,
    actor: Actor,
    locality_id: str,
    key: str,
    deadline_key: str,
    unit_key: str,
    json_data: dict[str, Any],
) -> Any:
    """End a unit's extension: the deadline holds for it as for all others."""
    place, reason = Place(locality_id, key, deadline_key), json_data["reason"]
    return _answer(
        work,
        place,
        json_data,
        lambda seen: deadlines.end_extension(work, actor, place, unit_key, reason=reason, seen=seen),
    )


def _terms(work: Work, place: Place, given: Mapping[str, Any]) -> Terms:
    """What was given over what the deadline says now."""
    row = rows.of_round(work, place.locality, place.round, place.deadline)
    day = given.get("date", row.day)
    return Terms(
        day=day,
        bound=Bound(given.get("bound", row.bound)),
        roll=Roll(given.get("roll", row.roll)),
        late=LatePolicy(given.get("late", row.late_policy)),
        ladder=given.get("ladder", row.ladder),
        awaits=given.get("awaits", None if day else row.awaits),
    )


def _answer(
    work: Work, place: Place, given: Mapping[str, Any], act: Callable[[int | None], Changed]
) -> dict[str, Any]:
    seen = localities.get(work, place.locality).edition
    try:
        changed = act(given["edition"])
    except Invalid as error:  # The field is called otherwise here.
        raise Invalid(
            error.message, {"date" if key == "day" else key: text for key, text in error.fields.items()}
        ) from None
    page = rounds.show(work, place.locality, place.round)
    # A preview is confirmed at the edition at which it was made; what was done has raised it.
    edition = seen if given["preview"] else page.locality.edition
    told = changed.as_json(page.calendar, language())
    return {"applied": not given["preview"], "edition": edition} | told


def _guidance(given: Mapping[str, Any]) -> Guidance | None:
    return None if given["guidance"] is None else Guidance(**given["guidance"])


def _name(label: Label) -> dict[str, str]:
    return {"vi": label.vi, "en": label.en}

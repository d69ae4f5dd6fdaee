"""Reminder ladders: what they say, when that is, and changes of them; each can be tried first."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from apiflask import APIBlueprint

from service.api.access import Who, allow
from service.api.calendars import amended
from service.api.deadlines import changes
from service.api.fields import Shown
from service.api.schemas.calendars import AmendedLadder, LadderDates, Ladders, NewLadder
from service.api.schemas.deadlines import Amending
from service.api.works import reads
from service.domain.labels import Label
from service.domain.people import Actor
from service.domain.reminders import Audience, DayCount, Rung
from service.operations import access
from service.operations.process.effects import Effect
from service.operations.schedule import ladders
from service.operations.schedule.ladders import LadderPage
from service.store import localities
from service.store.work import Work

blueprint = APIBlueprint("ladders", __name__, tag="Reminder ladders")
_LADDERS = "/localities/<locality_id>/ladders"


@blueprint.get(_LADDERS)
@allow(Who.LOCALITY)
@reads
@blueprint.output(Ladders)
def list_ladders(work: Work, actor: Actor, locality_id: str) -> Any:
    """List the ladders of a locality with their reminders and the deadlines that use them."""
    access.require_locality(actor, locality_id)
    return ladders.as_json(work, locality_id)


@blueprint.get(f"{_LADDERS}/<ladder_key>/dates")
@allow(Who.LOCALITY)
@reads
@blueprint.output(LadderDates)
def date_ladder(work: Work, actor: Actor, locality_id: str, ladder_key: str) -> Any:
    """Show on which days the reminders of a ladder fall for the deadlines to come."""
    access.require_locality(actor, locality_id)
    return {"dates": _dates(work, locality_id, ladders.show(work, locality_id, ladder_key))}


@blueprint.post(_LADDERS)
@allow(Who.ADMINISTRATORS)
@blueprint.input(NewLadder)
@changes
@blueprint.output(AmendedLadder)
def create_ladder(work: Work, actor: Actor, locality_id: str, json_data: dict[str, Any]) -> Any:
    """Create a ladder; deadlines are given it where they are changed."""
    key, effect = ladders.create(
        work,
        actor,
        locality_id,
        _name(json_data),
        rungs(json_data),
        reason=json_data["reason"],
        seen=json_data["edition"],
    )
    return _answer(work, locality_id, key, json_data, effect)


@blueprint.put(f"{_LADDERS}/<ladder_key>")
@allow(Who.ADMINISTRATORS)
@blueprint.input(NewLadder)
@changes
@blueprint.output(AmendedLadder)
def change_ladder(
    work: Work, actor: Actor, locality_id: str, ladder_key: str, json_data: dict[str, Any]
) -> Any:
    """Change a ladder; waiting reminders follow in the same transaction, nothing is sent again."""
    effect = ladders.save(
        work,
        actor,
        locality_id,
        ladder_key,
        _name(json_data),
        rungs(json_data),
        reason=json_data["reason"],
        seen=json_data["edition"],
    )
    return _answer(work, locality_id, ladder_key, json_data, effect)


@blueprint.post(f"{_LADDERS}/<ladder_key>/withdraw")
@allow(Who.ADMINISTRATORS)
@blueprint.input(Amending)
@changes
@blueprint.output(AmendedLadder)
def withdraw_ladder(
    work: Work, actor: Actor, locality_id: str, ladder_key: str, json_data: dict[str, Any]
) -> Any:
    """Take back what was changed about a ladder; one that the plan's files do not know goes."""
    in_files = ladders.show(work, locality_id, ladder_key).in_files
    effect = ladders.withdraw(
        work, actor, locality_id, ladder_key, reason=json_data["reason"], seen=json_data["edition"]
    )
    return _answer(work, locality_id, ladder_key, json_data, effect, stays=in_files)


def _answer(
    work: Work, locality_id: str, key: str, given: dict[str, Any], effect: Effect, *, stays: bool = True
) -> dict[str, Any]:
    dates = _dates(work, locality_id, ladders.show(work, locality_id, key)) if stays else []
    return {**amended(work, locality_id, given, effect), "key": key, "dates": dates}


def _dates(work: Work, locality_id: str, page: LadderPage) -> list[dict[str, Any]]:
    zone = ZoneInfo(localities.get(work, locality_id).zone)
    return [
        {
            "round": one.page.round.key,
            "deadline": one.deadline.key,
            "last_day": one.deadline.last_day.isoformat() if one.deadline.last_day else None,
            "reminders": [Shown(reminder, zone, rule=reminder.rule_key) for _, reminder in one.reminders],
        }
        for one in ladders.dates(work, locality_id, page.ladder)
    ]


def _name(given: dict[str, Any]) -> Label:
    return Label(given["name_vi"], given["name_en"])


def rungs(given: dict[str, Any]) -> Sequence[Rung]:
    """The reminders of a ladder that was sent; they get their keys when they are saved."""
    return [
        Rung("", one["days"], Audience(one["audience"]), DayCount(one["count"]), one["at"])
        for one in given["rungs"]
    ]

"""The working calendar of a year, and the swap days that administrators enter, withdraw and restore."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from apiflask import APIBlueprint

from service.api.access import Who, allow
from service.api.deadlines import changes
from service.api.schemas.calendars import Amended, CalendarQuery, CalendarYear, NewSwapDay
from service.api.schemas.deadlines import Amending
from service.api.works import reads
from service.domain.amendments import Guidance
from service.domain.calendars import DayKind
from service.domain.errors import NotFound, message
from service.domain.labels import Label
from service.domain.people import Actor
from service.operations import access
from service.operations.process.effects import Effect
from service.operations.schedule import calendar_years, swap_days
from service.operations.schedule.swap_days import SwapDay
from service.store import localities
from service.store.work import Work

blueprint = APIBlueprint("calendars", __name__, tag="Working calendar")
_DAY = "/localities/<locality_id>/calendar/<day>"


@blueprint.get("/localities/<locality_id>/calendar")
@allow(Who.LOCALITY)
@blueprint.input(CalendarQuery, location="query", unknown="raise")
@reads
@blueprint.output(CalendarYear)
def show_calendar(work: Work, actor: Actor, locality_id: str, query_data: dict[str, Any]) -> Any:
    """Show a year: days off, swap days, and the last days of deadlines."""
    access.require_locality(actor, locality_id)
    return calendar_years.show(work, locality_id, query_data["year"]).as_json()


@blueprint.put(_DAY)
@allow(Who.ADMINISTRATORS)
@blueprint.input(NewSwapDay)
@changes
@blueprint.output(Amended)
def enter_swap_day(work: Work, actor: Actor, locality_id: str, day: str, json_data: dict[str, Any]) -> Any:
    """Enter or change a swap day; deadlines that roll move in the same transaction. `preview` only tells."""
    swap = SwapDay(
        _day(day),
        DayKind(json_data["kind"]),
        Label(json_data["name_vi"], json_data["name_en"]),
        Guidance(**json_data["guidance"]),
    )
    effect = swap_days.enter(
        work, actor, locality_id, swap, reason=json_data["reason"], seen=json_data["edition"]
    )
    return amended(work, locality_id, json_data, effect)


@blueprint.post(f"{_DAY}/withdraw")
@allow(Who.ADMINISTRATORS)
@blueprint.input(Amending)
@changes
@blueprint.output(Amended)
def withdraw_swap_day(work: Work, actor: Actor, locality_id: str, day: str, json_data: dict[str, Any]) -> Any:
    """Withdraw a swap day; one of the plan's files stays withdrawn when they are loaded again."""
    effect = swap_days.withdraw(
        work, actor, locality_id, _day(day), reason=json_data["reason"], seen=json_data["edition"]
    )
    return amended(work, locality_id, json_data, effect)


@blueprint.post(f"{_DAY}/restore")
@allow(Who.ADMINISTRATORS)
@blueprint.input(Amending)
@changes
@blueprint.output(Amended)
def restore_swap_day(work: Work, actor: Actor, locality_id: str, day: str, json_data: dict[str, Any]) -> Any:
    """Let a withdrawn swap day of the plan's files hold again."""
    effect = swap_days.restore(
        work, actor, locality_id, _day(day), reason=json_data["reason"], seen=json_data["edition"]
    )
    return amended(work, locality_id, json_data, effect)


def amended(work: Work, locality_id: str, given: Mapping[str, Any], effect: Effect) -> dict[str, Any]:
    """What a change did, with the edition that confirms it: a preview has raised it by one, in vain."""
    edition = localities.get(work, locality_id).edition
    return {
        "applied": not given["preview"],
        "edition": edition - 1 if given["preview"] else edition,
        "effect": effect.as_json(),
    }


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotFound(message("There is no day {day}: write it as 2024-12-05.", day=text)) from None

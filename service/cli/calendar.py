"""`trinh calendar`: the working days of a year, and swap days entered, withdrawn and restored."""

from collections.abc import Callable
from datetime import date
from typing import Any

import click

from service.cli.amending import amend, amending
from service.cli.days import DAY
from service.cli.opening import opened_services
from service.cli.telling import echo_json, telling_errors
from service.domain.amendments import Guidance
from service.domain.calendars import DayKind
from service.domain.labels import Label
from service.domain.people import SYSTEM
from service.operations.process.effects import Effect
from service.operations.schedule import calendar_years, swap_days
from service.operations.schedule.swap_days import SwapDay
from service.store.work import Work


@click.group()
def calendar() -> None:
    """The working calendar of a locality."""


@calendar.command("show")
@click.option("--locality", required=True, help="Its id, such as van-ninh.")
@click.option("--year", type=int, help="The present one without it.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@telling_errors
def show(locality: str, year: int | None, as_json: bool) -> None:
    """Shows a year: days off, swap days, and the last days of deadlines."""
    with opened_services() as services, services.database.read() as work:
        shown = calendar_years.show(work, locality, year)
        found = shown.as_json()
    if as_json:
        echo_json(found)
        return
    click.echo(f"{found['year']}: {found['working_days']} working days")
    for one in found["days_off"]:
        click.echo(f"{one['day']}  off      {one['name']['vi']}")
    for day in found["days_made_up"]:
        click.echo(f"{day}  working  made up")
    for one in found["deadlines"]:
        rest = "  ! rest day" if one["rest_day"] else ""
        click.echo(f"{one['last_day']}  last day {one['round']}/{one['deadline']}{rest}")


@calendar.command("enter")
@click.option("--locality", required=True)
@click.option("--day", type=DAY, required=True, help="2024-12-04.")
@click.option("--kind", type=click.Choice([kind.value for kind in DayKind]), required=True)
@click.option("--name", "name_vi", required=True, help="In Vietnamese.")
@click.option("--name-en", default="", help="In English.")
@click.option("--document", "number", required=True, help="Its number, such as 12/TB-UBND.")
@click.option("--issuer", required=True)
@click.option("--issued-on", type=DAY, required=True, help="2024-11-01.")
@click.option("--section", required=True)
@click.option("--quote", required=True, help="Its words.")
@amending
@telling_errors
def enter(locality: str, day: date, reason: str, preview: bool, as_json: bool, **given: Any) -> None:
    """Enters a swap day, or changes it; whatever rolls off rest days moves at once."""
    guidance = Guidance(
        given["number"], given["issuer"], given["issued_on"], given["section"], given["quote"]
    )
    name = Label(given["name_vi"], given["name_en"])
    swap = SwapDay(day, DayKind(given["kind"]), name, guidance)

    def act(work: Work) -> Effect:
        return swap_days.enter(work, SYSTEM, locality, swap, reason=reason)

    amend(act, preview, as_json)


def _given(change: Callable[..., Effect], does: str) -> Callable[..., None]:
    """A command that does something with a swap day that is known."""

    @click.option("--locality", required=True)
    @click.option("--day", type=DAY, required=True, help="2024-12-04.")
    @amending
    @telling_errors
    def run(locality: str, day: date, reason: str, preview: bool, as_json: bool) -> None:
        amend(lambda work: change(work, SYSTEM, locality, day, reason=reason), preview, as_json)

    run.__doc__ = does
    return run


calendar.command("withdraw")(
    _given(
        swap_days.withdraw,
        "Withdraws a swap day; one of the files stays withdrawn when they are loaded again.",
    )
)
calendar.command("restore")(_given(swap_days.restore, "Lets a withdrawn swap day of the files hold again."))

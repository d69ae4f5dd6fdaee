"""`trinh absence`: who is away, who stands in for them."""

from datetime import datetime

import click

from service.cli.opening import opened_services
from service.cli.telling import echo_json, telling_errors
from service.domain.people import SYSTEM
from service.operations.staff import people, substitutions
from service.operations.staff.substitutions import Away
from service.store.tables import Substitution

_DAY = click.DateTime(["%Y-%m-%d", "%d/%m/%Y"])


@click.group()
def absence() -> None:
    """Absences and substitutes."""


@absence.command("list")
@click.option("--locality", required=True, help="Its id, such as van-ninh.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@telling_errors
def list_all(locality: str, as_json: bool) -> None:
    """Lists who is away now or will be."""
    with opened_services() as services, services.database.read() as work:
        found = [_as_json(row) for row in substitutions.list_for(work, SYSTEM, locality)]
    if as_json:
        echo_json({"absences": found})
        return
    for one in found:
        click.echo(
            f"{one['id']}  {one['first_day']} {one['last_day']}  {one['absent']} <- {one['substitute']}  "
            f"{one['reason']}"
        )


@absence.command("enter")
@click.option("--locality", required=True)
@click.argument("absent")
@click.argument("substitute")
@click.option("--from", "first", type=_DAY, required=True, help="The first day.")
@click.option("--to", "last", type=_DAY, required=True, help="The last day; it still counts.")
@click.option("--reason", required=True)
@telling_errors
def enter(locality: str, absent: str, substitute: str, first: datetime, last: datetime, reason: str) -> None:
    """Lets SUBSTITUTE stand in for ABSENT, both by their sign-in names, in all roles of the locality."""
    with opened_services() as services, services.database.write() as work:
        away = people.actor_named(work, absent)
        stands_in = people.actor_named(work, substitute)
        row = substitutions.enter(
            work,
            SYSTEM,
            locality,
            Away(away.person_id, stands_in.person_id, first.date(), last.date(), reason),
        )
        click.echo(f"{row.id}  {away.name} <- {stands_in.name}")


@absence.command("end")
@click.argument("number", type=click.IntRange(min=1))
@telling_errors
def end(number: int) -> None:
    """Ends an absence before its last day."""
    with opened_services() as services, services.database.write() as work:
        substitutions.end(work, SYSTEM, number)
    click.echo(f"{number} ended")


def _as_json(row: Substitution) -> dict[str, object]:
    return {
        "id": row.id,
        "absent": row.absent.name,
        "substitute": row.substitute.name,
        "first_day": row.first_day.isoformat(),
        "last_day": row.last_day.isoformat(),
        "reason": row.reason,
    }

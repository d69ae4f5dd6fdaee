"""`trinh duties`: which reports are owed by when, and how many have come."""

import click

from service.cli.opening import opened_services
from service.cli.telling import echo_json, telling_errors
from service.operations.schedule import duties as operations


@click.command()
@click.option("--locality", required=True, help="Its id, such as van-ninh.")
@click.option("--year", type=int, help="One year; all years without it.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@telling_errors
def duties(locality: str, year: int | None, as_json: bool) -> None:
    """Lists the reports that a locality's plan asks for: sent, missing, late."""
    with opened_services() as services, services.database.read() as work:
        found = [operations.as_json(page) for page in operations.list_duties(work, locality, year)]
    if as_json:
        echo_json(found)
        return
    for one in found:
        when = one["due_at"] or f"awaits {one['awaits']}"
        source = one["source"]
        click.echo(
            f"{one['round']:24} {when:26} sent {one['sent']:3} missing {one['missing']:3} "
            f"late {one['late']:3}  ({source['document']}, {source['section']})"
        )

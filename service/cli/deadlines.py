"""`trinh deadlines`: what is due when, and which clause orders it."""

from typing import Any

import click

from service.cli.opening import opened_services
from service.cli.telling import chosen_language, echo_json, telling_errors
from service.operations.schedule import rounds


@click.command()
@click.option("--locality", required=True, help="Its id, such as van-ninh.")
@click.option("--round", "round_key", help="KIND-YEAR, such as annual-2024; all rounds without it.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@telling_errors
def deadlines(locality: str, round_key: str | None, as_json: bool) -> None:
    """Lists the deadlines of a locality's rounds with the clauses that order them."""
    with opened_services() as services, services.database.read() as work:
        found = rounds.deadlines_json(work, locality, round_key, chosen_language())
    if as_json:
        echo_json(found)
        return
    for one in found:
        when = one["due_at"] or one["note"] or f"awaits {one['awaits']}"
        source: Any = one["source"]
        click.echo(f"{one['round']:16} {one['key']:20} {when}  ({source['document']}, {source['section']})")
        if one["warning"]:
            click.echo(f"{'':38}! {one['warning']}")
        extensions: Any = one["extensions"]
        for granted in extensions:
            click.echo(f"{'':17}{granted['unit']['key']:20} {granted['due_at']}  {granted['reason']}")

"""What commands share that change a locality's rules: a reason, a preview, and what moved."""

from collections.abc import Callable
from typing import Any

import click

from service.cli.opening import opened_services
from service.cli.telling import echo_json
from service.operations import effects
from service.operations.effects import Effect
from service.store.work import Work


def amending(command: Callable[..., None]) -> Callable[..., None]:
    """The options that every such command has."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="For programs."),
        click.option("--preview", is_flag=True, help="Only tell what would move; change nothing."),
        click.option("--reason", required=True, help="Why; kept in the history."),
    ):
        command = option(command)
    return command


def amend(act: Callable[[Work], Effect], preview: bool, as_json: bool) -> None:
    """Makes a change, or only tries it, and tells what moves with it."""
    with opened_services() as services:
        if preview:
            effect = effects.tried(services.database, act)
        else:
            with services.database.write() as work:
                effect = act(work)
    told: dict[str, Any] = {"applied": not preview, "effect": effect.as_json()}
    if as_json:
        echo_json(told)
        return
    for move in effect.moves:
        click.echo(f"{move.round_key}/{move.deadline_key}: {move.before} -> {move.after}")
    state = "would move" if preview else "moved"
    click.echo(
        f"{state}: dossiers {effect.dossiers}, tasks {effect.tasks}, "
        f"reminders {effect.reminders}, timers {effect.timers}"
    )

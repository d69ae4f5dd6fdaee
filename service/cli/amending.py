"""What commands share that change a locality's rules: a reason, a preview, and what moved."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from service.cli.opening import opened_services
from service.cli.telling import echo_json
from service.operations.process import effects
from service.operations.process.effects import Effect
from service.store.work import Work

Made = TypeVar("Made")


def amending(command: Callable[..., None]) -> Callable[..., None]:
    """The options that every such command has."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="For programs."),
        click.option("--preview", is_flag=True, help="Only tell what would move; change nothing."),
        click.option("--reason", required=True, help="Why; kept in the history."),
    ):
        command = option(command)
    return command


def tried_or_made(act: Callable[[Work], Made], preview: bool) -> Made:
    """What a change comes to: of a preview the same change, taken back."""
    with opened_services() as services:
        if preview:
            return effects.tried(services.database, act)
        with services.database.write() as work:
            return act(work)


def amend(act: Callable[[Work], Effect], preview: bool, as_json: bool) -> None:
    """Makes a change, or only tries it, and tells what moves with it."""
    effect = tried_or_made(act, preview)
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

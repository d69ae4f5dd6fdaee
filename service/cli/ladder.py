"""`trinh ladder`: reminder ladders shown with their dates, created, changed and withdrawn."""

from pathlib import Path
from zoneinfo import ZoneInfo

import click

from service.cli.amending import amend, amending
from service.cli.opening import opened_services
from service.cli.telling import echo_json, telling_errors
from service.domain.labels import Label
from service.domain.people import SYSTEM
from service.localities import read_ladder
from service.operations.process.effects import Effect
from service.operations.schedule import ladders
from service.store import localities
from service.store.work import Work


@click.group()
def ladder() -> None:
    """Reminder ladders."""


@ladder.command("list")
@click.option("--locality", required=True, help="Its id, such as van-ninh.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@telling_errors
def list_all(locality: str, as_json: bool) -> None:
    """Lists the ladders of a locality with their reminders."""
    with opened_services() as services, services.database.read() as work:
        found = ladders.as_json(work, locality)
    if as_json:
        echo_json(found)
        return
    for one in found["ladders"]:
        click.echo(f"{one['key']}  {one['name']['vi']}  deadlines {len(one['deadlines'])}")
        for rung in one["rungs"]:
            click.echo(f"  {rung['days']:+4} {rung['count']:9} {rung['at']}  {rung['audience']}")


@ladder.command("dates")
@click.option("--locality", required=True)
@click.argument("key")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@telling_errors
def dates(locality: str, key: str, as_json: bool) -> None:
    """Tells on which days the reminders of a ladder fall for the deadlines to come."""
    with opened_services() as services, services.database.read() as work:
        zone = ZoneInfo(localities.get(work, locality).zone)
        found = [
            {
                "round": one.page.round.key,
                "deadline": one.deadline.key,
                "rule": reminder.rule_key,
                "audience": reminder.audience.value,
                "fire_at": reminder.fire_at.astimezone(zone).isoformat(),
            }
            for one in ladders.dates(work, locality, ladders.show(work, locality, key).ladder)
            for _, reminder in one.reminders
        ]
    if as_json:
        echo_json(found)
        return
    for line in found:
        click.echo(
            f"{line['fire_at']}  {line['round']}/{line['deadline']}  {line['rule']}  {line['audience']}"
        )


@ladder.command("set")
@click.option("--locality", required=True)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--name", "name_vi", help="In Vietnamese; its own key without it.")
@click.option("--name-en", default="", help="In English.")
@amending
@telling_errors
def set_one(
    locality: str, file: Path, name_vi: str | None, name_en: str, reason: str, preview: bool, as_json: bool
) -> None:
    """Changes the ladder of a FILE in the shape of reminders.yaml; one that is new is created.

    A new ladder is called by its name; the key in the file names one that stands.
    """
    given = read_ladder(file.read_text(encoding="utf-8-sig"))

    def act(work: Work) -> Effect:
        named = localities.ladders(work, locality)
        name = Label(name_vi or given.key, name_en)
        if given.key not in named:
            return ladders.create(work, SYSTEM, locality, name, given.rungs, reason=reason)[1]
        name = name if name_vi else ladders.show(work, locality, given.key).name
        return ladders.save(work, SYSTEM, locality, given.key, name, given.rungs, reason=reason)

    amend(act, preview, as_json)


@ladder.command("withdraw")
@click.option("--locality", required=True)
@click.argument("key")
@amending
@telling_errors
def withdraw(locality: str, key: str, reason: str, preview: bool, as_json: bool) -> None:
    """Takes back what was changed about a ladder here; one that the files do not know goes."""

    def act(work: Work) -> Effect:
        return ladders.withdraw(work, SYSTEM, locality, key, reason=reason)

    amend(act, preview, as_json)

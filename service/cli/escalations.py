"""`trinh escalation`: which late steps have climbed, who was asked; and answering one."""

from typing import Any
from zoneinfo import ZoneInfo

import click

from service.cli.opening import opened_services
from service.cli.telling import echo_json, local_time, telling_errors
from service.domain.people import SYSTEM
from service.operations.process import escalations
from service.operations.process.escalations import Climb, Rung
from service.operations.staff import people
from service.operations.work import acknowledgements


@click.group(invoke_without_command=True)
@click.option("--level", type=click.IntRange(1, 9), help="Only those that have climbed to this level.")
@click.option(
    "--answered/--unanswered", "answered", default=None, help="Only those all of whose asked have answered."
)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_context
@telling_errors
def escalation(context: click.Context, level: int | None, answered: bool | None, as_json: bool) -> None:
    """Lists the late steps that have been escalated, the longest overdue first."""
    if context.invoked_subcommand is not None:
        return
    with opened_services() as services, services.database.read() as work:
        climbs = escalations.list_running(work, SYSTEM, level=level, acknowledged=answered)
        found = [_as_json(climb) for climb in climbs]
    if as_json:
        echo_json(found)
        return
    for one in found:
        click.echo(f"{one['code']:16} {one['office']:20} {one['due_at']} level {one['level']}  {one['name']}")
        for asked in one["asked"]:
            told = f"{asked['answered_by']}: {asked['note']}" if asked["note"] else asked["state"]
            click.echo(f"{asked['task_id']:>16} {asked['office']:20} {asked['asked_at']} {told}")
    click.echo(f"escalations: {len(found)}")


@escalation.command()
@click.argument("task_id", type=click.IntRange(min=1))
@click.option("--note", required=True, help="The instruction: what is to be done, by whom and by when.")
@click.option("--as", "who", required=True, help="Sign-in name of whoever was asked and answers.")
@telling_errors
def acknowledge(task_id: int, note: str, who: str) -> None:
    """Answers an escalation, by the TASK_ID of who was asked: it climbs no further."""
    with opened_services() as services, services.database.write() as work:
        task = acknowledgements.acknowledge(work, people.actor_named(work, who), task_id, note)
        code = task.dossier.code
    click.echo(f"escalation answered: {code} {task_id}")


def _as_json(climb: Climb) -> dict[str, Any]:
    late = climb.late
    zone = ZoneInfo(late.dossier.round.locality.zone)
    return {
        "code": late.dossier.code,
        "task_id": late.id,
        "name": late.name,
        "office": late.group.organisation.key,
        "due_at": local_time(late.due_at, zone),
        "level": climb.level,
        "since": local_time(climb.since, zone),
        "acknowledged": climb.acknowledged,
        "asked": [_asked(rung, zone) for rung in climb.rungs],
    }


def _asked(rung: Rung, zone: ZoneInfo) -> dict[str, Any]:
    answer = rung.answer
    return {
        "task_id": rung.task.id,
        "level": rung.level,
        "state": rung.state,
        "office": rung.task.group.organisation.key,
        "asked_at": local_time(rung.task.opened_at, zone),
        "answered_by": answer.person_name if answer else None,
        "note": answer.reason if answer else None,
    }

"""`trinh duties` and `trinh duty`: which reports are owed by when, by whom, and opening them by hand."""

from typing import Any
from zoneinfo import ZoneInfo

import click

from service.cli.opening import opened_services
from service.cli.telling import echo_json, local_time, telling_errors
from service.domain.people import SYSTEM
from service.operations.schedule import duties as operations
from service.operations.schedule import report_openings
from service.operations.schedule.duties import Line

_LOCALITY = click.option("--locality", required=True, help="Its id, such as van-ninh.")
_DUTY = click.option("--duty", "key", required=True, help="KEY-YEAR, such as result_report-2024.")


@click.command()
@_LOCALITY
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
        click.echo(f"{_in_short(one)}  ({one['source']['document']}, {one['source']['section']})")


@click.group()
def duty() -> None:
    """One report that the plan asks for, in one year: who owes it; opening what is missing."""


@duty.command()
@_LOCALITY
@_DUTY
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@telling_errors
def show(locality: str, key: str, as_json: bool) -> None:
    """Lists everybody who owes the report, the late ones first."""
    with opened_services() as services, services.database.read() as work:
        page = operations.show(work, locality, key)
        zone = ZoneInfo(page.locality.zone)
        told = {**operations.as_json(page), "reports": [_line(line, zone) for line in page.lines]}
    if as_json:
        echo_json(told)
        return
    click.echo(_in_short(told))
    for one in told["reports"]:
        late = "late" if one["late"] else ""
        click.echo(
            f"{one['unit']:24} {one['last_day'] or '-':10} {one['state']:10} {late:4} {one['code'] or '-'}"
        )


@duty.command("open")
@_LOCALITY
@_DUTY
@click.option("--unit", help="Key of one organisation; everybody whose report is missing without it.")
@telling_errors
def open_missing(locality: str, key: str, unit: str | None) -> None:
    """Opens the reports that are still missing, whatever the date."""
    with opened_services() as services, services.database.write() as work:
        codes = [one.code for one in report_openings.open_by_hand(work, SYSTEM, locality, key, unit)]
    for code in codes:
        click.echo(code)
    click.echo(f"reports opened: {len(codes)}")


def _in_short(told: dict[str, Any]) -> str:
    when = told["due_at"] or f"awaits {told['awaits']}"
    counted = " ".join(f"{word} {told[word]:3}" for word in ("sent", "missing", "late"))
    return f"{told['round']:24} {when:26} {counted}"


def _line(line: Line, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "unit": line.unit.key,
        "code": line.report.code if line.report else None,
        "state": line.standing.state.value,
        "late": line.standing.late,
        "last_day": line.last_day.isoformat() if line.last_day else None,
        "extended": line.extended,
        "sent_at": local_time(line.sent_at, zone),
        "reminded": line.reminded.times if line.reminded else 0,
    }

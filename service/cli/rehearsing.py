"""`trinh rehearse`: what a round would send to whom and when, before it is real."""

from pathlib import Path
from zoneinfo import ZoneInfo

import click

from service.cli.opening import opened_services
from service.cli.telling import chosen_language, echo_json, telling_errors
from service.domain.errors import message
from service.localities import read_ladder
from service.rehearsals import Asked, Difference, Proposal, Rehearsed, Result, as_json, read_dates, rehearse
from service.rehearsals.results import Mail
from service.rehearsals.writing import counts
from service.translations import translate


@click.command(name="rehearse")
@click.option("--locality", required=True, help="Its id, such as van-ninh.")
@click.option("--round", "round_key", required=True, help="KIND-YEAR, such as annual-2024.")
@click.option("--units", type=int, help="How many units take part; every unit of the locality without it.")
@click.option("--late", type=float, default=0.2, show_default=True, help="Share that acts late, 0 to 1.")
@click.option("--returned", type=float, default=0.1, show_default=True, help="Share returned once, 0 to 1.")
@click.option(
    "--from-opening",
    is_flag=True,
    help="Play the whole round from its opening; else the dossiers under way are taken further from now.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Same seed, same rehearsal.")
@click.option(
    "--change",
    "dates",
    multiple=True,
    metavar="KEY=DATE[,bound=…][,roll=…]",
    help="Try another date: labour_review=2024-12-03.",
)
@click.option(
    "--ladder",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Try another ladder: a file like reminders.yaml with one ladder.",
)
@click.option(
    "--diagram",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Try another diagram: a .bpmn file.",
)
@click.option("--json", "as_json_", is_flag=True, help="For programs.")
@telling_errors
def rehearse_round(
    locality: str,
    round_key: str,
    units: int | None,
    late: float,
    returned: float,
    from_opening: bool,
    seed: int,
    dates: tuple[str, ...],
    ladder: Path | None,
    diagram: Path | None,
    as_json_: bool,
) -> None:
    """Rehearses a round on a copy with a clock that jumps; nothing is sent and nothing is changed."""
    asked = Asked(locality, round_key, units, late, returned, seed, from_opening)
    proposal = Proposal(
        read_dates(dates),
        read_ladder(ladder.read_text(encoding="utf-8-sig")) if ladder else None,
        diagram.read_bytes() if diagram else None,
    )
    with opened_services() as services:
        rehearsed = rehearse(services.database, asked, proposal)
    if as_json_:
        echo_json(as_json(rehearsed))
    else:
        _tell(rehearsed, chosen_language())


def _tell(rehearsed: Rehearsed, language: str) -> None:
    if rehearsed.changed is not None and rehearsed.difference is not None:
        _tell_result(rehearsed.changed, language)
        click.echo("")
        _tell_difference(rehearsed.difference, rehearsed.changed.zone)
        return
    _tell_result(rehearsed.result, language)


def _tell_result(result: Result, language: str) -> None:
    click.echo(", ".join(f"{name} {number}" for name, number in counts(result).items()))
    for due in result.awaits:
        told = message(
            "{deadline} has no date: guidance of {whom} is awaited.", deadline=due.name, whom=due.awaits
        )
        click.echo(translate(told, language))
    for line in result.by_office_and_day():
        name = result.names.organisations[line.organisation].in_language(language)
        click.echo(
            f"{line.day:%d/%m/%Y}  {line.mails:4} mail {line.overdue:4} late {line.escalations:4} escalated"
            f"  {name}"
        )
    for stuck in result.stuck:
        click.echo(
            f"STUCK {stuck.at:%d/%m/%Y} {stuck.unit or '-'} {stuck.step or '-'}: "
            f"{translate(stuck.reason, language)}"
        )


def _tell_difference(difference: Difference, zone: ZoneInfo) -> None:
    for mail in difference.mails.dropped:
        click.echo(f"- {_mail(mail, zone)}")
    for mail in difference.mails.added:
        click.echo(f"+ {_mail(mail, zone)}")
    for moved in difference.mails.moved:
        click.echo(f"~ {_mail(moved.before, zone)} -> {moved.after.at.astimezone(zone):%d/%m/%Y %H:%M}")
    for name in ("mails", "overdue", "escalations"):
        one = getattr(difference, name)
        click.echo(f"{name}: {len(one.added)} added, {len(one.dropped)} dropped, {len(one.moved)} moved")


def _mail(mail: Mail, zone: ZoneInfo) -> str:
    what = f"{mail.template}/{mail.rung}" if mail.rung else mail.template
    to = f"{mail.to.organisation}/{mail.to.role}/{mail.to.number}"
    return f"{mail.at.astimezone(zone):%d/%m/%Y %H:%M} {what} {mail.unit} {mail.step or '-'} to {to}"

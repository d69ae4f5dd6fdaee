"""`trinh round` and `trinh deadline`: rounds created, deadlines set, changed, extended, given back."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import click

from service.cli.amending import tried_or_made
from service.cli.days import DAY
from service.cli.opening import opened_services
from service.cli.telling import chosen_language, echo_json, local_time, telling_errors
from service.domain.amendments import Guidance
from service.domain.deadlines import Bound, LatePolicy, Roll, in_words
from service.domain.errors import Invalid, message
from service.domain.labels import Label
from service.domain.people import SYSTEM, Actor
from service.domain.rounds import AWARD_KINDS, RoundKind
from service.operations import calendars
from service.operations.schedule import deadlines, new_rounds, rounds
from service.operations.schedule.deadlines import Changed, Extending, Place, Terms
from service.operations.schedule.new_rounds import Dated, NewRound
from service.operations.staff import people
from service.store import deadlines as rows
from service.store import localities
from service.store.work import Work
from service.translations import translate

Options = Callable[[Callable[..., None]], Callable[..., None]]


_PLACE = (
    click.option("--locality", required=True, help="Its id, such as van-ninh."),
    click.option("--round", "round_key", required=True, help="KIND-YEAR, such as final-2025."),
    click.option("--deadline", "key", required=True, help="Its key, such as unit_submission."),
)
_WHY = (
    click.option("--reason", required=True, help="Why; it is kept in the histories."),
    click.option(
        "--as", "who", help="Sign-in name of the administrator who decides; the operator without it."
    ),
    click.option("--preview", is_flag=True, help="Only tell what would move; nothing is changed."),
    click.option("--json", "as_json", is_flag=True, help="For programs."),
)
_SEEN = click.option("--edition", type=int, help="Refuse if anything has changed since a preview told it.")
_GUIDANCE = (
    click.option("--number", help="Number of the guiding document, such as 12/HD-UBND."),
    click.option("--issuer", default="", help="Who issued it."),
    click.option("--issued-on", type=DAY, help="The day it was issued."),
    click.option("--section", default="", help="The clause."),
    click.option("--quote", default="", help="Its words."),
    click.option("--unverified", is_flag=True, help="The words were not read in the document itself."),
)
_RULE = (
    click.option("--bound", type=click.Choice([one.value for one in Bound])),
    click.option("--roll", type=click.Choice([one.value for one in Roll])),
    click.option("--late", type=click.Choice([one.value for one in LatePolicy])),
    click.option("--ladder", help="Key of a reminder ladder."),
)


def _with(*options: Options) -> Options:
    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


@click.group()
def deadline() -> None:
    """Sets, changes, extends deadlines, and gives them back to the plan."""


@deadline.command("set")
@_with(*_PLACE, click.option("--day", type=DAY, required=True), *_RULE, *_GUIDANCE, *_WHY, _SEEN)
@telling_errors
def set_deadline(**given: Any) -> None:
    """Gives a deadline its date, by the guiding document that was awaited."""
    _change(given)


@deadline.command()
@_with(
    *_PLACE,
    click.option("--day", type=DAY, help="The new day; it stays without one."),
    click.option("--awaits", help="Take the date away: whose guidance is awaited from now on."),
    *_RULE,
    *_GUIDANCE,
    *_WHY,
    _SEEN,
)
@telling_errors
def change(**given: Any) -> None:
    """Changes the day, the bound, the roll, the late policy or the ladder of a deadline."""
    _change(given)


@deadline.command()
@_with(
    *_PLACE,
    click.option("--unit", required=True, help="Key of the unit."),
    click.option("--day", type=DAY, required=True, help="Its new last day, which still counts."),
    click.option("--granted-by", default="", help="Who granted it."),
    *_GUIDANCE,
    *_WHY,
    _SEEN,
)
@telling_errors
def extend(**given: Any) -> None:
    """Grants one unit a later last day."""
    extending = Extending(given["unit"], given["day"], given["granted_by"])

    def act(work: Work, who: Actor, place: Place) -> Changed:
        return deadlines.extend(
            work,
            who,
            place,
            extending,
            reason=given["reason"],
            guidance=_guidance(given),
            seen=given["edition"],
        )

    _make(given, act)


@deadline.command("end-extension")
@_with(*_PLACE, click.option("--unit", required=True, help="Key of the unit."), *_WHY, _SEEN)
@telling_errors
def end_extension(**given: Any) -> None:
    """Ends a unit's extension: the deadline holds for it as for all others."""
    _make(
        given,
        lambda work, who, place: deadlines.end_extension(
            work, who, place, given["unit"], reason=given["reason"], seen=given["edition"]
        ),
    )


@deadline.command()
@_with(*_PLACE, *_WHY, _SEEN)
@telling_errors
def withdraw(**given: Any) -> None:
    """Gives a deadline back to the plan: it follows the files again."""
    _make(
        given,
        lambda work, who, place: deadlines.withdraw(
            work, who, place, reason=given["reason"], seen=given["edition"]
        ),
    )


@click.group("round")
def round_() -> None:
    """Creates rounds by the plan's own rules, and takes them back."""


@round_.command()
@click.option("--locality", required=True, help="Its id, such as van-ninh.")
@click.option("--kind", type=click.Choice([one.value for one in AWARD_KINDS]), required=True)
@click.option("--year", type=int, required=True)
@click.option("--name", help="In Vietnamese; the plan's without it.")
@click.option("--name-en", default="", help="In English.")
@click.option("--award", "awards", multiple=True, help="Key of an award; the plan's without it. Repeatable.")
@click.option("--opens-on", type=DAY, help="The day from which units can open dossiers.")
@click.option(
    "--by", "by", multiple=True, metavar="KEY=DAY", help="A last day that still counts. Repeatable."
)
@click.option("--before", "before", multiple=True, metavar="KEY=DAY", help="A day that is late. Repeatable.")
@_with(*_GUIDANCE, *_WHY)
@telling_errors
def create(**given: Any) -> None:
    """Creates a round; deadlines are those that the plan proposes unless --by or --before name others."""
    new = NewRound(
        RoundKind(given["kind"]),
        given["year"],
        name=Label(given["name"], given["name_en"]) if given["name"] else None,
        awards=given["awards"] or None,
        opens_on=given["opens_on"],
        days=_days(given["by"], Bound.BY) | _days(given["before"], Bound.BEFORE),
    )

    def act(work: Work) -> list[dict[str, object]]:
        row = new_rounds.create(
            work,
            _actor(work, given["who"]),
            given["locality"],
            new,
            reason=given["reason"],
            guidance=_guidance(given),
        )
        return rounds.deadlines_json(work, given["locality"], row.key, chosen_language())

    told = tried_or_made(act, given["preview"])
    if given["as_json"]:
        echo_json({"applied": not given["preview"], "deadlines": told})
        return
    for one in told:
        click.echo(f"{one['round']:16} {one['key']:20} {one['words']}")
        if one["warning"]:
            click.echo(f"  {one['warning']}")
    _tell_applied(not given["preview"])


@round_.command("close")
@click.option("--locality", required=True, help="Its id, such as van-ninh.")
@click.option("--round", "round_key", required=True, help="KIND-YEAR, such as annual-2026.")
@_with(*_WHY)
@telling_errors
def close(**given: Any) -> None:
    """Takes back a round that was created here and in which nothing has been opened."""

    def act(work: Work) -> str:
        who = _actor(work, given["who"])
        return new_rounds.close(work, who, given["locality"], given["round_key"], reason=given["reason"]).key

    key = tried_or_made(act, given["preview"])
    if given["as_json"]:
        echo_json({"applied": not given["preview"], "closed": key})
        return
    click.echo(translate(message("Round taken back: {round}", round=key), chosen_language()))
    _tell_applied(not given["preview"])


@round_.command("changes")
@click.option("--locality", required=True, help="Its id, such as van-ninh.")
@click.option("--round", "round_key", required=True, help="KIND-YEAR, such as annual-2024.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@telling_errors
def list_changes(locality: str, round_key: str, as_json: bool) -> None:
    """Lists every change of a round's deadlines, the newest first: both dates, why, by whom."""
    with opened_services() as services, services.database.read() as work:
        page = rounds.show(work, locality, round_key)
        zone = ZoneInfo(page.locality.zone)
        found: list[dict[str, Any]] = [
            {
                "deadline": row.key,
                "unit": unit.key if unit else None,
                "changed_at": local_time(change.changed_at, zone),
                "by": who,
                "reason": change.reason,
                "before": change.before,
                "after": change.after,
                "guidance": change.guidance,
            }
            for change, row, who, unit in rows.changes(work, page.round.id)
        ]
    if as_json:
        echo_json(found)
        return
    for one in found:
        before, after = ((one[side] or {}).get("last_day") or "-" for side in ("before", "after"))
        about = f"{one['deadline']} {one['unit'] or ''}".rstrip()
        click.echo(
            f"{one['changed_at']} {about}: {before} -> {after}  {one['by'] or 'trinh'}: {one['reason']}"
        )


def _change(given: dict[str, Any]) -> None:
    def act(work: Work, who: Actor, place: Place) -> Changed:
        return deadlines.change(
            work,
            who,
            place,
            _terms(work, place, given),
            reason=given["reason"],
            guidance=_guidance(given),
            seen=given["edition"],
        )

    _make(given, act)


def _terms(work: Work, place: Place, given: dict[str, Any]) -> Terms:
    """What was given over what the deadline says now."""
    row = rows.of_round(work, place.locality, place.round, place.deadline)
    awaits = given.get("awaits")
    day = given["day"] or (None if awaits else row.day)
    return Terms(
        day=day,
        bound=Bound(given["bound"] or row.bound),
        roll=Roll(given["roll"] or row.roll),
        late=LatePolicy(given["late"] or row.late_policy),
        ladder=given["ladder"] or row.ladder,
        awaits=awaits or (None if day else row.awaits),
    )


def _make(given: dict[str, Any], verb: Callable[[Work, Actor, Place], Changed]) -> None:
    """Tries or makes a change, and tells what it comes to."""
    place = Place(given["locality"], given["round_key"], given["key"])

    def act(work: Work) -> tuple[Changed, dict[str, Any]]:
        locality = localities.get(work, place.locality)
        seen = locality.edition
        changed = verb(work, _actor(work, given["who"]), place)
        told = changed.as_json(calendars.of(work, locality), chosen_language())
        return changed, {"edition": seen if given["preview"] else locality.edition} | told

    changed, told = tried_or_made(act, given["preview"])
    if given["as_json"]:
        echo_json({"applied": not given["preview"]} | told)
    else:
        _tell(changed)
        _tell_applied(not given["preview"])


def _tell(changed: Changed) -> None:
    language = chosen_language()
    before, after = (translate(in_words(one), language) for one in (changed.before, changed.after))
    click.echo(f"{changed.after.name.in_language(language)}: {before} → {after}")
    effect = changed.effect
    said = message(
        "Dossiers: {dossiers}, open tasks: {tasks}, reminders: {reminders}, escalations: {timers}.",
        dossiers=effect.dossiers,
        tasks=effect.tasks,
        reminders=effect.reminders,
        timers=effect.timers,
    )
    click.echo(translate(said, language))
    for caution in changed.cautions:
        click.echo(f"! {translate(caution, language)}")


def _tell_applied(applied: bool) -> None:
    if not applied:
        click.echo(translate(message("Only a preview: nothing has been changed."), chosen_language()))


def _actor(work: Work, sign_in_name: str | None) -> Actor:
    """The administrator who decides; the operator of this command line without one."""
    return SYSTEM if sign_in_name is None else people.actor_named(work, sign_in_name)


def _guidance(given: dict[str, Any]) -> Guidance | None:
    """The guiding document; each part of it is needed as soon as one is given."""
    if not any(given[part] for part in ("number", "issuer", "issued_on", "section", "quote")):
        return None
    if given["issued_on"] is None:
        raise Invalid(
            message("The guiding document is not described whole."),
            {"issued_on": message("Write the day the document was issued.")},
        )
    return Guidance(
        given["number"] or "",
        given["issuer"],
        given["issued_on"],
        given["section"],
        given["quote"],
        verified=not given["unverified"],
    )


def _days(given: tuple[str, ...], bound: Bound) -> dict[str, Dated]:
    days: dict[str, Dated] = {}
    for text in given:
        key, _, day = text.partition("=")
        days[key] = Dated(DAY.convert(day, None, None), bound)
    return days

"""The command line `trinh`. Each command opens its own Works; errors are told in words, status 1."""

import json
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Any

import click

from service import log, shipped
from service.app import create_services
from service.clock import Clock, FakeClock, SystemClock
from service.domain.errors import Conflict, Invalid, TrinhError, message
from service.engine import Vocabulary
from service.localities import read_folder
from service.operations import demo, deployments, localities, people, rounds, ticks, verification
from service.operations.services import Services
from service.settings import read_settings
from service.store.migrations import require_current, upgrade
from service.translations import translate

LANGUAGES = click.Choice(["vi", "en"])


def telling_errors(command: Callable[..., None]) -> Callable[..., None]:
    """Turns our errors into a message and exit status 1; anything else is a fault and shows itself."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        language = click.get_current_context().find_root().params.get("language", "vi")
        with _exit_on_error(language):
            command(*args, **kwargs)

    return run


@contextmanager
def _exit_on_error(language: str) -> Iterator[None]:
    try:
        yield
    except TrinhError as error:
        click.echo(translate(error.message, language), err=True)
        for place, problem in getattr(error, "fields", {}).items():
            click.echo(f"  {place}: {translate(problem, language)}", err=True)
        sys.exit(1)
    except UnicodeDecodeError:
        click.echo(translate(message("The file is not text in UTF-8. Save it as UTF-8."), language), err=True)
        sys.exit(1)
    except OSError as error:
        told = message(
            "{place} cannot be used: {reason}. Check that it exists and may be read and written.",
            place=error.filename or "-",
            reason=error.strerror or str(error),
        )
        click.echo(translate(told, language), err=True)
        sys.exit(1)


@click.group()
@click.option("--language", type=LANGUAGES, default="vi", envvar="TRINH_LANGUAGE", help="Of the messages.")
def main(language: str) -> None:
    """Trình: award dossiers from the proposing unit to the Chairman, with their deadlines."""
    with _exit_on_error(language):
        settings = read_settings()
    log.configure(level=settings.log_level, form=settings.log_format, clock=SystemClock())


@main.command()
@telling_errors
def run() -> None:
    """The demo: web, worker and mailbox on an embedded database; prints address and sign-ins."""
    from service import demo_server  # noqa: PLC0415 - servers are loaded by the commands that serve

    demo_server.serve(read_settings())


@main.command()
@click.option("--threads", default=8, show_default=True, help="Requests served at once.")
@telling_errors
def web(threads: int) -> None:
    """Serves the screens and the API; refuses an outdated schema."""
    from service import server  # noqa: PLC0415 - servers are loaded by the commands that serve

    with _services() as services, services.database.read() as work:
        demo.refuse(work)
    server.serve_web(services.settings, threads)


@main.command()
@telling_errors
def worker() -> None:
    """Fires deadlines and sends mail; any number of workers may run. Refuses an outdated schema."""
    from service.jobs import Ticker  # noqa: PLC0415 - loaded by the command that needs it

    with _services() as services:
        with services.database.read() as work:
            demo.refuse(work)
        ticker = Ticker(services)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: ticker.request_stop())
        ticker.start()
        click.echo(f"worker {ticker.worker_id}")
        ticker.wait()
        ticker.stop()


@main.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--reason", default="", help="Why dates have changed; goes into the history.")
@telling_errors
def load(path: Path, reason: str) -> None:
    """Loads or updates a locality from its folder; loading the same again changes nothing."""
    locality = read_folder(path)
    with _upgraded() as services, services.database.write() as work:
        loaded = localities.load(work, locality, reason=reason)
    state = "loaded" if loaded.changed else "unchanged"
    click.echo(
        f"{loaded.locality_id}: {state}, version {loaded.version}, dossiers re-dated {loaded.moved_dossiers}"
    )


@main.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--note", default="", help="Why this version is deployed.")
@telling_errors
def deploy(path: Path, note: str) -> None:
    """Deploys a diagram (.bpmn), a form (.json), or every one of them in a folder; forms go first."""
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    chosen = [file for file in files if file.suffix == ".json"] + [
        file for file in files if file.suffix == ".bpmn"
    ]
    if not chosen:
        raise Invalid(message("{path} holds no .bpmn and no .json file.", path=path))
    with _upgraded() as services, services.database.write() as work:
        for file in chosen:
            if file.suffix == ".json":
                row = deployments.deploy_form(work, file.stem, file.read_text(encoding="utf-8"))
            else:
                row = deployments.deploy(work, file.read_bytes(), note)
            click.echo(f"{row.key}: version {row.version}")


@main.command()
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@telling_errors
def lint(path: Path, as_json: bool) -> None:
    """Checks a diagram without deploying it; exit status 1 when there are errors."""
    findings = deployments.lint(path.read_bytes(), _vocabulary())
    language = click.get_current_context().find_root().params["language"]
    told = [
        {
            "rule": finding.rule,
            "severity": finding.severity,
            "element": finding.element_id,
            "message": translate(finding.message, language),
            "hint": translate(finding.hint, language) if finding.hint else None,
        }
        for finding in findings
    ]
    if as_json:
        _echo_json(told)
    else:
        for one in told:
            place, hint = one["element"] or "-", one["hint"] or ""
            click.echo(f"{one['severity']} {place} [{one['rule']}] {one['message']} {hint}")
    if any(finding.severity == "error" for finding in findings):
        sys.exit(1)


@main.command()
@click.option("--locality", required=True, help="Its id, such as van-ninh.")
@click.option("--round", "round_key", help="KIND-YEAR, such as annual-2024; all rounds without it.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@telling_errors
def deadlines(locality: str, round_key: str | None, as_json: bool) -> None:
    """Lists the deadlines of a locality's rounds with the clauses that order them."""
    with _services() as services, services.database.read() as work:
        found = rounds.deadlines_json(work, locality, round_key)
    if as_json:
        _echo_json(found)
        return
    for one in found:
        when = one["due_at"] or one["note"] or f"awaits {one['awaits']}"
        source: Any = one["source"]
        click.echo(f"{one['round']:16} {one['key']:20} {when}  ({source['document']}, {source['section']})")


@main.command()
@click.option("--at", "at", required=True, help="An instant with its offset: 2024-11-30T08:00:00+07:00.")
@telling_errors
def tick(at: str) -> None:
    """Fires once everything that is due at an instant: for administrative drills."""
    instant = _instant(at)
    with _services(FakeClock(instant)) as services:
        done = ticks.tick(services.database)
    click.echo(f"reminders {done.reminders}, timers {done.timers}, failed {done.failed}")


@main.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@telling_errors
def verify(as_json: bool) -> None:
    """Proves that tasks, engine states, histories, outbox and files agree; status 1 if they do not."""
    with _services() as services, services.database.read() as work:
        report = verification.verify(work, services.settings.attachment_folder)
    if as_json:
        broken = [
            {"invariant": one.invariant, "where": one.where, "found": one.found} for one in report.broken
        ]
        _echo_json(
            {"sound": report.sound, "checked": report.checked, "broken": broken, "strays": report.strays}
        )
    else:
        click.echo(
            ", ".join(f"{name} {number}" for name, number in report.checked.items()) or "nothing to check"
        )
        for stray in report.strays:
            click.echo(f"note: the stored file {stray} belongs to no attachment")
        for one in report.broken:
            click.echo(f"BROKEN {one.invariant}: {one.where}: {one.found}")
        click.echo("sound" if report.sound else f"{len(report.broken)} broken")
    if not report.sound:
        sys.exit(1)


@main.group()
def user() -> None:
    """People."""


@user.command("add")
@click.argument("sign_in_name")
@click.option("--name", required=True)
@click.option("--email", required=True)
@click.option("--seat", "seats", multiple=True, help="LOCALITY:ORGANISATION:ROLE; may be repeated.")
@click.option("--language", "person_language", type=LANGUAGES, default="vi")
@click.option("--administrator", is_flag=True)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@telling_errors
def user_add(
    sign_in_name: str,
    name: str,
    email: str,
    seats: tuple[str, ...],
    person_language: str,
    administrator: bool,
    password_stdin: bool,
) -> None:
    """Adds a person; the password is asked for, never an argument."""
    password = (
        sys.stdin.readline().rstrip("\n")
        if password_stdin
        else click.prompt("Password", hide_input=True, confirmation_prompt=True)
    )
    parsed = [seat.split(":") for seat in seats]
    if any(len(parts) != 3 for parts in parsed):
        raise Invalid(message("Write a seat as LOCALITY:ORGANISATION:ROLE."))
    with _upgraded() as services, services.database.write() as work:
        person = people.add(
            work,
            sign_in_name=sign_in_name,
            name=name,
            email=email,
            password=password,
            seats=[(parts[0], parts[1], parts[2]) for parts in parsed],
            language=person_language,
            administrator=administrator,
        )
    click.echo(f"{person.sign_in_name} added")


def _vocabulary() -> Vocabulary:
    """What diagrams may name: by the database, or by the shipped files where nothing is loaded yet."""
    try:
        with _services() as services, services.database.read() as work:
            known = deployments.vocabulary(work)
    except Conflict:
        known = Vocabulary()
    if not known.roles:
        configured = [read_folder(folder) for folder in shipped.localities()]
        known = deployments.vocabulary_of(configured, [form.stem for form in shipped.forms()])
    return known


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise Invalid(message("Write the instant with its offset, such as 2024-11-30T08:00:00+07:00."))
    return instant


@contextmanager
def _services(clock: Clock | None = None) -> Iterator[Services]:
    settings = read_settings()
    require_current(settings.database_url)
    services = create_services(settings, clock=clock)
    try:
        yield services
    finally:
        services.database.dispose()


@contextmanager
def _upgraded() -> Iterator[Services]:
    upgrade(read_settings().database_url)
    with _services() as services:
        yield services


def _echo_json(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))

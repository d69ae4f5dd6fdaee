"""`trinh load`, `deploy`, `lint`: localities, diagrams and forms from files."""

import sys
from pathlib import Path

import click

from service import shipped
from service.cli.opening import opened_services, upgraded_services
from service.cli.telling import chosen_language, echo_json, telling_errors
from service.domain.errors import Conflict, Invalid, message
from service.engine import Vocabulary
from service.localities import read_folder
from service.operations.setup import deployments, localities
from service.translations import translate


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--reason", default="", help="Why dates have changed; goes into the history.")
@telling_errors
def load(path: Path, reason: str) -> None:
    """Loads or updates a locality from its folder; loading the same again changes nothing."""
    locality = read_folder(path)
    with upgraded_services() as services, services.database.write() as work:
        loaded = localities.load(work, locality, reason=reason)
    state = "loaded" if loaded.changed else "unchanged"
    kept = f", kept as amended here {loaded.kept}" if loaded.kept else ""
    click.echo(
        f"{loaded.locality_id}: {state}, version {loaded.version}, "
        f"dossiers re-dated {loaded.moved_dossiers}{kept}"
    )


@click.command()
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
    with upgraded_services() as services, services.database.write() as work:
        for file in chosen:
            if file.suffix == ".json":
                row = deployments.deploy_form(work, file.stem, file.read_text(encoding="utf-8"))
            else:
                row = deployments.deploy(work, file.read_bytes(), note)
            click.echo(f"{row.key}: version {row.version}")


@click.command()
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@telling_errors
def lint(path: Path, as_json: bool) -> None:
    """Checks a diagram without deploying it; exit status 1 when there are errors."""
    findings = deployments.lint(path.read_bytes(), _vocabulary())
    language = chosen_language()
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
        echo_json(told)
    else:
        for one in told:
            place, hint = one["element"] or "-", one["hint"] or ""
            click.echo(f"{one['severity']} {place} [{one['rule']}] {one['message']} {hint}")
    if any(finding.severity == "error" for finding in findings):
        sys.exit(1)


def _vocabulary() -> Vocabulary:
    """What diagrams may name: by the database, or by the shipped files where nothing is loaded yet."""
    try:
        with opened_services() as services, services.database.read() as work:
            known = deployments.vocabulary(work)
    except Conflict:
        known = Vocabulary()
    if not known.ladders:  # Every locality has one.
        configured = [read_folder(folder) for folder in shipped.localities()]
        forms = {form.stem: form.read_text(encoding="utf-8") for form in shipped.forms()}
        known = deployments.vocabulary_of(configured, forms)
    return known

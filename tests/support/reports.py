"""Duty reports for tests: the diagram they run on, and sending one."""

from service.operations.setup import deployments
from tests.builders import ROOT, World, chapter


@chapter
def deploy_reports(world: World) -> None:
    """Deploys the diagram of duty reports."""
    with world.database.write() as work:
        deployments.deploy(work, (ROOT / "bpmn" / "duty_report.bpmn").read_bytes(), "shipped")


def send_report(world: World, dossier_id: int, who: str = "clerk", **values: object) -> None:
    """Completes the owner's step; a value that is None is left out."""
    usual = {
        "outcome": "submit",
        "letter_number": "25/BC",
        "letter_date": world.today(),
        "summary": "Giảm 12 hộ nghèo.",
    }
    filled = {name: value for name, value in (usual | values).items() if value is not None}
    world.complete(who, world.task(dossier_id, "report").id, filled)

"""`trinh rehearse` as an operator types it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.cli import main
from tests.builders import ROOT, World

pytestmark = [
    pytest.mark.parametrize("world", ["sqlite"], indirect=True),
    pytest.mark.usefixtures("played_once"),
]
ROUND = ("rehearse", "--locality", "van-ninh", "--round", "annual-2024", "--units", "2")


@pytest.fixture
def on(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line works on the world's database."""
    monkeypatch.setenv("TRINH_DATABASE_URL", world.address())
    monkeypatch.setenv("TRINH_DATA", str(tmp_path / "data"))


def trinh(*given: str | Path) -> Result:
    return CliRunner().invoke(main, ["--language", "en", *map(str, given)])


@pytest.mark.usefixtures("on")
def test_it_prints_what_programs_read() -> None:
    told = json.loads(trinh(*ROUND, "--json").stdout)
    result = told["result"]
    assert result["counts"]["dossiers"] == 2
    assert result["counts"]["mails"] == len(result["mails"]) > 0
    mail = result["mails"][0]
    assert set(mail) == {"at", "unit", "step", "template", "rung", "last_day", "to", "subject"}
    assert mail["at"].endswith("+07:00")
    assert sum(line["mails"] for line in result["by_office_and_day"]) == len(result["mails"])
    assert told["changed"] is told["difference"] is None


@pytest.mark.usefixtures("on")
def test_what_is_under_way_comes_along_unless_the_opening_is_asked_for(world: World) -> None:
    world.carry_to("select")
    played_on = json.loads(trinh(*ROUND, "--json").stdout)
    assert played_on["result"]["under_way"] == played_on["result"]["counts"]["under_way"] == 1
    whole = json.loads(trinh(*ROUND, "--from-opening", "--json").stdout)
    assert whole["result"]["under_way"] == 0
    assert whole["asked"]["from_opening"] is True


@pytest.mark.usefixtures("on")
def test_a_change_is_told_by_what_it_adds_drops_and_moves() -> None:
    change = ("--late", "1", "--change", "labour_review=2024-12-03,bound=by")
    told = json.loads(trinh(*ROUND, *change, "--json").stdout)
    assert set(told["difference"]["mails"]) == {"added", "dropped", "moved"}
    assert told["difference"]["overdue"]["moved"]
    assert " moved" in trinh(*ROUND, *change).output


@pytest.mark.usefixtures("on")
def test_a_ladder_and_a_diagram_come_from_files(tmp_path: Path) -> None:
    ladder = tmp_path / "ladder.yaml"
    ladder.write_text(
        "ladders:\n  - key: default\n    rungs:\n"
        "      - {key: last_day, days: 0, count: calendar, at: 08:00, audience: candidates}\n"
    )
    told = json.loads(
        trinh(*ROUND, "--ladder", ladder, "--diagram", ROOT / "bpmn" / "award_dossier.bpmn", "--json").stdout
    )
    assert told["difference"]["mails"]["dropped"]


@pytest.mark.usefixtures("on")
def test_an_unset_round_says_whose_guidance_is_awaited() -> None:
    said = trinh("rehearse", "--locality", "van-ninh", "--round", "final-2025", "--units", "1").output
    assert "guidance of UBND tỉnh Khánh Hòa is awaited" in said


@pytest.mark.usefixtures("on")
@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--change", "labour_review"), "is no change of a date"),
        (("--change", "nothing=2024-12-03"), "This round has no deadline nothing."),
        (("--late", "2"), "Write a share between 0 and 1."),
        (("--diagram", ROOT / "forms" / "select.json"), "The diagram"),
        (("--ladder", ROOT / "bpmn" / "award_dossier.bpmn"), "problems"),
    ],
)
def test_what_cannot_be_is_told_in_words(more: tuple[str | Path, ...], said: str) -> None:
    answer = trinh(*ROUND, *more)
    assert answer.exit_code == 1
    assert said in answer.output

"""`trinh calendar` and `trinh ladder` as an operator types them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.cli import main
from tests.builders import World

ENTER = (
    "calendar", "enter", "--locality", "van-ninh", "--day", "2024-12-04", "--kind", "off", "--name", "Nghỉ",
    "--document", "1/TB", "--issuer", "Bộ", "--issued-on", "2024-11-01", "--section", "1", "--quote", "nghỉ",
    "--reason", "Thông báo",
)  # fmt: skip


@pytest.fixture(autouse=True)
def settings(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRINH_DATABASE_URL", world.address())
    monkeypatch.setenv("TRINH_DATA", str(tmp_path / "data"))


def trinh(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["--language", "en", *map(str, words)])


def shown(year: int) -> dict[str, object]:
    return json.loads(
        trinh("calendar", "show", "--locality", "van-ninh", "--year", str(year), "--json").output
    )


def test_a_swap_day_is_tried_entered_shown_and_withdrawn() -> None:
    assert "would move" in trinh(*ENTER, "--preview").output
    assert shown(2024)["swap_days"] == []
    told = json.loads(trinh(*ENTER, "--json").output)
    assert told["applied"] is True
    text = trinh("calendar", "show", "--locality", "van-ninh", "--year", "2024").output
    assert "2024-12-04  off      Nghỉ" in text
    assert "2024-11-30  last day annual-2024/unit_submission  ! rest day" in text
    withdrawn = trinh(
        "calendar", "withdraw", "--locality", "van-ninh", "--day", "2024-12-04", "--reason", "Thôi"
    )
    assert withdrawn.exit_code == 0
    assert shown(2024)["swap_days"] == []


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_wrong_days_end_with_a_message() -> None:
    words = [word if word != "2024-12-04" else "someday" for word in ENTER]
    answer = trinh(*words)
    assert (answer.exit_code, "There is no day someday" in answer.output) == (2, True)
    words = [word if word != "2024-12-04" else "2024-12-07" for word in ENTER]
    assert "is a rest day already" in trinh(*words).output


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_the_deadlines_warn_of_rest_days() -> None:
    answer = trinh("deadlines", "--locality", "van-ninh", "--round", "annual-2024")
    assert "! The last day, 30/11/2024, is a rest day (Saturday)." in answer.output


def test_a_ladder_is_set_from_a_file_and_withdrawn(world: World, tmp_path: Path) -> None:
    world.open_dossier(with_papers=False)
    file = tmp_path / "ladder.yaml"
    file.write_text(
        "ladders:\n  - key: default\n    rungs:\n"
        "      - {key: a, days: -5, at: '08:00', audience: candidates}\n",
        encoding="utf-8",
    )
    place = ("--locality", "van-ninh", "--reason", "Gấp")
    assert "would move: dossiers 1" in trinh("ladder", "set", file, *place, "--preview").output
    listed = ("ladder", "list", "--locality", "van-ninh")
    assert "  -7 calendar  08:00  candidates" in trinh(*listed).output
    assert trinh("ladder", "set", file, *place).exit_code == 0
    assert "  -7 calendar" not in trinh(*listed).output
    assert "  -5 calendar  08:00  candidates" in trinh(*listed).output
    dates = json.loads(trinh("ladder", "dates", "--locality", "van-ninh", "default", "--json").output)
    assert len(dates) >= 1
    assert trinh("ladder", "withdraw", "default", *place).exit_code == 0
    assert "  -7 calendar  08:00  candidates" in trinh(*listed).output

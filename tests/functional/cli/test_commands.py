"""The command line as an operator types it, in process, against both databases."""

import errno
import json
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner

from service.cli import main
from service.cli.telling import exit_on_error
from service.operations.demo import stories
from service.operations.staff import people as staff
from service.store import people
from tests.builders import PASSWORD, ROOT, World
from tests.support.operators import Trinh

VAN_NINH = ROOT / "config" / "localities" / "van-ninh"


def test_what_ships_can_be_loaded_and_deployed_into_an_empty_database(trinh: Trinh) -> None:
    for words in (("load", VAN_NINH), ("deploy", ROOT / "forms"), ("deploy", ROOT / "bpmn")):
        assert trinh(*words).exit_code == 0


def test_loading_the_same_configuration_twice_changes_nothing(trinh: Trinh) -> None:
    assert "loaded, version 1" in trinh("load", VAN_NINH).output
    assert "unchanged, version 1" in trinh("load", VAN_NINH).output


def test_deploying_the_same_files_twice_keeps_the_version(deployed: Trinh) -> None:
    assert "award_dossier: version 1" in deployed("deploy", ROOT / "bpmn").output
    assert "select: version 1" in deployed("deploy", ROOT / "forms" / "select.json").output


def test_deadlines_say_the_instant_and_the_clause(deployed: Trinh) -> None:
    result = deployed("deadlines", "--locality", "van-ninh", "--json")
    found = {(one["round"], one["key"]): one for one in json.loads(result.output)}
    labour = found["annual-2024", "labour_review"]
    assert labour["owner"] == "labour"
    assert labour["bound"] == "before"
    assert labour["date"] == "2024-12-05"
    assert labour["due_at"] == "2024-12-05T00:00:00+07:00"
    assert labour["source"]["section"] == "IV.3.b(1)"
    assert "trước ngày 05 tháng 12 hàng năm" in labour["source"]["quote"]
    final = found["final-2025", "unit_submission"]
    assert final["date"] is None
    assert final["due_at"] is None
    assert final["awaits"] == "UBND tỉnh Khánh Hòa"


def test_deadlines_of_one_round_only(deployed: Trinh) -> None:
    result = deployed("deadlines", "--locality", "van-ninh", "--round", "mid_term-2023", "--json")
    assert {one["round"] for one in json.loads(result.output)} == {"mid_term-2023"}


def test_an_unknown_locality_or_round_is_told_in_words(deployed: Trinh) -> None:
    assert deployed("--language", "en", "deadlines", "--locality", "nowhere").exit_code == 1
    result = deployed("--language", "en", "deadlines", "--locality", "van-ninh", "--round", "annual-1999")
    assert "has no round annual-1999" in result.output


def test_a_wrong_date_in_a_locality_file_names_file_and_line_and_changes_nothing(
    deployed: Trinh, tmp_path: Path
) -> None:
    folder = tmp_path / "van-ninh"
    folder.mkdir()
    for file in VAN_NINH.iterdir():
        text = file.read_text(encoding="utf-8")
        if file.name == "rounds.yaml":
            text = text.replace("05/12/2023", "05/13/2023")
            assert "05/13/2023" in text
        (folder / file.name).write_text(text, encoding="utf-8")
    result = deployed("--language", "en", "load", folder)
    assert result.exit_code == 1
    assert "rounds.yaml:" in result.output
    assert "05/13/2023" in result.output
    assert "unchanged, version 1" in deployed("load", VAN_NINH).output


def test_the_shipped_diagram_lints_clean(deployed: Trinh) -> None:
    result = deployed("lint", ROOT / "bpmn" / "award_dossier.bpmn", "--json")
    assert result.exit_code == 0
    assert json.loads(result.output) == []


def test_a_diagram_with_a_script_task_is_refused_by_lint_and_deploy(deployed: Trinh, tmp_path: Path) -> None:
    wicked = tmp_path / "wicked.bpmn"
    shipped = (ROOT / "bpmn" / "award_dossier.bpmn").read_text(encoding="utf-8")
    wicked.write_text(
        shipped.replace("<bpmn:sendTask ", "<bpmn:scriptTask ").replace(
            "</bpmn:sendTask>", "</bpmn:scriptTask>"
        ),
        encoding="utf-8",
    )
    linted = deployed("--language", "en", "lint", wicked, "--json")
    assert linted.exit_code == 1
    assert "notify_unit_overdue" in {finding["element"] for finding in json.loads(linted.output)}
    assert deployed("deploy", wicked).exit_code == 1
    assert "version 1" in deployed("deploy", ROOT / "bpmn").output


def test_what_is_no_diagram_at_all_is_told_in_words(deployed: Trinh) -> None:
    result = deployed("--language", "en", "lint", ROOT / "pyproject.toml")
    assert result.exit_code == 1
    assert "Traceback" not in result.output


def test_a_drill_tick_needs_an_instant_with_its_offset(deployed: Trinh) -> None:
    for wrong in ("2024-11-30", "0001-01-01T00:00:00+07:00", "9999-12-31T23:59:59-07:00"):
        assert deployed("tick", "--at", wrong).exit_code == 1
    assert "reminders 0" in deployed("tick", "--at", "2024-11-30T08:00:00+07:00").output


def test_an_added_person_can_sign_in_and_sits_where_told(deployed: Trinh, world: World) -> None:
    result = deployed(
        *("user", "add", "an", "--name", "Nguyễn Văn An", "--email", "an@example.invalid"),
        *("--seat", "van-ninh:van_gia:proposer", "--password-stdin"),
        typed="mot-mat-khau-dai\n",
    )
    assert result.exit_code == 0, result.output
    with world.database.read() as work:
        person = people.find_by_sign_in_name(work, "an")
        assert person is not None
        assert [seat.role for seat in people.actor_of(work, person).seats] == ["proposer"]


def test_a_new_password_and_switching_off_end_everything_that_was_open(deployed: Trinh, world: World) -> None:
    def signed_in(password: str) -> str | None:
        with world.database.write() as work:
            found = staff.sign_in(work, "clerk", password, lasts=staff.LOCKED_FOR)
            return None if found is None else found.secret

    def known(secret: str) -> bool:
        with world.database.read() as work:
            return staff.identify(work, secret) is not None

    session = signed_in(PASSWORD)
    with world.database.write() as work:
        token = staff.make_token(work, world.actor("clerk"), "script")
    assert session is not None
    assert known(session)
    assert deployed("user", "password", "clerk", "--password-stdin", typed="short\n").exit_code == 1
    assert known(session), "nothing has changed"
    assert (
        deployed("user", "password", "clerk", "--password-stdin", typed="mot-mat-khau-moi\n").exit_code == 0
    )
    assert not known(session)
    assert not known(token)
    assert signed_in(PASSWORD) is None
    again = signed_in("mot-mat-khau-moi")
    assert again is not None
    assert deployed("user", "off", "clerk").exit_code == 0
    assert not known(again)
    assert signed_in("mot-mat-khau-moi") is None
    assert deployed("user", "on", "clerk").exit_code == 0
    assert signed_in("mot-mat-khau-moi") is not None
    assert deployed("user", "off", "nobody").exit_code == 1


def test_a_short_password_and_a_strange_seat_are_refused(deployed: Trinh) -> None:
    given = ("user", "add", "an", "--name", "An", "--email", "an@example.invalid", "--password-stdin")
    assert deployed(*given, typed="short\n").exit_code == 1
    assert deployed(*given, "--seat", "van-ninh:nowhere:proposer", typed="mot-mat-khau-dai\n").exit_code == 1


def test_verify_of_a_sound_database_says_so(deployed: Trinh) -> None:
    result = deployed("verify", "--json")
    assert result.exit_code == 0
    assert json.loads(result.output)["sound"] is True


@pytest.mark.parametrize(
    "words", [("web",), ("worker",), ("verify",), ("deadlines", "--locality", "van-ninh")]
)
def test_an_outdated_schema_is_refused_with_the_command_to_run(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRINH_DATABASE_URL", f"sqlite:///{tmp_path}/empty.sqlite3")
    result = CliRunner().invoke(main, ["--language", "en", *words])
    assert result.exit_code == 1
    assert "trinh load" in result.output


def test_a_wrong_setting_names_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "eighty")
    result = CliRunner().invoke(main, ["--language", "en", "verify"])
    assert result.exit_code == 1
    assert "PORT" in result.output


def test_a_diagram_can_be_checked_where_nothing_has_been_loaded(trinh: Trinh) -> None:
    assert trinh("lint", ROOT / "bpmn" / "award_dossier.bpmn").exit_code == 0


def test_the_demo_refuses_a_database_that_is_in_real_use(deployed: Trinh) -> None:
    given = ("user", "add", "an", "--name", "An", "--email", "an@example.invalid", "--password-stdin")
    assert deployed(*given, typed="mot-mat-khau-dai\n").exit_code == 0
    result = deployed("--language", "en", "run")
    assert result.exit_code == 1
    assert "of your own" in result.output


def test_a_demo_database_is_served_by_the_demo_only(deployed: Trinh, world: World, tmp_path: Path) -> None:
    assert stories.seed(world.address(), tmp_path / "attachments")
    for command in ("web", "worker"):
        result = deployed("--language", "en", command)
        assert result.exit_code == 1
        assert "belongs to the demo" in result.output


def test_a_port_in_use_is_told_before_anything_is_done(
    trinh: Trinh, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.setenv("PORT", str(taken.getsockname()[1]))
        result = trinh("--language", "en", "run")
    assert result.exit_code == 1
    assert "PORT=9000" in result.output
    assert not (tmp_path / "data").exists()


def test_a_data_folder_that_cannot_be_one_is_told_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "file"
    file.write_text("not a folder")
    monkeypatch.setenv("TRINH_DATA", str(file / "data"))
    monkeypatch.delenv("TRINH_DATABASE_URL", raising=False)
    result = CliRunner().invoke(main, ["--language", "en", "load", str(VAN_NINH)])
    assert result.exit_code == 1
    assert "cannot be used" in result.output


def test_a_form_that_is_not_utf_8_is_told_in_words(deployed: Trinh, tmp_path: Path) -> None:
    form = tmp_path / "strange.json"
    form.write_bytes(b"\xff\xfe\x00")
    result = deployed("--language", "en", "deploy", form)
    assert result.exit_code == 1
    assert "UTF-8" in result.output


def test_whoever_reads_only_the_beginning_of_a_list_is_told_of_no_mistake(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """`trinh duties | head`: the pipe is closed, and click ends the command without a word."""
    with pytest.raises(BrokenPipeError), exit_on_error("en"):
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")
    assert capsys.readouterr().err == ""

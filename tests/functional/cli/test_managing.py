"""Rounds and deadlines from the command line."""

import json

import pytest

from tests.builders import World, local
from tests.support.operators import Trinh

FINAL = ("--locality", "van-ninh", "--round", "final-2025", "--deadline", "unit_submission")
ANNUAL = ("--locality", "van-ninh", "--round", "annual-2024", "--deadline", "unit_submission")
GUIDANCE = (
    "--number", "12/HD-UBND", "--issuer", "UBND tỉnh Khánh Hòa", "--issued-on", "01/11/2024",
    "--section", "2", "--quote", "trước ngày 01/11/2025",
)  # fmt: skip


def test_a_date_is_previewed_then_set_by_its_document(deployed: Trinh, world: World) -> None:
    dossier_id = world.open_dossier(round_key="final-2025", with_papers=False)
    words = ("deadline", "set", *FINAL, "--day", "01/11/2025", *GUIDANCE, "--reason", "Tỉnh đã hướng dẫn")
    preview = json.loads(deployed(*words, "--preview", "--json").output)
    assert (preview["applied"], preview["effect"]["dossiers"], preview["effect"]["tasks"]) == (False, 1, 1)
    assert world.task(dossier_id).due_at is None
    done = json.loads(
        deployed(*words, "--as", "admin", "--edition", str(preview["edition"]), "--json").output
    )
    assert done["effect"] == preview["effect"]
    assert world.task(dossier_id).due_at == local("2025-11-01 00:00")
    refused = deployed(*words, "--edition", str(preview["edition"]))
    assert refused.exit_code == 1
    assert "đã thay đổi sau khi bạn xem" in refused.stderr


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_a_deadline_is_changed_extended_and_given_back(deployed: Trinh, world: World) -> None:
    dossier_id = world.open_dossier(with_papers=False)
    told = deployed(
        "--language", "en", "deadline", "change", *ANNUAL, "--day", "2024-12-04", "--reason", "Bão"
    )
    assert "at the latest 24:00 on 30/11/2024, Saturday → at the latest 24:00 on 03/12/2024" in told.output
    assert "Dossiers: 1, open tasks: 1, reminders: " in told.output
    extend = ("deadline", "extend", *ANNUAL, "--unit", "van_gia", "--day", "2024-12-06", "--reason", "Ngập")
    deployed(*extend, "--granted-by", "Chủ tịch")
    assert world.task(dossier_id).due_at == local("2024-12-07 00:00")
    listed = deployed("deadlines", "--locality", "van-ninh", "--round", "annual-2024").output
    assert "van_gia              2024-12-07T00:00:00+07:00  Ngập" in listed
    changes = json.loads(deployed("round", "changes", *ANNUAL[:4], "--json").output)
    assert [(one["unit"], one["after"]["last_day"], one["reason"]) for one in changes] == [
        ("van_gia", "2024-12-06", "Ngập"), (None, "2024-12-03", "Bão"),
    ]  # fmt: skip
    assert (
        "unit_submission: 2024-11-30 -> 2024-12-03  trinh: Bão"
        in deployed("round", "changes", *ANNUAL[:4]).output
    )
    deployed("deadline", "end-extension", *ANNUAL, "--unit", "van_gia", "--reason", "Nước rút")
    assert world.task(dossier_id).due_at == local("2024-12-04 00:00")
    deployed("deadline", "withdraw", *ANNUAL, "--reason", "Hết bão")
    assert world.task(dossier_id).due_at == local("2024-12-01 00:00")
    assert deployed("deadline", "withdraw", *ANNUAL, "--reason", "Hết bão").exit_code == 1


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_a_round_is_created_from_the_plan(deployed: Trinh, world: World) -> None:
    words = (
        "round", "create", "--locality", "van-ninh", "--kind", "annual", "--year", "2026",
        "--by", "unit_submission=25/11/2026", "--reason", "Phong trào kéo dài",
    )  # fmt: skip
    preview = deployed(*words, "--preview")
    assert "chậm nhất 24:00 ngày 25/11/2026, Thứ Tư" in preview.output
    assert "Chỉ là xem trước" in preview.output
    made = json.loads(deployed(*words, "--json").output)
    assert (made["applied"], made["deadlines"][0]["last_day"]) == (True, "2026-11-25")
    back = ("round", "close", "--locality", "van-ninh", "--round", "annual-2026", "--reason", "Tạo nhầm")
    assert "Chỉ là xem trước" in deployed(*back, "--preview").output
    assert json.loads(deployed(*back, "--json").output) == {"applied": True, "closed": "annual-2026"}
    assert deployed(*words).exit_code == 0, "it can be created again"
    assert world.task(world.open_dossier(round_key="annual-2026", with_papers=False)).due_at is not None
    assert deployed(*words).exit_code == 1


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_nothing_that_was_typed_is_passed_over(deployed: Trinh, world: World) -> None:
    """A day beside whose guidance is awaited; a guiding document that lacks its number."""
    dossier_id = world.open_dossier(with_papers=False)
    words = ("--language", "en", "deadline", "change", *ANNUAL, "--day", "2024-12-04", "--reason", "Bão")
    refused = deployed(*words, "--awaits", "UBND tỉnh")
    assert refused.exit_code == 1
    assert "  awaits: Give a day, or say whose guidance is awaited: not both." in refused.stderr
    refused = deployed(*words, *GUIDANCE[2:])
    assert refused.exit_code == 1
    assert "  number: Write the number of the document" in refused.stderr
    assert world.task(dossier_id).due_at == local("2024-12-01 00:00")


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_only_administrators_decide(deployed: Trinh) -> None:
    words = ("deadline", "change", *ANNUAL, "--day", "2024-12-04", "--reason", "Bão")
    for who in ("labour_head", "nobody"):
        assert deployed(*words, "--as", who).exit_code == 1


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_the_list_of_deadlines_tells_what_was_changed_here(deployed: Trinh) -> None:
    deployed("deadline", "change", *ANNUAL, "--day", "2024-12-04", "--reason", "Bão")
    found = json.loads(
        deployed("deadlines", "--locality", "van-ninh", "--round", "annual-2024", "--json").output
    )
    assert (found[0]["last_day"], found[0]["amended"], found[1]["amended"]) == ("2024-12-03", True, False)

"""Following what is owed from the command line: escalations answered, reports listed and opened, and by which
mails and calendars people hear of it."""

import json

import pytest

from service.domain.errors import NotFound
from service.operations.report import feeds
from service.operations.watch import ticks
from tests.builders import World
from tests.support.operators import Trinh
from tests.support.reports import deploy_reports

pytestmark = pytest.mark.parametrize("world", ["sqlite"], indirect=True)


def test_an_escalation_is_listed_and_answered(deployed: Trinh, world: World) -> None:
    dossier_id = world.carry_to("select")
    world.on("2024-12-06 00:00")
    ticks.tick(world.database)
    asked = world.task(dossier_id, "labour_overdue").id
    (climb,) = json.loads(deployed("escalation", "--level", "1", "--unanswered", "--json").output)
    assert (climb["due_at"], climb["level"], climb["office"]) == (
        "2024-12-05T00:00:00+07:00",
        1,
        "labour_office",
    )
    assert [(one["task_id"], one["state"], one["note"]) for one in climb["asked"]] == [(asked, "asked", None)]
    answer = ("escalation", "acknowledge", str(asked), "--note", "Làm xong hôm nay.")
    refused = deployed("--language", "en", *answer, "--as", "interior")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert deployed(*answer, "--as", "labour_head").output.endswith(f" {asked}\n")
    listed = deployed("escalation").output
    assert "Labour Head: Làm xong hôm nay." in listed
    assert listed.endswith("escalations: 1\n")
    assert json.loads(deployed("escalation", "--unanswered", "--json").output) == []
    assert deployed(*answer, "--as", "labour_head").exit_code == 1


def test_reports_are_listed_by_who_owes_them_and_opened(deployed: Trinh, world: World) -> None:
    deploy_reports(world)
    place = ("--locality", "van-ninh", "--duty", "result_report-2023")
    one = deployed("duty", "open", *place, "--unit", "van_gia")
    assert one.output.splitlines()[-1] == "reports opened: 1"
    told = json.loads(deployed("duty", "show", *place, "--json").output)
    by_unit = {line["unit"]: line for line in told["reports"]}
    assert by_unit["van_gia"]["code"] == one.output.splitlines()[0]
    assert (by_unit["van_gia"]["state"], by_unit["van_thanh"]["state"]) == ("open", "unopened")
    assert "van_thanh" in deployed("duty", "show", *place).output
    again = deployed("--language", "en", "duty", "open", *place, "--unit", "van_gia")
    assert (again.exit_code, again.stderr) == (1, "This report is open already: look at its page.\n")
    assert deployed("duty", "open", *place).exit_code == 0
    told = json.loads(deployed("duty", "show", *place, "--json").output)
    assert {line["unit"]: line["state"] for line in told["reports"]}["van_thanh"] == "open"


def test_mails_are_told_and_chosen_for_somebody_who_asks(deployed: Trinh) -> None:
    def kinds(told: dict[str, list[dict[str, object]]]) -> set[object]:
        return {one["kind"] for one in told["kinds"] if one["declined"]}

    mails = ("user", "mails", "clerk")
    told = json.loads(deployed(*mails, "--digest-hour", "7", "--decline", "mentioned", "--json").output)
    assert (told["digest_hour"], told["zone"], kinds(told)) == (7, "Asia/Ho_Chi_Minh", {"mentioned"})
    told = json.loads(deployed(*mails, "--decline", "decided", "--want", "mentioned", "--json").output)
    assert (told["digest_hour"], kinds(told)) == (7, {"decided"})
    said = deployed(*mails, "--no-digest").output
    assert "digest               - Asia/Ho_Chi_Minh" in said
    assert "decided              declined" in said
    assert "reminder             always" in said
    for wrong in (("--decline", "reminder"), ("--decline", "letters"), ("--digest-hour", "7", "--no-digest")):
        assert deployed(*mails, *wrong).exit_code == 1
    assert kinds(json.loads(deployed(*mails, "--json").output)) == {"decided"}


def test_a_calendar_address_that_was_lost_is_ended(deployed: Trinh, world: World) -> None:
    with world.database.write() as work:
        secret = feeds.open_feed(work, world.actor("clerk"), "điện thoại").secret
    (one,) = json.loads(deployed("user", "calendars", "clerk", "--json").output)
    assert (one["label"], one["round"], one["read_at"]) == ("điện thoại", None, None)
    assert one["created_at"].endswith("+07:00")
    listed = deployed("user", "calendars", "clerk").output
    assert secret not in listed
    assert listed.splitlines()[0].endswith("read -  điện thoại")
    assert deployed("user", "calendars", "neighbour", "--revoke", str(one["id"])).exit_code == 1
    assert (
        deployed("user", "calendars", "clerk", "--revoke", str(one["id"])).output == "calendar addresses: 0\n"
    )
    with world.database.read() as work, pytest.raises(NotFound):
        feeds.publish(work, secret, "https://trinh.example.vn")

"""`trinh outbox` as an operator types it."""

import json

import pytest

from service.operations import incidents
from service.store import mails as rows
from tests.builders import World
from tests.support.operators import Trinh


@pytest.fixture
def dead(world: World) -> int:
    """A mail that could not be delivered."""
    dossier_id = world.carry_to("select")
    world.select(dossier_id, outcome="return_unit", reason="Thiếu xác nhận.")
    with world.database.write() as work:
        (mail,) = rows.newest(work)
        mail.status, mail.attempts, mail.last_error = "dead", 12, "550 no such mailbox"
        incidents.report_mail(work, mail, "550 no such mailbox")
        return mail.id


def test_it_lists_counts_and_mails(deployed: Trinh, dead: int) -> None:
    told = json.loads(deployed("outbox", "--json", "--status", "dead", "--search", "clerk").output)
    assert told["counts"]["dead"] == 1
    assert [mail["id"] for mail in told["mails"]] == [dead]
    assert told["mails"][0]["last_error"] == "550 no such mailbox"
    assert "550 no such mailbox" in deployed("outbox").output
    assert json.loads(deployed("outbox", "--json", "--search", "nobody").output)["mails"] == []


@pytest.mark.parametrize("everything", [True, False])
def test_it_tries_again(deployed: Trinh, world: World, dead: int, *, everything: bool) -> None:
    result = deployed("outbox", "retry", "--all" if everything else str(dead))
    assert result.exit_code == 0
    assert "again: 1" in result.output
    with world.database.read() as work:
        assert rows.get(work, dead).status == "queued"
        assert incidents.list_open(work, world.actor("admin")) == []


def test_it_asks_which(deployed: Trinh, dead: int) -> None:
    for words in ((), (str(dead), "--all")):
        result = deployed("--language", "en", "outbox", "retry", *words)
        assert result.exit_code == 1
        assert "Name one mail by its id" in result.output
    assert deployed("--language", "en", "outbox", "retry", "999").exit_code == 1


def test_incidents_are_listed_and_tried_again(deployed: Trinh, world: World, dead: int) -> None:
    (told,) = json.loads(deployed("incident", "--json").output)
    assert (told["kind"], told["detail"]) == ("mail", "550 no such mailbox")
    assert "550 no such mailbox" in deployed("incident").output
    assert deployed("incident", "retry", str(told["id"])).exit_code == 0
    assert deployed("incident", "retry", str(told["id"])).exit_code != 0
    assert json.loads(deployed("incident", "--json").output) == []
    with world.database.read() as work:
        assert rows.get(work, dead).status == "queued"

"""What somebody may decline, what the plan orders in any case, and what a link of a mail can do."""

import pytest

from service.domain.errors import Invalid, NotFound
from service.operations.mail import digests, subscriptions
from service.operations.mail.unsubscribing import Unsubscribing
from service.operations.watch import ticks
from service.store.tables import Person
from tests.builders import World
from tests.integration.operations.readings import incidents, mails, rows

KEY = "k" * 40


def decline(world: World, who: str, *kinds: str, hour: int | None = None) -> None:
    """Somebody declines some kinds of mail."""
    with world.database.write() as work:
        subscriptions.choose(work, world.actor(who), digest_hour=hour, declined=kinds)


def may(world: World, who: str) -> set[str]:
    """What somebody may decline."""
    with world.database.read() as work:
        return {
            choice.kind for choice in subscriptions.show(work, world.actor(who)).choices if choice.may_decline
        }


@pytest.mark.parametrize("who", ["clerk", "labour_head", "office"])
def test_what_the_plan_orders_is_optional_for_nobody(world: World, who: str) -> None:
    assert may(world, who) >= {"returned", "decided"}
    assert not may(world, who) & {"reminder", "unit_overdue", "escalation"}


def test_a_declined_return_is_not_mailed_and_is_no_incident(world: World) -> None:
    decline(world, "clerk", "returned")
    dossier_id = world.carry_to("select")
    world.select(dossier_id, outcome="return_unit", reason="Bổ sung.")
    assert mails(world, "returned") == []
    assert incidents(world) == []
    decline(world, "clerk")
    other = world.carry_to("select")
    world.select(other, outcome="return_unit", reason="Bổ sung.")
    assert mails(world, "returned") == [("clerk", None)]


def test_the_outcome_may_be_declined(world: World) -> None:
    decline(world, "clerk", "decided")
    world.carry_to("nowhere")
    assert mails(world, "decided") == []


@pytest.mark.parametrize("kind", ["reminder", "unit_overdue", "escalation", "digest", "nothing"])
def test_what_the_plan_orders_cannot_be_declined(world: World, kind: str) -> None:
    with pytest.raises(Invalid):
        decline(world, "clerk", kind)


def test_who_is_asked_about_a_delay_hears_of_it_whatever_a_row_says(world: World) -> None:
    with world.database.write() as work:
        for person in work.session.query(Person):
            person.unsubscribed = ["escalation", "reminder", "returned", "decided"]
    world.carry_to("select")
    world.on("2024-12-06 00:00")
    ticks.tick(world.database)
    assert ("labour_head", None) in mails(world, "escalation")
    world.on("2024-12-08 00:00")
    ticks.tick(world.database)
    assert ("office", None) in mails(world, "escalation")
    world.open_dossier(with_papers=False)
    world.on("2024-12-08 09:00")
    ticks.tick(world.database)
    assert mails(world, "reminder") != []


def test_a_link_declines_one_kind_for_one_person_and_nothing_else(world: World) -> None:
    signed = Unsubscribing(KEY, "https://trinh.example.vn")
    person_id = world.actor("clerk").person_id
    decline(world, "clerk", hour=7)
    for kind in ("returned", "digest"):
        for _ in range(2):
            with world.database.write() as work:
                subscriptions.unsubscribe(work, *signed.read(signed.token(person_id, kind)))
    people = {person.sign_in_name: person for person in rows(world, Person)}
    assert (people["clerk"].unsubscribed, people["clerk"].digest_hour) == (["returned"], None)
    assert all(not one.unsubscribed for name, one in people.items() if name != "clerk")
    with pytest.raises(NotFound), world.database.write() as work:
        subscriptions.unsubscribe(work, person_id, "reminder")
    assert digests.queue_due(world.database) == 0


@pytest.mark.parametrize("spoilt", ["", "x", "WzEsInJldHVybmVkIl0.x", "WzEsInJldHVybmVkIl0"])
def test_a_token_that_is_none_of_ours_is_refused(spoilt: str) -> None:
    with pytest.raises(NotFound):
        Unsubscribing(KEY, "https://trinh.example.vn").read(spoilt)


def test_a_token_of_another_key_or_a_changed_one_is_refused() -> None:
    signed = Unsubscribing(KEY, "https://trinh.example.vn")
    token = signed.token(7, "returned")
    assert signed.read(token) == (7, "returned")
    with pytest.raises(NotFound):
        Unsubscribing("j" * 40, "https://trinh.example.vn").read(token)
    with pytest.raises(NotFound):
        signed.read(signed.token(8, "returned").split(".", maxsplit=1)[0] + "." + token.split(".")[-1])

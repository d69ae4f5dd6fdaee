"""Overlaps with other rounds as answers show them and requests answer them."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from service.api.fields import Shown
from service.domain.errors import Invalid, message
from service.domain.overlaps import OverlapAnswer, OverlapVerdict
from service.domain.people import Actor
from service.operations.work import overlaps
from service.store.tables import Nomination
from service.store.work import Work


def shown(work: Work, actor: Actor, nominations: Sequence[Nomination], zone: str | ZoneInfo) -> list[Shown]:
    """What the caller may know of the overlaps of some nominations."""
    return [
        Shown(pair, zone, answer=None if pair.answer is None else Shown(pair.answer, zone))
        for pair in overlaps.seen_by(work, actor, nominations)
    ]


def answers(given: Sequence[dict[str, Any]]) -> dict[str, OverlapAnswer]:
    """Answers by pair.

    Raises:
        Invalid: when a pair has two.
    """
    found = {
        f"{item['nomination_id']}-{item['other_id']}": OverlapAnswer(
            OverlapVerdict(item["verdict"]), item["reason"]
        )
        for item in given
    }
    if len(found) != len(given):
        twice = message("A pair stands here twice: give it one answer.")
        raise Invalid(message("Check the marked fields and send again."), {"overlaps": twice})
    return found

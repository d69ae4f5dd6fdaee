"""Pauses between attempts to send a mail."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from service.mail import next_attempt

NOW = datetime(2024, 12, 5, tzinfo=UTC)


class Middle(random.Random):
    """A source that always gives the middle."""

    def uniform(self, a: float, b: float) -> float:
        return (a + b) / 2


@pytest.mark.parametrize(
    ("attempts", "minutes"), [(0, 1), (1, 1), (2, 2), (3, 4), (8, 128), (9, 240), (12, 240), (10**9, 240)]
)
def test_pauses_double_up_to_four_hours(attempts: int, minutes: int) -> None:
    assert next_attempt(attempts, NOW, Middle()) == NOW + timedelta(minutes=minutes)


def test_mails_that_failed_together_come_back_apart_but_in_bounds() -> None:
    source = random.Random(7)  # noqa: S311 - spreads mails, hides nothing
    pauses = {next_attempt(3, NOW, source) - NOW for _ in range(200)}
    assert len(pauses) > 190
    assert timedelta(minutes=3.2) <= min(pauses) < timedelta(minutes=3.4)
    assert timedelta(minutes=4.6) < max(pauses) <= timedelta(minutes=4.8)


def test_the_same_source_gives_the_same_pauses() -> None:
    first, second = (next_attempt(3, NOW, random.Random(7)) for _ in range(2))  # noqa: S311
    assert first == second

"""Real `trinh worker` processes share what falls due, and are killed while they do."""

import os
import random
from datetime import timedelta
from pathlib import Path

import pytest

from tests.builders import World, local
from tests.campaigns.crews import crew, pause
from tests.campaigns.masses import ESCALATED_AT, Mass
from tests.campaigns.outboxes import verified

DUE = int(os.environ.get("DUE", "200"))
"""How many reminders fall due, and a tenth as many timers."""
DEATHS = int(os.environ.get("DEATHS", "2"))
CREWS = {"sqlite": 2, "postgresql": 3}
WITHIN_S = 120
pytestmark = [pytest.mark.kill, pytest.mark.timeout(600 + 30 * DEATHS)]


def test_workers_that_are_killed_lose_nothing_and_do_nothing_twice(
    durable_world: World, tmp_path: Path
) -> None:
    chance = random.Random(DEATHS)  # noqa: S311 - to be repeated, not to be secret
    database = durable_world.database
    begin = local(ESCALATED_AT)
    at = [begin + timedelta(seconds=second) for second in range(1, 2 + DEATHS)]
    mass = Mass(durable_world)
    mass.add_reminders(DUE, at)
    mass.add_timers(DUE // 10, at)
    mass.settle()
    url = database.url.render_as_string(hide_password=False)
    with crew(url, tmp_path, begin - timedelta(hours=1)) as workers:
        for _ in range(CREWS[database.url.get_backend_name()]):
            workers.start()
        workers.wait_until_up()
        workers.jump_to(begin)
        while workers.killed < DEATHS:
            pause(chance.uniform(0, 1))
            workers.kill_one(chance)
        end = max(workers.now(), at[-1])
        pause(max((end - workers.now()).total_seconds(), 0))
        assert mass.wait_until_done(end, WITHIN_S) is not None
        assert workers.died_alone() == []
    reminders, timers = mass.reminders(end), mass.timers(end)
    assert (reminders.due, reminders.done, reminders.kept) == (DUE, DUE, True)
    assert (timers.due, timers.done, timers.kept) == (DUE // 10, DUE // 10, True)
    assert verified(url, tmp_path).endswith("sound")

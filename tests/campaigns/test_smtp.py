"""The campaign against bad mail servers in small, and the proof that its count notices damage."""

import gc
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders import World
from tests.campaigns import smtp
from tests.campaigns.bad_mail_servers import Post, Trouble
from tests.campaigns.outboxes import Stand, verified

pytestmark = [
    pytest.mark.timeout(400),
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture
def stand(request: pytest.FixtureRequest, world: World, tmp_path: Path) -> Iterator[Stand]:
    """A service on a database of each kind."""
    gc.freeze()  # What other tests have left is not looked at in the end.
    world.address()  # Others will write to it.
    yield Stand(world, request.node.name, tmp_path)
    world.database.dispose()
    with warnings.catch_warnings():
        # A server that cuts off and is stopped at once leaves its half of the connection to the collector.
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


def test_the_promise_is_kept_whatever_the_mail_server_does(stand: Stand) -> None:
    rows = list(smtp.run(stand, smtp.QUICK))
    assert [row.scenario for row in rows] == list(smtp.SCENARIOS)
    assert all(row.kept for row in rows), smtp.table(rows)
    figures = {row.scenario: row.figures for row in rows}
    kills = figures["several workers, some killed"]
    assert kills.killed == kills.extra == smtp.QUICK.kills
    assert figures["takes the mail, then cuts off"].extra > 0
    assert figures["550"].dead == figures["550"].mails - figures["550"].sent > 0
    assert verified(stand.world.address(), stand.folder).endswith(" sound")


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_the_count_notices_what_is_lost_doubled_or_forced(stand: Stand) -> None:
    (address, *_) = stand.queue(3)
    post = Post({address: [Trouble.NEVER]})
    assert stand.send_all(post).kept
    post.taken.append(post.taken[0])
    doubled = stand.count(post)
    assert (doubled.extra, doubled.beyond, doubled.kept) == (1, 1, False)
    post.taken[:] = post.taken[:1]
    lost = stand.count(post)
    assert (lost.lost, lost.kept) == (1, False)
    post = Post({address: [Trouble.NEVER]})
    for _ in range(2):
        post.next_trouble(address)
    assert post.after_refusal.total() == 1
    assert not stand.count(post).kept

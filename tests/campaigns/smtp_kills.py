"""Several workers send from one outbox; one after the other is ended with -9 in the middle of a mail."""

import os
import random
import signal
from dataclasses import replace
from functools import partial

from service.operations.mail.sending import LEASE
from tests.campaigns import smtp_worker
from tests.campaigns.bad_mail_servers import Post, serving
from tests.campaigns.outboxes import Figures, Stand
from tests.support.forked import Forked
from tests.support.smtp_servers import reach

WORKERS = 3
BATCH = 5
EACH = 10
"""Mails that a worker sends in one wave."""
LONGEST_LIFE = 8
"""A worker is killed at one of its first so many mails."""
SEED = 7


def killed_in_the_middle(stand: Stand, *, kills: int, mails: int) -> Figures:
    """Wave after wave of workers, one of each killed while a mail is on its way; the rest is sent later."""
    chance = random.Random(SEED)  # noqa: S311 - to be repeated, not to be secret
    stand.queue(mails)
    killed = 0
    post = Post()
    with serving(post) as port:
        for number in range(kills):
            stage = "RCPT" if number % 3 == 2 else "DATA"
            killed += _wave(stand, post, port, chance, stage)
            stand.world.clock.advance(LEASE)
    post.watch = lambda _client, _stage: None
    return stand.send_all(post, killed=killed)


def _wave(stand: Stand, post: Post, port: int, chance: random.Random, stage: str) -> int:
    """Lets workers send at once; one is killed, the others end by themselves after some mails.

    At `DATA` the server has the mail and answers to nobody; at `RCPT` it has not got it yet.
    """
    workers = [_worker(stand, port, number) for number in range(WORKERS)]
    victim = chance.randrange(WORKERS)
    left = chance.randint(1, LONGEST_LIFE)
    killed = 0

    def watch(client: str, at: str) -> None:
        nonlocal left, killed
        if client != _name(victim) or at != stage:
            return
        left -= 1
        if left == 0:
            os.kill(workers[victim].pid, signal.SIGKILL)
            killed += 1

    post.watch = watch
    for worker in workers:
        assert worker.hear() == ["ready"]
    for worker in workers:
        worker.tell("begin")
    for worker in workers:
        worker.wait()
    assert {worker.status for worker in workers} <= {0, -signal.SIGKILL}
    return killed


def _worker(stand: Stand, port: int, number: int) -> Forked:
    smtp = replace(reach(port, 5), sender=f"trinh@{_name(number)}")
    send = partial(smtp_worker.main, batch=BATCH, limit=EACH)
    return Forked(send, stand.world.address(), stand.folder, smtp, stand.world.clock.now())


def _name(number: int) -> str:
    """How a worker calls itself when it greets the server."""
    return f"worker-{number}.example"

"""Programs of the tests in processes of their own that begin at once.

What a new process takes longest for are its imports. These are done once, by a process that forks the
others; one of them is as alone as any other, and as dead when it is killed.
"""

import multiprocessing
import os
import select
import sys
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection
from pathlib import Path

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(
    ["service.jobs", "tests.campaigns.shifted_worker", "tests.campaigns.smtp_worker", "tests.kill.offices"]
)
_MOST_BYTES = 4096


class Forked:
    """A running program. It reads what it is told on its standard input, and is heard on its output."""

    def __init__(
        self,
        program: Callable[..., None],
        *given: object,
        environment: Mapping[str, str] | None = None,
        log: Path | None = None,
    ) -> None:
        orders, self._orders = _CONTEXT.Pipe(duplex=False)
        self._answers, answers = _CONTEXT.Pipe(duplex=False)
        self._read = b""
        self._process = _CONTEXT.Process(
            target=_run, args=(program, given, orders, answers, dict(environment or {}), log)
        )
        self._process.start()
        orders.close()
        answers.close()

    @property
    def pid(self) -> int:
        """What signals are sent to."""
        assert self._process.pid is not None
        return self._process.pid

    @property
    def status(self) -> int | None:
        """With what it has ended: the negative number of the signal if one has ended it; None: it runs."""
        return self._process.exitcode

    def tell(self, line: str) -> None:
        """Writes a line to its standard input."""
        os.write(self._orders.fileno(), f"{line}\n".encode())

    def hear(self, seconds: float | None = None) -> list[str]:
        """The lines it has said, after waiting at most so long for more; none if it has ended."""
        lines: list[bytes] = []
        while not lines and select.select([self._answers], [], [], seconds)[0]:
            said = os.read(self._answers.fileno(), _MOST_BYTES)
            if not said:
                break
            *lines, self._read = (self._read + said).split(b"\n")
        return [line.decode() for line in lines]

    def terminate(self) -> None:
        """Asks it to stop."""
        self._process.terminate()

    def kill(self) -> None:
        """Ends it with -9."""
        self._process.kill()

    def wait(self, seconds: float | None = None) -> None:
        """Waits until it has ended, with nothing more to be told.

        Raises:
            TimeoutError: it has not ended within that time.
        """
        self._orders.close()
        self._process.join(seconds)
        if self._process.exitcode is None:
            raise TimeoutError(f"Process {self.pid} goes on.")
        self._answers.close()


def _run(
    program: Callable[..., None],
    given: tuple[object, ...],
    orders: Connection,
    answers: Connection,
    environment: Mapping[str, str],
    log: Path | None,
) -> None:
    os.environ.update(environment)
    for connection, descriptor in ((orders, 0), (answers, 1)):
        os.dup2(connection.fileno(), descriptor)
        connection.close()
    if log is not None:
        with log.open("ab") as file:
            os.dup2(file.fileno(), 2)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - as long as the process
    program(*given)

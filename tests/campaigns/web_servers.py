"""The real `trinh web` in a process of its own, for as long as a campaign lasts."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path

from service.clock import monotonic
from tests.builders import ROOT
from tests.campaigns.crews import pause

UP_WITHIN_S = 120


@contextmanager
def serving(url: str, folder: Path, *options: str) -> Iterator[str]:
    """Runs `trinh web` over a database; host and port. Ends it with the block, after its last answer."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    given = {
        "TRINH_DATABASE_URL": url,
        "TRINH_DATA": str(folder),
        "PORT": str(port),
        "TRINH_LOG_LEVEL": "WARNING",
    }
    with (folder / "web.log").open("wb") as log:
        process = subprocess.Popen(
            [str(Path(sys.executable).with_name("trinh")), "web", *options],
            cwd=ROOT,
            env=os.environ | given,
            stdout=log,
            stderr=log,
        )
        try:
            _wait_for(port, process, folder / "web.log")
            yield f"127.0.0.1:{port}"
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()


def _wait_for(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = monotonic() + UP_WITHIN_S
    while monotonic() < until:
        if process.poll() is not None:
            break
        try:
            with closing(HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
                connection.request("GET", "/sign-in")
                connection.getresponse().read()
        except OSError:
            pause(0.2)
        else:
            return
    raise RuntimeError(f"The server does not answer:\n{log.read_text(encoding='utf-8')[-4000:]}")

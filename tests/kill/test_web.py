"""The real `trinh web`: several processes answer at one address, and one that is killed is started again."""

import os
import signal
import subprocess
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest

from service.clock import monotonic
from tests.builders import build_world
from tests.campaigns.crews import pause
from tests.campaigns.web_servers import serving

AGAIN_WITHIN_S = 60
pytestmark = pytest.mark.kill


def children(pid: int) -> set[int]:
    """The processes that a process has started and that live."""
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)
    return {int(line) for line in found.stdout.split()}


def answered(address: str) -> bool:
    """Whether the sign-in page came; a connection that was cut off counts as not."""
    connection = HTTPConnection(address, timeout=30)
    try:
        connection.request("GET", "/sign-in")
        with connection.getresponse() as response:
            return response.status == 200 and bool(response.read())
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def test_one_of_several_processes_dies_and_people_hardly_notice(postgresql_url: str, tmp_path: Path) -> None:
    build_world(postgresql_url, tmp_path / "attachments").database.dispose()
    before = children(os.getpid())
    with serving(postgresql_url, tmp_path, "--processes", "2") as address:
        (server,) = (pid for pid in children(os.getpid()) - before if len(children(pid)) > 1)
        first, second = sorted(children(server))
        assert all(answered(address) for _ in range(8))
        os.kill(first, signal.SIGKILL)
        assert [answered(address) for _ in range(8)].count(True) >= 7
        until = monotonic() + AGAIN_WITHIN_S
        while len(children(server) - {first}) < 2 and monotonic() < until:
            pause(0.1)
        assert second in children(server) - {first}
        assert len(children(server) - {first}) == 2
        assert all(answered(address) for _ in range(8))

"""The demo as people start it: `trinh run` in a process of its own, on a free port of this machine."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from service.clock import FakeClock
from service.store import dossiers
from service.store.work import Database
from tests.builders import World, local

PRESENT = "2024-11-25 08:31"
"""The demo's clock right after its first start, to the minute."""
TITLE = "Khen thưởng hộ thoát nghèo tiêu biểu"
TRINH = Path(sys.executable).with_name("trinh")
STARTS_WITHIN_CHECKS = 1500
CHECK_SECONDS = 0.1
STOPS_WITHIN_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Demo:
    """A running demo: its address, and the folder that holds its database, papers and mailbox."""

    address: str
    folder: Path


@contextmanager
def running_demo(folder: Path) -> Iterator[Demo]:
    """`trinh run` on a data folder; it has answered once before the block begins, and ends with it."""
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    log = folder.with_suffix(".log")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TRINH_")} | {
        "PORT": str(port),
        "TRINH_DATA": str(folder),
    }
    with log.open("ab") as output:
        process = subprocess.Popen([str(TRINH), "run"], env=environment, stdout=output, stderr=output)
        try:
            _wait_for(address, process, log)
            yield Demo(address, folder)
        finally:
            process.terminate()
            try:
                process.wait(STOPS_WITHIN_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def demo_world(demo: Demo) -> Iterator[World]:
    """The database of a demo from behind, at its present: for what people did before a story begins."""
    clock = FakeClock(local(PRESENT))
    database = Database(f"sqlite:///{demo.folder}/trinh.sqlite3", clock)
    try:
        yield World(database, clock, demo.folder / "attachments")
    finally:
        database.dispose()


def submit_dossier(world: World, holder: str | None = None, at: str = "select", title: str = TITLE) -> str:
    """Submits a new dossier with one nominee to the Labour office of a demo; gives its code.

    It waits at the step `at`: to be selected by the Labour office, or appraised. `holder` takes that task.
    """
    dossier_id = world.open_dossier("vanphu", title=title)
    world.submit(dossier_id, "vanphu")
    if at == "appraise":
        world.select(dossier_id, "laodong1")
        world.forward_to_interior(dossier_id, f"{dossier_id}/TTr-LĐ", "laodong1")
    if holder is not None:
        world.claim(holder, world.task(dossier_id, at).id)
    with world.database.read() as work:
        return dossiers.get(work, dossier_id).code


def _wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(STARTS_WITHIN_CHECKS):
        try:
            with urlopen(f"{address}/sign-in"):  # noqa: S310 - an address of ours
                return
        except (URLError, ConnectionError):
            pass
        try:
            process.wait(CHECK_SECONDS)
        except subprocess.TimeoutExpired:
            continue
        break
    raise AssertionError(f"The demo does not answer:\n{log.read_text(encoding='utf-8')[-4000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]

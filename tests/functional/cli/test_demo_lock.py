"""Two demos on the same folder would tick and jump over each other: the second one is refused."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from service.demo_server import LOCK, alone
from service.domain.errors import Conflict
from service.settings import read_settings
from tests.builders import ROOT

HOLD = """
import sys, pathlib, dataclasses
from service.demo_server import alone
from service.settings import read_settings
with alone(dataclasses.replace(read_settings(), data_folder=pathlib.Path(sys.argv[1]))):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_demo_on_the_same_folder_is_refused_by_name(tmp_path: Path) -> None:
    settings = replace(read_settings(), data_folder=tmp_path / "demo")
    with alone(settings):
        with pytest.raises(Conflict) as caught, alone(settings):
            pass
        assert str(tmp_path / "demo") in str(caught.value.message.params["folder"])
        with alone(replace(settings, data_folder=tmp_path / "other")):
            assert (tmp_path / "other" / LOCK).exists()
    with alone(settings):
        pass


def test_the_lock_dies_with_its_process(tmp_path: Path) -> None:
    settings = replace(read_settings(), data_folder=tmp_path)
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env=dict(os.environ),
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(Conflict), alone(settings):
            pass
        holder.send_signal(signal.SIGKILL)
    with alone(settings):
        pass

"""What is installed from a wheel has all it ships with, without the checkout it was made from."""

import subprocess
import sys
import zipfile
from pathlib import Path

from service import shipped

ROOT = Path(__file__).resolve().parents[2]
TELL = """
from service import shipped
for path in [*shipped.localities(), *shipped.forms(), *shipped.diagrams()]:
    print(path)
"""


def test_a_wheel_brings_localities_forms_and_diagrams(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    installed = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(installed)
    told = subprocess.run(
        [sys.executable, "-c", TELL],
        cwd=tmp_path,
        env={"PYTHONPATH": str(installed)},
        check=True,
        capture_output=True,
        text=True,
    )
    found = [Path(line) for line in told.stdout.splitlines()]
    assert all(path.is_relative_to(installed) for path in found)
    here = [*shipped.localities(), *shipped.forms(), *shipped.diagrams()]
    assert [path.name for path in found] == [path.name for path in here]
    for path, there in zip(here, found, strict=True):
        if path.is_file():
            assert there.read_bytes() == path.read_bytes()
        else:
            assert sorted(p.name for p in there.iterdir()) == sorted(p.name for p in path.iterdir())
    assert (installed / "service" / "web" / "static" / "dist" / "manifest.json").is_file()

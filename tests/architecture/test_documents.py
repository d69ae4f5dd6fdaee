"""What the documents point at exists: files, make tasks, commands."""

import re
import subprocess

import pytest

from service.cli import main
from service.domain.incidents import IncidentKind
from tests.builders import ROOT

LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)(?:#[^)]*)?\)")
MAKE_TASK = re.compile(r"\bmake ([a-z]+(?:-[a-z0-9]+)*)")
TRINH_COMMAND = re.compile(r"`trinh ([a-z]+)|^trinh ([a-z]+)", re.MULTILINE)

DOCUMENTS = sorted(
    path
    for path in subprocess.run(
        ["git", "ls-files", "*.md"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.split()
    if not path.startswith("tests/")
)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_somewhere(document: str) -> None:
    path = ROOT / document
    lost = [
        target
        for target in LINK.findall(path.read_text(encoding="utf-8"))
        if not (path.parent / target).exists()
    ]
    assert lost == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_commands_named_in_code_exist(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    tasks = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {
        task
        for code in re.findall(r"`[^`]+`|^```[^`]*^```", text, re.MULTILINE)
        for task in MAKE_TASK.findall(code)
    }
    assert named <= tasks
    commands = {first or second for first, second in TRINH_COMMAND.findall(text)}
    assert commands <= set(main.commands)


def test_every_guide_is_in_the_index() -> None:
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    guides = [
        path for path in DOCUMENTS if path.startswith(("docs/how-to/", "docs/reference/", "docs/tutorial/"))
    ]
    assert guides
    assert [path for path in guides if f"({path.removeprefix('docs/')})" not in index] == []


def test_every_kind_of_incident_is_explained_to_administrators() -> None:
    told = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert [kind for kind in IncidentKind if f"| `{kind}` |" not in told] == []

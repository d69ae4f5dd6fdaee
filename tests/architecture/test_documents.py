"""What the documents point at exists: files, make tasks, commands."""

import re
import subprocess

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


def written(document: str) -> str:
    """The text of a document."""
    return (ROOT / document).read_text(encoding="utf-8")


def test_links_lead_somewhere() -> None:
    lost = [
        f"{document}: {target}"
        for document in DOCUMENTS
        for target in LINK.findall(written(document))
        if not ((ROOT / document).parent / target).exists()
    ]
    assert lost == []


def test_commands_named_in_code_exist() -> None:
    tasks = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for document in DOCUMENTS:
        text = written(document)
        named = {
            task
            for code in re.findall(r"`[^`]+`|^```[^`]*^```", text, re.MULTILINE)
            for task in MAKE_TASK.findall(code)
        }
        assert named <= tasks, document
        commands = {first or second for first, second in TRINH_COMMAND.findall(text)}
        assert commands <= set(main.commands), document


def test_every_guide_is_in_the_index() -> None:
    index = written("docs/README.md")
    guides = [
        path for path in DOCUMENTS if path.startswith(("docs/how-to/", "docs/reference/", "docs/tutorial/"))
    ]
    assert guides
    assert [path for path in guides if f"({path.removeprefix('docs/')})" not in index] == []


def test_every_kind_of_incident_is_explained_to_administrators() -> None:
    told = written("docs/operations.md")
    assert [kind for kind in IncidentKind if f"| `{kind}` |" not in told] == []

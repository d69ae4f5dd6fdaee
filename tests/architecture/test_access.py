"""Whether somebody may do something is decided in one place; everybody else asks there."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.builders import ROOT

SERVICE = ROOT / "service"
DECIDES = SERVICE / "operations" / "access.py"
NO_DECISION_ABOUT_PEOPLE = {
    "api/access.py": "a session without its CSRF token, a route that declares nothing",
    "api/sign_ins.py": "a token that asks for another token",
    "operations/demo/jumps.py": "a clock that moves only in the demo",
    "operations/staff/people.py": "somebody whose account has gone while they were signed in",
}
"""Where something is refused for what was shown or where the program runs, not for who asks."""


def refusals(source: str) -> Iterator[int]:
    """The lines that refuse somebody by raising NotAllowed."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            name = node.exc.func
            if isinstance(name, ast.Name) and name.id == "NotAllowed":
                yield node.lineno


def test_nobody_is_refused_but_where_access_is_decided() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in sorted(SERVICE.rglob("*.py"))
        if path != DECIDES and path.relative_to(SERVICE).as_posix() not in NO_DECISION_ABOUT_PEOPLE
        for line in refusals(path.read_text(encoding="utf-8"))
    ]
    assert not found, "put the decision into service/operations/access.py and call it"


def test_the_exceptions_are_still_needed() -> None:
    idle = [name for name in NO_DECISION_ABOUT_PEOPLE if not list(refusals(_text(SERVICE / name)))]
    assert not idle


def test_the_search_finds_a_refusal() -> None:
    assert list(refusals("if late:\n    raise NotAllowed(message('No.'))")) == [2]


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")

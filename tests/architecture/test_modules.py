"""A module says what it is about, and stays short enough to be about one thing."""

import ast
from pathlib import Path

import pytest

from tests.architecture.sources import modules, relative

LONGEST = 400
LONGER = {
    "service/store/migrations/versions/0001_the_first_schema.py": "it writes a whole schema down as it was",
}
"""Modules that are longer, each with the reason why it should not be divided."""


@pytest.mark.parametrize("module", modules(), ids=relative)
def test_a_module_says_what_it_is_about(module: Path) -> None:
    docstring = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8")))
    assert docstring, "write one line at the top that says what the module is about"


@pytest.mark.parametrize("module", modules(), ids=relative)
def test_a_module_is_short_or_says_why_not(module: Path) -> None:
    lines = len(module.read_text(encoding="utf-8").splitlines())
    assert lines <= LONGEST or relative(module) in LONGER, f"{lines} lines: divide it by subject"


def test_no_excuse_outlives_its_reason() -> None:
    long = {relative(m) for m in modules() if len(m.read_text(encoding="utf-8").splitlines()) > LONGEST}
    assert set(LONGER) <= long

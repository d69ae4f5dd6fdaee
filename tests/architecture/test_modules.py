"""A module says what it is about, and stays short enough to be about one thing."""

import ast

from tests.architecture.sources import modules, relative

LONGEST = 400
LONGER = {
    "service/store/migrations/versions/0001_the_first_schema.py": "it writes a whole schema down as it was",
}
"""Modules that are longer, each with the reason why it should not be divided."""


def test_a_module_says_what_it_is_about() -> None:
    silent = [
        relative(module)
        for module in modules()
        if not ast.get_docstring(ast.parse(module.read_text(encoding="utf-8")))
    ]
    assert silent == [], "write one line at the top that says what the module is about"


def test_a_module_is_short_or_says_why_not() -> None:
    lengths = {relative(module): len(module.read_text(encoding="utf-8").splitlines()) for module in modules()}
    long = {module: lines for module, lines in lengths.items() if lines > LONGEST}
    assert long.keys() - LONGER.keys() == set(), f"divide them by subject: {long}"
    assert LONGER.keys() <= long.keys(), "an excuse has outlived its reason"

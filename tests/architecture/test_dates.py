"""No template prints a date or an instant as the machine writes it: filters say dd/mm/yyyy and 24 hours."""

import re
from collections.abc import Iterator

from jinja2 import Environment, nodes

from tests.builders import ROOT

TEMPLATES = ROOT / "service" / "web" / "templates"
DATED = re.compile(r"_(at|on)$|(^|_)(day|date|until|since|now|today|instant|moment)$")
"""How attributes and variables that hold a date or an instant are named here."""
IN_A_FIELD = re.compile(r"""value="$""")
"""What was typed is shown again as it was typed."""


def raw_dates(source: str) -> Iterator[tuple[int, str]]:
    """The lines of a template that print a date unfiltered, and what is printed there."""
    environment = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], autoescape=True)
    for output in environment.parse(source).find_all(nodes.Output):
        before = ""
        for printed in output.nodes:
            if not IN_A_FIELD.search(before):
                yield from ((printed.lineno, name) for name in _bare(printed))
            before = printed.data if isinstance(printed, nodes.TemplateData) else ""


def _bare(expression: nodes.Node) -> Iterator[str]:
    """The dated names that an expression prints as they are."""
    if isinstance(expression, nodes.CondExpr):
        yield from _bare(expression.expr1)
        if expression.expr2 is not None:
            yield from _bare(expression.expr2)
    elif isinstance(expression, nodes.Concat):
        for part in expression.nodes:
            yield from _bare(part)
    elif isinstance(expression, nodes.Or | nodes.And):
        yield from _bare(expression.left)
        yield from _bare(expression.right)
    elif isinstance(expression, nodes.Getattr) and DATED.search(expression.attr):
        inner = expression.node
        if not (expression.attr == "day" and isinstance(inner, nodes.Getattr) and inner.attr == "day"):
            yield expression.attr
    elif isinstance(expression, nodes.Name) and DATED.search(expression.name):
        yield expression.name


def test_templates_tell_dates_through_a_filter() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line} {name}"
        for path in sorted(TEMPLATES.rglob("*.html"))
        for line, name in raw_dates(path.read_text(encoding="utf-8"))
    ]
    assert not found, "put |day or |moment behind what is printed here"


def test_days_are_typed_as_people_write_them() -> None:
    """A native date field follows the country of the browser: a clerk would read 12/05 as 5 December."""
    native = re.compile(r"""type=["'](date|datetime-local|month|week|time)["']""")
    found = [
        str(path.relative_to(ROOT))
        for path in sorted(TEMPLATES.rglob("*.html"))
        if native.search(path.read_text(encoding="utf-8"))
    ]
    assert not found, "use a text field and service.domain.words.read_day"


def test_the_search_finds_what_it_looks_for() -> None:
    planted = "{{ task.due_at }} {{ task.due_at|moment }} {{ a.day if b else c|day }} {{ 'x' ~ now }}"
    assert [name for _, name in raw_dates(planted)] == ["due_at", "day", "now"]

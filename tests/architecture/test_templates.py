"""What a template of a whole page may not do to the pages that fill it."""

from jinja2 import Environment, nodes

from tests.builders import ROOT

TEMPLATES = ROOT / "service" / "web" / "templates"


def names_set_for_pages(source: str) -> set[str]:
    """The variables that a template sets outside of any block, loop or macro: blocks see them as well."""
    tree = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], autoescape=True).parse(source)
    found: set[str] = set()
    waiting: list[nodes.Node] = [tree]
    while waiting:
        for node in waiting.pop().iter_child_nodes():
            if isinstance(node, nodes.Assign) and isinstance(node.target, nodes.Name):
                found.add(node.target.name)
            elif not isinstance(node, nodes.Block | nodes.For | nodes.Macro | nodes.With | nodes.CallBlock):
                waiting.append(node)
    return found


def test_the_layout_takes_no_name_from_the_pages_within_it() -> None:
    """A page's own value of that name would silently be another one in its blocks."""
    assert not names_set_for_pages((TEMPLATES / "layout.html").read_text())


def test_a_name_that_is_set_for_pages_is_found() -> None:
    own = "{% if x %}{% set own = 1 %}{% endif %}"
    scoped = "{% with a = 1 %}{% set b = 2 %}{% endwith %}{% block c %}{% set d = 3 %}{% endblock %}"
    assert names_set_for_pages(own + scoped) == {"own"}

"""YAML text to plain values, with the line of every place.

Only plain data is read: mappings, lists, text, whole numbers, true, false and null. Everything
else stays the text that was typed, so `01/12`, `08:00`, `2023-12-05`, `no` and `04` never turn into
a date, a number or a truth value behind the operator's back. Duplicate keys, aliases and tags are
refused.
"""

import re
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

import yaml

from service.domain.errors import Message, message
from service.localities.problems import Path, Problem

MOST_CHARACTERS = 1_000_000
MOST_LEVELS = 30


@dataclass(slots=True)
class Source:
    """One file as read: its data (None if unreadable), the line of every path, and what was wrong."""

    file: str
    data: Any = None
    lines: dict[Path, int] = field(default_factory=dict[Path, int])
    problems: list[Problem] = field(default_factory=list[Problem])

    def line_of(self, path: Path) -> int:
        """The line of a place, or of what encloses it if the place itself is missing."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def report(self, path: Path, text: Message) -> None:
        """Notes a problem at a place."""
        self.problems.append(Problem(self.file, self.line_of(path), path, text))


class _Unwelcome(yaml.MarkedYAMLError):
    """A construct of YAML that a configuration does not need."""


class PlainLoader(yaml.SafeLoader):
    """Reads text, whole numbers, true, false and null; refuses aliases and deep nesting."""

    yaml_implicit_resolvers = {}  # starts empty: none of YAML's own conversions
    _depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        mark = self.peek_event().start_mark
        if self.check_event(yaml.AliasEvent):
            raise _Unwelcome(problem="an alias (*name) is not allowed here", problem_mark=mark)
        if self._depth >= MOST_LEVELS:
            raise _Unwelcome(problem="the text is nested too deeply", problem_mark=mark)
        self._depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self._depth -= 1


PlainLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf"))
PlainLoader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile("^(?:0|-?[1-9][0-9]{0,8})$"), list("-0123456789")
)
PlainLoader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile("^(?:null|~|)$"), ["n", "~", ""])


def read(file: str, text: str) -> Source:
    """Reads one file. Never raises: what is wrong stands in `problems`."""
    source = Source(file)
    if len(text) > MOST_CHARACTERS:
        source.report((), message("The file is too long for a configuration. Split or shorten it."))
        return source
    try:
        root = yaml.compose(text, Loader=PlainLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        source.lines[()] = mark.line + 1 if mark else 1
        source.report((), _unreadable(error.problem or str(error)))
        return source
    except yaml.YAMLError as error:
        source.report((), _unreadable(str(error).splitlines()[0]))
        return source
    if root is None:
        source.report((), message("The file is empty. Fill it in or remove it."))
    else:
        source.data = _value(root, (), source)
    return source


def _unreadable(problem: str) -> Message:
    return message(
        "This is not readable YAML: {problem}. Check the indentation, colons and quotes near this line.",
        problem=problem,
    )


def _value(node: yaml.Node, path: Path, source: Source) -> Any:
    source.lines.setdefault(path, node.start_mark.line + 1)
    match node:
        case yaml.MappingNode(tag="tag:yaml.org,2002:map"):
            return _mapping(node, path, source)
        case yaml.SequenceNode(tag="tag:yaml.org,2002:seq"):
            return [_value(item, (*path, index), source) for index, item in enumerate(node.value)]
        case yaml.ScalarNode(tag="tag:yaml.org,2002:str"):
            return node.value
        case yaml.ScalarNode(tag="tag:yaml.org,2002:int"):
            return int(node.value)
        case yaml.ScalarNode(tag="tag:yaml.org,2002:bool"):
            return node.value == "true"
        case yaml.ScalarNode(tag="tag:yaml.org,2002:null"):
            return None
        case _:
            source.report(
                path, message("The tag {tag} is not allowed here. Write the plain value.", tag=node.tag)
            )
            return None


def _mapping(node: yaml.MappingNode, path: Path, source: Source) -> dict[Hashable, Any]:
    values: dict[Hashable, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            source.problems.append(
                Problem(source.file, line, path, message("A key must be a single word. Write `key: value`."))
            )
            continue
        key = key_node.value
        place = (*path, key)
        if key in values:
            text = message(
                "The key {key} stands here twice (first on line {first}). Keep one of them.",
                key=key,
                first=source.lines[place],
            )
            source.problems.append(Problem(source.file, line, place, text))
            continue
        source.lines[place] = line
        values[key] = _value(value_node, place, source)
    return values

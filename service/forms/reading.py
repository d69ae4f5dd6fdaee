"""Reads a form-js document and refuses whatever the server could not check."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter
from hashlib import sha256
from typing import NoReturn, TypeVar

from service.domain.errors import Invalid, Message, message
from service.forms.conditions import parse_condition
from service.forms.definitions import (
    CHOICES,
    CONTEXT,
    MOST_FILES,
    OFFERED,
    Field,
    FieldType,
    Form,
    Option,
    Wording,
)
from service.forms.patterns import parse_pattern

MAX_CONTENT = 200_000
MAX_COMPONENTS = 100
MAX_OPTIONS = 200
MAX_TEXT = 20_000
_KEY = re.compile(r"[a-z][a-z0-9_]{0,63}")
_COMMON = frozenset({"type", "id", "key", "description", "conditional", "properties", "validate", "layout"})
_LENGTHS = frozenset({"minLength", "maxLength"})
_RULES: dict[FieldType, frozenset[str]] = {
    FieldType.LINE: _LENGTHS | {"pattern"},
    FieldType.TEXT: _LENGTHS,
    FieldType.NUMBER: frozenset({"min", "max"}),
}
_OWN: dict[FieldType, frozenset[str]] = {
    FieldType.NUMBER: frozenset({"label", "decimalDigits"}),
    FieldType.RADIO: frozenset({"label", "values", "valuesKey"}),
    FieldType.SELECT: frozenset({"label", "values", "valuesKey"}),
    FieldType.DATE: frozenset({"dateLabel", "subtype"}),
    FieldType.FILES: frozenset({"label", "multiple"}),
}

Parsed = TypeVar("Parsed")


@lru_cache(maxsize=256)
def read_form(content: str) -> Form:
    """Reads a form; the same content gives the same object.

    Raises:
        Invalid: when it is not JSON or not in the subset; `fields` names each wrong place, such as
            `components[2].validate.maxLength`.
    """
    wrong: dict[str, Message] = {}
    root = _Node(_parse(content), "", wrong)
    root.only({"type", "id", "schemaVersion", "components", "properties"})
    if root.values.get("type") != "default":
        root.complain("type", message('Write "type": "default".'))
    words = root.node("properties")
    words.only({"title", "title_en", "submit_label", "submit_label_en", "outcome"})
    fields = _read_fields(root)
    order = _order(fields, wrong)
    outcome = words.text("outcome")
    if (outcome is None) == all(field.key != "outcome" for field in fields):
        words.complain(
            "outcome",
            message("A form has either a field with the key outcome or the property outcome: keep one."),
        )
    form = Form(
        key=root.key("id"),
        fields=tuple(fields),
        content_hash=sha256(content.encode()).hexdigest(),
        title=words.wording("title") or Wording(""),
        submit_label=words.wording("submit_label"),
        outcome=outcome,
        evaluation_order=order,
    )
    if wrong:
        raise Invalid(message("The form cannot be used: correct the places listed."), wrong)
    return form


class _Node:
    """A JSON object being read; every wrong place under it is noted with its path."""

    def __init__(self, value: object, path: str, wrong: dict[str, Message]) -> None:
        self.path = path
        self.wrong = wrong
        self.values: Mapping[str, object] = {}
        if isinstance(value, dict):
            self.values = value
        else:
            wrong[path or "the file"] = message("Write a JSON object here.")

    def at(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name

    def complain(self, name: str, problem: Message) -> None:
        self.wrong.setdefault(self.at(name), problem)

    def only(self, names: Iterable[str], prefix: str | None = None) -> None:
        """Notes every member that is neither among `names` nor begins with `prefix`."""
        known = frozenset(names)
        for name in self.values:
            if name not in known and not (prefix and name.startswith(prefix)):
                self.complain(name, message('"{name}" is not supported here: remove it.', name=name))

    def node(self, name: str) -> "_Node":
        return _Node(self.values.get(name, {}), self.at(name), self.wrong)

    def nodes(self, name: str, most: int) -> list["_Node"]:
        members = self.values.get(name)
        if not isinstance(members, list) or not 0 < len(members) <= most:
            self.complain(name, message("Write a list of 1 to {limit} objects here.", limit=most))
            return []
        return [_Node(each, f"{self.at(name)}[{index}]", self.wrong) for index, each in enumerate(members)]

    def text(self, name: str) -> str | None:
        value = self.values.get(name)
        if value is None or (isinstance(value, str) and value.strip()):
            return value
        self.complain(name, message("Write a text here."))
        return None

    def flag(self, name: str) -> bool:
        value = self.values.get(name, False)
        if not isinstance(value, bool):
            self.complain(name, message("Write true or false here."))
        return value is True

    def number(self, name: str) -> float | None:
        value = self.values.get(name)
        if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
            return value
        self.complain(name, message("Write a number here."))
        return None

    def count(self, name: str, most: int) -> int | None:
        value = self.number(name)
        if value is None or (isinstance(value, int) and 0 <= value <= most):
            return value
        self.complain(name, message("Write a whole number from 0 to {limit} here.", limit=most))
        return None

    def key(self, name: str) -> str:
        value = self.values.get(name)
        if isinstance(value, str) and _KEY.fullmatch(value):
            return value
        self.complain(
            name, message("Write a name of lower-case letters, digits and _ here, beginning with a letter.")
        )
        return ""

    def wording(self, name: str, words: "_Node | None" = None, english: str | None = None) -> Wording | None:
        """A Vietnamese text with its English from `words` (itself by default)."""
        text = self.text(name)
        translation = (words or self).text(english or f"{name}_en")
        return None if text is None else Wording(text, translation)

    def parsed(self, name: str, parse: Callable[[str], Parsed]) -> Parsed | None:
        text = self.text(name)
        if text is None:
            return None
        try:
            return parse(text)
        except Invalid as error:
            self.complain(name, error.message)
            return None


def _parse(content: str) -> object:
    if len(content) > MAX_CONTENT:
        raise Invalid(message("The form is larger than {limit} characters: split it.", limit=MAX_CONTENT))
    try:
        return json.loads(content, object_pairs_hook=_members, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        place = f"{error.lineno}:{error.colno}"
        problem = message(
            "This is not JSON at line {line}, column {column}.", line=error.lineno, column=error.colno
        )
    except (ValueError, RecursionError):
        place, problem = "1:1", message("This JSON is nested too deeply or holds an impossible number.")
    raise Invalid(message("The form cannot be used: correct the places listed."), {place: problem})


def _members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Invalid(message('"{name}" stands twice in the same object: keep one.', name=twice))
    return members


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _read_fields(root: _Node) -> list[Field]:
    fields: list[Field] = []
    keys: set[str] = set()
    ids: set[object] = set()
    for node in root.nodes("components", MAX_COMPONENTS):
        name = node.text("id")
        if name is None or name in ids:
            node.complain("id", message("Give each component an id of its own."))
        ids.add(name)
        field = _read_component(node)
        if field is None:
            continue
        if field.key in keys or field.key in CONTEXT:
            node.complain("key", message('The key "{key}" is taken: choose another.', key=field.key))
        keys.add(field.key)
        fields.append(field)
    return fields


def _read_component(node: _Node) -> Field | None:
    if node.values.get("type") == "text":
        _check_text(node)
        return None
    try:
        type_ = FieldType(str(node.values.get("type")))
    except ValueError:
        known = ", ".join([*FieldType, "text"])
        node.complain("type", message("This type is not supported: use one of {known}.", known=known))
        return None
    return _read_field(node, type_)


def _check_text(node: _Node) -> None:
    node.only({"type", "id", "text", "conditional", "properties", "layout"})
    words = node.node("properties")
    words.only({"text_en"})
    if node.wording("text", words) is None:
        node.complain("text", message("Write a text here."))
    _conditional(node).parsed("hide", parse_condition)


def _conditional(node: _Node) -> _Node:
    conditional = node.node("conditional")
    conditional.only({"hide"})
    return conditional


def _read_field(node: _Node, type_: FieldType) -> Field:
    node.only(_COMMON | _OWN.get(type_, {"label"}))
    words = node.node("properties")
    words.only({"label_en", "description_en", "required_when"}, "option_en." if type_ in CHOICES else None)
    rules = node.node("validate")
    rules.only({"required"} | _RULES.get(type_, frozenset()))
    label = "dateLabel" if type_ is FieldType.DATE else "label"
    wording = node.wording(label, words, "label_en")
    if wording is None:
        node.complain(label, message("Write a text here."))
    if type_ is FieldType.DATE and node.values.get("subtype") != "date":
        node.complain("subtype", message('Write "subtype": "date": times are not supported.'))
    if type_ in {FieldType.LINE, FieldType.TEXT} and "maxLength" not in rules.values:
        rules.complain("maxLength", message("Say how long the text may be."))
    return Field(
        key=node.key("key"),
        type=type_,
        wording=wording or Wording(""),
        description=node.wording("description", words),
        options=_read_options(node, words) if type_ in CHOICES and "valuesKey" not in node.values else (),
        options_from=_read_offer(node) if type_ in CHOICES else None,
        required=rules.flag("required"),
        required_when=words.parsed("required_when", parse_condition),
        hidden_when=_conditional(node).parsed("hide", parse_condition),
        min_length=rules.count("minLength", MAX_TEXT),
        max_length=rules.count("maxLength", 500 if type_ is FieldType.LINE else MAX_TEXT),
        minimum=rules.number("min"),
        maximum=rules.number("max"),
        decimal_digits=node.count("decimalDigits", 6),
        pattern=rules.parsed("pattern", parse_pattern),
        most_files=_most_files(node) if type_ is FieldType.FILES else 0,
    )


def _most_files(node: _Node) -> int:
    return MOST_FILES if node.flag("multiple") else 1


def _read_options(node: _Node, words: _Node) -> tuple[Option, ...]:
    options: dict[str, Option] = {}
    for each in node.nodes("values", MAX_OPTIONS):
        each.only({"label", "value"})
        value = each.text("value")
        label = each.wording("label", words, f"option_en.{value}")
        if value is None or label is None or value in options:
            each.complain("value", message("Give each choice a label and a value of its own."))
            continue
        options[value] = Option(value, label)
    for name in words.values:
        if name.startswith("option_en.") and name.removeprefix("option_en.") not in options:
            words.complain(name, message("There is no such choice: correct the name after the dot."))
    return tuple(options.values())


def _read_offer(node: _Node) -> str | None:
    name = node.text("valuesKey")
    if name is not None and name not in OFFERED:
        known = ", ".join(sorted(OFFERED))
        node.complain(
            "valuesKey", message("The server offers no such choices: it knows {known}.", known=known)
        )
    if name is not None and "values" in node.values:
        node.complain("values", message("Keep either values or valuesKey."))
    return name


def _order(fields: Iterable[Field], wrong: dict[str, Message]) -> tuple[str, ...]:
    """Keys so that each field comes after those its conditions look at."""
    graph = {field.key: field.names_used - CONTEXT for field in fields}
    for key, names in graph.items():
        for name in names - graph.keys():
            wrong.setdefault(
                f"components.{key}",
                message('A condition looks at "{name}", which is no field of this form.', name=name),
            )
    try:
        return tuple(key for key in TopologicalSorter(graph).static_order() if key in graph)
    except CycleError as error:
        circle = ", ".join(dict.fromkeys(error.args[1]))
        wrong["components"] = message(
            "The conditions of {keys} depend on each other in a circle: break it.", keys=circle
        )
        return ()

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportMissingTypeStubs=false, reportAttributeAccessIssue=false
# lxml ships no types; this module is its only reader and hands out plain `Node` values.
"""Read untrusted XML: nothing outside the bytes is ever opened, and size, depth and count are bounded.

The limits are generous: the largest shipped diagram has about 60 kB and 700 nodes.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from service.domain.errors import Invalid, message

MAX_BYTES = 2_000_000
MAX_DEPTH = 60
MAX_NODES = 30_000

_DECLARED_ENCODING = re.compile(r"""^<\?xml[^>]*?encoding\s*=\s*["']([^"']*)["']""")


@dataclass(frozen=True, slots=True)
class Node:
    """One XML element. Attributes in a namespace are keyed `{namespace}name`."""

    namespace: str
    tag: str
    attributes: Mapping[str, str]
    text: str
    children: tuple["Node", ...]

    def all(self, namespace: str, *tags: str) -> Iterator["Node"]:
        """The direct children with one of these tags, in document order."""
        return (child for child in self.children if child.namespace == namespace and child.tag in tags)

    def first(self, namespace: str, tag: str) -> "Node | None":
        return next(self.all(namespace, tag), None)

    def walk(self) -> Iterator["Node"]:
        """This node and everything below it, in document order."""
        waiting: list[Node] = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))


def parse(data: bytes) -> Any:
    """The root of an lxml tree without comments, processing instructions, entities or a DOCTYPE.

    Raises `Invalid` that says what is wrong with the file and what to do.
    """
    text = _decode(data)
    # libxml2 expands entities of an internal subset inside attributes whatever it is told:
    # a document that brings one is refused before the parser sees it.
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise Invalid(
            message("The file contains a DOCTYPE or an ENTITY; remove it and save the diagram again.")
        )
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise Invalid(
            message(
                "The file is not well-formed XML (line {line}): {reason}", line=error.lineno, reason=error.msg
            )
        ) from error
    _check_limits(root)
    return root


def read(root: Any) -> Node:
    """The same tree as plain values."""
    name = etree.QName(root)
    return Node(
        namespace=name.namespace or "",
        tag=name.localname,
        attributes=dict(root.attrib),
        text=root.text or "",
        children=tuple(read(child) for child in root),
    )


def _decode(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise Invalid(
            message(
                "The file has {size} bytes; a diagram may have at most {limit}. Simplify it or split it.",
                size=len(data),
                limit=MAX_BYTES,
            )
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid(message("The file is not UTF-8 text; save the diagram as UTF-8.")) from error
    declared = _DECLARED_ENCODING.match(text)
    if declared and declared[1].lower() not in ("utf-8", "utf8", "us-ascii"):
        raise Invalid(
            message(
                "The file declares the encoding {encoding}; save the diagram as UTF-8.", encoding=declared[1]
            )
        )
    return text


def _check_limits(root: Any) -> None:
    count, level, depth = 0, [root], 0
    while level:
        count += len(level)
        depth += 1
        if count > MAX_NODES:
            raise Invalid(message("The file has more than {limit} XML nodes; simplify it.", limit=MAX_NODES))
        if depth > MAX_DEPTH:
            raise Invalid(message("The file nests deeper than {limit} levels; simplify it.", limit=MAX_DEPTH))
        level = [child for node in level for child in node]

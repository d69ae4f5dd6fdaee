"""Process definitions: a diagram's bytes, read once per process and shared by all threads."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from service.domain.errors import Invalid, NotFound, message
from service.engine import xml as safe_xml
from service.engine.diagrams import Diagram, Element, Flow, draw, processes
from service.engine.dialect import START
from service.engine.specs import Program, build

# A locality uses a handful of definitions, each in a few versions: about 100 kB in memory apiece.
CACHE_SIZE = 64


@dataclass(frozen=True)
class Branch:
    """Where a step may lead: the words on the arrow ("" if none) and the element behind it."""

    label: str
    condition: str | None
    target: str
    documentation: str = ""


@dataclass(frozen=True)
class OutlineStep:
    """One line of a diagram told in words: its number, the element, and what may follow."""

    number: int
    element: Element
    branches: tuple[Branch, ...]


@dataclass(frozen=True)
class Definition:
    """A diagram that can be run. `key` survives versions; `content_hash` names exactly these bytes."""

    key: str
    name: str
    content_hash: str
    xml: bytes = field(repr=False)
    diagram: Diagram = field(repr=False, compare=False)
    program: Program = field(repr=False, compare=False)

    @property
    def elements(self) -> Mapping[str, Element]:
        """Every element of the picture by its id, in document order."""
        return self.diagram.elements

    @property
    def flows(self) -> Mapping[str, Flow]:
        return self.diagram.flows

    @property
    def documentation(self) -> str:
        return self.diagram.documentation

    def element(self, element_id: str) -> Element:
        """Raises `NotFound` for an id that the diagram lacks."""
        found = self.diagram.elements.get(element_id)
        if found is None:
            raise NotFound(message("The diagram has no element “{element}”.", element=element_id))
        return found

    @cached_property
    def outline(self) -> tuple[OutlineStep, ...]:
        """The picture in words: elements numbered as a reader would meet them from the start."""
        return tuple(_outline(self.diagram))

    @cached_property
    def side_elements(self) -> frozenset[str]:
        """The ids of elements beside the main path: escalations that a non-interrupting event opens."""
        return self.diagram.side_elements


def read(xml: bytes) -> Definition:
    """The definition of a diagram, from a cache if these bytes were read before.

    Raises `Invalid` when it is not a diagram with one process that the engine can run. Whether it is a
    wise one is the linter's question: see `check`.
    """
    content_hash = hashlib.sha256(xml).hexdigest()
    with _lock:
        known = _cache.get(content_hash)
        if known is not None:
            _cache.move_to_end(content_hash)
            return known
    definition = _read(xml, content_hash)
    with _lock:
        _cache[content_hash] = definition
        while len(_cache) > CACHE_SIZE:
            _cache.popitem(last=False)
    return definition


_cache: OrderedDict[str, Definition] = OrderedDict()
_lock = threading.Lock()


def _read(xml: bytes, content_hash: str) -> Definition:
    root = safe_xml.parse(xml)
    definitions = safe_xml.read(root)
    found = processes(definitions)
    if len(found) != 1:
        raise Invalid(message("The file has {count} processes; it needs exactly one.", count=len(found)))
    diagram = draw(definitions, found[0])
    program = build(root, diagram.key, diagram.events_of_escalations)
    return Definition(diagram.key, diagram.name, content_hash, xml, diagram, program)


def _outline(diagram: Diagram) -> list[OutlineStep]:
    return [
        OutlineStep(number, element, tuple(_branches(diagram, element)))
        for number, element in enumerate(_in_reading_order(diagram, diagram.key), start=1)
    ]


def _in_reading_order(diagram: Diagram, scope: str) -> Iterator[Element]:
    """From the start, nearest first; the events on a border and the inside of a sub-process follow it."""
    seen: set[str] = set()
    waiting = [element for element in diagram.inside(scope) if element.type == START]
    while waiting:
        element = waiting.pop(0)
        if element.id not in seen:
            seen.add(element.id)
            yield element
            yield from _in_reading_order(diagram, element.id)
            waiting = [*diagram.boundaries(element.id), *waiting, *diagram.targets(element)]


def _branches(diagram: Diagram, element: Element) -> list[Branch]:
    flows = [diagram.flows[flow_id] for flow_id in element.outgoing]
    return [Branch(flow.name, flow.condition, flow.target, flow.documentation) for flow in flows]

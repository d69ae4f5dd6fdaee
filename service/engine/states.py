# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportPrivateUsage=false, reportMissingTypeStubs=false
# SpiffWorkflow is untyped; see tokens.py.
"""The stored form of a running process: a few hundred bytes, however often the dossier was returned.

Only what can still matter is kept (`_kept`): the tokens that wait for somebody, what a join has already
received, and the border a waiting step hangs on. The history of the dossier lives in the database, not
here. Elements are named by their BPMN ids, so a state can be carried to a new version of its diagram.

Layout: one byte that says how the rest is packed (`J` JSON, `Z` zlib-compressed JSON), then
`[version, instance, last number, ending, fired, tokens]`, each token an array
`[number, element, state, index of its parent, data set, data removed, due, order, tokens inside]`
with empty places at the end left out.
"""

import json
import re
import zlib
from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin, BoundaryEventSplit, _EndJoin
from SpiffWorkflow.bpmn.specs.mixins.unstructured_join import UnstructuredJoin

from service.domain.errors import EngineFailure, message
from service.engine.arithmetic import Surroundings
from service.engine.specs import Program
from service.engine.tokens import CANCELLED, COMPLETED, LIVE, WAITING, Run, Token

VERSION = 1
_DAMAGED = message("The state of the process is damaged; restore it from a backup.")
_NAME = re.compile(rb'\[\d+,"([0-9a-z]+)",')
_EMPTY_ROW: list[Any] = [None, None, None, None, {}, [], None, 0, []]
# Below this zlib saves nothing worth its time.
_WORTH_PACKING = 400


def encode(run: Run, ending: str, side_elements: frozenset[str]) -> bytes:
    """The state of a run at rest. `ending` is the id of the main end event reached, or "".

    `side_elements` are the elements beside the main path; what ended there is forgotten.
    """
    rows = [] if ending else _rows(run, run, side_elements)
    fired = {} if ending else run.fired
    content = json.dumps(
        [VERSION, run.instance, run.last_number, ending, fired, rows],
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode()
    return _packed(content)


def decode(state: bytes, program: Program, around: Surroundings | None) -> tuple[Run, str]:
    """The run that `encode` stored, and the id of its ending ("" while it runs).

    Raises `EngineFailure` when the bytes are damaged or name an element that the diagram lacks.
    """
    version, instance, last_number, ending, fired, rows = _content(state)
    if version != VERSION:
        raise EngineFailure(
            message("The state of the process has an unknown version ({version}).", version=version)
        )
    try:
        run = Run(program, around)
        run.instance = instance
        run.last_number = last_number
        run.fired = fired
        if not ending:
            _restore(run, rows)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise EngineFailure(_DAMAGED) from error
    return run, ending


def apart(state: bytes) -> tuple[str, bytes]:
    """The name of the instance, and what else a state says: the same bytes for all that stand alike.

    Raises `EngineFailure` when the bytes are damaged.
    """
    start, name, rest = _around_name(_unpacked(state))
    return name.decode(), start + rest


def renamed(state: bytes, name: str) -> bytes:
    """The state of an instance of another name that stands alike."""
    start, _, rest = _around_name(_unpacked(state))
    return _packed(start + name.encode() + rest)


def _around_name(content: bytes) -> tuple[bytes, bytes, bytes]:
    """What stands before the name of the instance, the name, what stands behind it."""
    found = _NAME.match(content)
    if found is None:
        raise EngineFailure(_DAMAGED)
    return content[: found.start(1)], found[1], content[found.end(1) :]


def _packed(content: bytes) -> bytes:
    if len(content) > _WORTH_PACKING:
        packed = zlib.compress(content, 6)
        if len(packed) < len(content):
            return b"Z" + packed
    return b"J" + content


def _unpacked(state: bytes) -> bytes:
    match state[:1]:
        case b"J":
            return state[1:]
        case b"Z":
            try:
                return zlib.decompress(state[1:])
            except zlib.error as error:
                raise EngineFailure(_DAMAGED) from error
        case _:
            raise EngineFailure(_DAMAGED)


def _content(state: bytes) -> list[Any]:
    try:
        parts = json.loads(_unpacked(state))
        if len(parts) == 6:
            return parts
    except (ValueError, TypeError) as error:
        raise EngineFailure(_DAMAGED) from error
    raise EngineFailure(_DAMAGED)


def _kept(inside: Any, side_elements: frozenset[str]) -> set[int]:
    """The numbers of the tokens that later steps can still depend on."""
    kept = {inside.task_tree.id}
    for token in inside.tasks.values():
        if token.state & LIVE:
            if not _is_spent_join(token, side_elements):
                kept.add(token.id)
                # A step hangs on the border of its events, a join or an end on what led to it.
                if token.state == WAITING or isinstance(token.parent.task_spec, BoundaryEventSplit):
                    kept.add(token.parent.id)
        elif _is_received(inside, token, side_elements):
            kept.update((token.id, token.parent.id))
    return kept


def _is_received(inside: Any, token: Any, side_elements: frozenset[str]) -> bool:
    """Whether it stands for a branch that a join has received and not yet passed on."""
    spec, parent = token.task_spec, token.parent
    if token.state != CANCELLED or not isinstance(spec, UnstructuredJoin) or parent.state != COMPLETED:
        return False
    if isinstance(spec, _EndJoin) and parent.task_spec.name in side_elements:
        return False
    return not any(other.state == COMPLETED and other.task_spec is spec for other in inside.tasks.values())


def _is_spent_join(token: Any, side_elements: frozenset[str]) -> bool:
    """Whether it waits for nothing: an ended side branch, or the border join of an event that has fired.

    The border join of the step itself does the work when the step ends.
    """
    if token.state != WAITING:
        return False
    if isinstance(token.task_spec, BoundaryEventJoin):
        return True
    return isinstance(token.task_spec, _EndJoin) and token.parent.task_spec.name in side_elements


def _rows(run: Run, inside: Any, side_elements: frozenset[str]) -> list[list[Any]]:
    """The kept tokens of one tree in the order a walk meets them.

    Each hangs on its parent, or on the root if its parent is not kept: nearer ancestors would not do, a
    border would take an escalation that it opened for the step itself.
    """
    kept = _kept(inside, side_elements)
    positions: dict[int, int] = {}
    rows: list[list[Any]] = []
    walk: list[Any] = [inside.task_tree]
    while walk:
        token = walk.pop()
        if token.id in kept:
            parent = token.parent if token.parent is None or token.parent.id in kept else inside.task_tree
            positions[token.id] = len(rows)
            rows.append(
                _row(run, token, parent, positions.get(parent.id, -1) if parent else -1, side_elements)
            )
        walk.extend(reversed(token.children))
    return rows


def _row(run: Run, token: Any, parent: Any, position: int, side_elements: frozenset[str]) -> list[Any]:
    # Nothing reads the data of the root again: what hangs on it carries its own.
    data = token.data if parent is not None else {}
    inherited = parent.data if parent is not None and position > 0 else {}
    inner = run.subprocesses.get(token.id) if token.state & LIVE else None
    row: list[Any] = [
        token.id,
        token.task_spec.name,
        token.state,
        position,
        {
            key: value
            for key, value in data.items()
            if key not in inherited or not _same(inherited[key], value)
        },
        [key for key in inherited if key not in data],
        token.internal_data.get("due"),
        token.last_state_change if token.state == CANCELLED else 0,
        _rows(run, inner, side_elements) if inner is not None else [],
    ]
    if row[6] is None and "due" in token.internal_data:
        row[6] = ""
    if "opened" in token.internal_data:
        row[6] = [row[6], token.internal_data["opened"]]
    while row[-1] == _EMPTY_ROW[len(row) - 1]:
        row.pop()
    return row


def _same(left: Any, right: Any) -> bool:
    return left == right and type(left) is type(right)


def _restore(inside: Any, rows: list[list[Any]]) -> None:
    run: Run = inside.top_workflow
    specs = inside.spec.task_specs
    tokens: list[Any] = []
    for row in rows:
        number, name, state, position, added, removed, due, order, inner = row + _EMPTY_ROW[len(row) :]
        spec = specs.get(name)
        if spec is None:
            raise EngineFailure(
                message(
                    "The process waits at “{element}”, which this version of the diagram lacks.", element=name
                )
            )
        parent = tokens[position] if position >= 0 else None
        token = Token(inside, spec, parent, state, number)
        tokens.append(token)
        if not all(name.isidentifier() for name in added):
            raise EngineFailure(_DAMAGED)
        token.data = {**parent.data, **added} if parent is not None else dict(added)
        for key in removed:
            del token.data[key]
        if isinstance(due, list):
            due, token.internal_data["opened"] = due
        if due is not None:
            token.internal_data["due"] = due if due != "" else None
        token.last_state_change = order
        run.changes = max(run.changes, order)
        if spec.catches_events and state == WAITING:
            run.event_manager.add_task(token)
        if inner:
            _restore(run.reopen(token), inner)
    inside.task_tree = tokens[0]

"""The process engine: reads and checks diagrams, moves instances through them, keeps their state small.

SpiffWorkflow and lxml are used here and nowhere else; none of their objects leaves this package.
"""

from service.engine.arithmetic import Scalar
from service.engine.commands import (
    Command,
    Complete,
    Ending,
    Environment,
    Event,
    Fire,
    OpenTask,
    Receive,
    Redate,
    Start,
    Step,
    TimerDue,
)
from service.engine.definitions import Branch, Definition, OutlineStep, read
from service.engine.diagrams import Element, Flow
from service.engine.grammar import VariableKind
from service.engine.linting import Finding, Vocabulary, check, check_isolated
from service.engine.returns import RETURN_TO, Return, returns
from service.engine.steppers import Stepper
from service.engine.steps import advance, inspect

__all__ = [
    "RETURN_TO",
    "Branch",
    "Command",
    "Complete",
    "Definition",
    "Element",
    "Ending",
    "Environment",
    "Event",
    "Finding",
    "Fire",
    "Flow",
    "OpenTask",
    "OutlineStep",
    "Receive",
    "Redate",
    "Return",
    "Scalar",
    "Start",
    "Step",
    "Stepper",
    "TimerDue",
    "VariableKind",
    "Vocabulary",
    "advance",
    "check",
    "check_isolated",
    "inspect",
    "read",
    "returns",
]

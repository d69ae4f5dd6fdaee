"""The expressions an administrator may write: in the conditions of a diagram and in its timers.

One allow-list compiler turns the text into closures of our own; nothing of the text is ever executed as
Python. What the grammar lacks cannot be said: no attributes, subscripts, other calls, comprehensions,
lambdas, powers or formatted strings, and every size is bounded.

    outcome == "accept" and not has_upward
    outcome in ("accept", "refuse")
    deadline("labour_review") + days(1) + hours(8)
    latest(deadline("labour_review") + days(3), opened() + working_days(1))
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from service.domain.errors import EngineFailure, Invalid, Message, message
from service.engine.arithmetic import Closure, Scalar, Surroundings, Value
from service.engine.grammar import Compiler, VariableKind, parse


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression. `names` are the variables it reads, `deadlines` the deadline keys.

    `asks_opening` says whether it depends on when the step was opened that its timer hangs on.
    """

    source: str
    names: frozenset[str]
    deadlines: frozenset[str]
    run: Closure
    asks_opening: bool = False

    def holds(self, values: Mapping[str, Scalar], around: Surroundings) -> bool:
        """The answer of a condition. Raises `EngineFailure` when it cannot be given."""
        answer = self._evaluate(values, around)
        if answer is True or answer is False:
            return answer
        raise EngineFailure(
            message(
                "The condition “{source}” gave {answer}, not yes or no. Correct the diagram.",
                source=self.source,
                answer=repr(answer),
            )
        )

    def instant(self, around: Surroundings) -> datetime | None:
        """The instant of a timer in UTC; None when it rests on a deadline that has no date."""
        answer = self._evaluate({}, around)
        if answer is None or isinstance(answer, datetime):
            return answer and answer.astimezone(UTC)
        raise EngineFailure(
            message("The timer “{source}” gave no instant. Correct the diagram.", source=self.source)
        )

    def _evaluate(self, values: Mapping[str, Scalar], around: Surroundings) -> Value:
        try:
            return self.run(values, around)
        except KeyError as error:
            raise EngineFailure(
                message(
                    "The expression “{source}” needs {name}, which has no value yet.",
                    source=self.source,
                    name=str(error.args[0]),
                )
            ) from error
        except (TypeError, ArithmeticError, ValueError) as error:
            raise EngineFailure(
                message(
                    "The expression “{source}” failed: {reason}. Correct the diagram.",
                    source=self.source,
                    reason=str(error),
                )
            ) from error


def compile_condition(
    source: str,
    variables: Mapping[str, VariableKind] | None = None,
    deadlines: Collection[str] | None = None,
) -> Expression:
    """A condition that answers yes or no. Names must be among `variables`, unless that is None."""
    return _compile(source, "truth", variables, deadlines)


def compile_timer(source: str, deadlines: Collection[str] | None = None) -> Expression:
    """A timer's instant. Keys must be among `deadlines`, unless that is None; it reads no variables."""
    return _compile(source, "instant", {}, deadlines)


def _compile(
    source: str,
    wanted: Literal["truth", "instant"],
    variables: Mapping[str, VariableKind] | None,
    deadlines: Collection[str] | None,
) -> Expression:
    text = source.strip()
    compiler = Compiler(variables, deadlines)
    kind, run = compiler.compile(parse(text), 0)
    if kind not in (wanted, "any"):
        raise Invalid(_WRONG_KIND[wanted](text))
    if compiler.asks_opening and wanted == "truth":
        raise Invalid(message("“{source}”: opened() is for timers only.", source=text))
    return Expression(text, frozenset(compiler.names), frozenset(compiler.keys), run, compiler.asks_opening)


_WRONG_KIND: dict[str, Callable[[str], Message]] = {
    "truth": lambda text: message("“{source}” gives no yes or no; compare it with something.", source=text),
    "instant": lambda text: message(
        '“{source}” is not an instant; write for example deadline("labour_review") + days(1).', source=text
    ),
}

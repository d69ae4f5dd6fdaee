"""Anything that the document allows, and much that it does not, is answered without a fault of ours."""

import gc
import os
import threading
from collections import Counter
from collections.abc import Mapping

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from service.api.document import SPEC_PATH
from tests.builders import World
from tests.functional.api.clients import with_token
from tests.functional.api.places import furnished

EXAMPLES = int(os.environ.get("TRINH_FUZZ_EXAMPLES", "2"))
"""Requests for each operation and way of making values: few, because this runs with every suite.

`make fuzz` makes many, of another seed every time.
"""
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


# schemathesis leaves a file that it has fetched open; it is collected before the test ends.
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
@pytest.mark.parametrize("mode", list(GenerationMode))
def test_no_request_is_a_fault_of_ours(app: Flask, world: World, mode: GenerationMode) -> None:
    """Made from the document, right and wrong; most of the addresses name rows that are there."""
    app.config["PROPAGATE_EXCEPTIONS"] = False
    places = furnished(app, world)
    headers = [with_token(app, world, who).headers for who in ("clerk", "labour", "chairman", "admin")]
    answers: Counter[int] = Counter()
    for found in schemathesis.openapi.from_wsgi(SPEC_PATH, app).get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize="TRINH_FUZZ_EXAMPLES" not in os.environ,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        )
        @given(
            case=operation.as_strategy(generation_mode=mode),
            who=st.sampled_from(headers),
            there=st.sampled_from([{}, *places]),
        )
        def call(case: schemathesis.Case, who: dict[str, str], there: Mapping[str, str | int]) -> None:
            case.path_parameters.update({name: there[name] for name in case.path_parameters if name in there})
            if case.operation.label.endswith("/rehearsals") and isinstance(case.body, dict):
                # Whoever is let in waits for one dossier only.
                units = case.body.get("units")
                if units is None or (type(units) is int and 1 <= units <= 200):
                    case.body["units"] = 1
            answer = case.call(headers={**who})
            answers[answer.status_code] += 1
            case.validate_response(answer, checks=CHECKS)

        call()
    for thread in threading.enumerate():
        if thread.name == "rehearsal":
            thread.join(60)
    gc.collect()
    assert not {status for status in answers if status >= 500}, answers
    assert {200, 404, 422} <= answers.keys(), answers

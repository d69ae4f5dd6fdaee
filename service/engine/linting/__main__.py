"""The child of `check_isolated`: reads a request, checks under limits, prints the findings as JSON."""

import base64
import json
import resource
import sys
from dataclasses import asdict

from service.engine.linting.checks import check
from service.engine.linting.findings import Vocabulary
from service.engine.linting.isolation import MEMORY_BYTES


def main() -> None:
    request = json.loads(sys.stdin.read())
    seconds = int(request["seconds"])
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    words = request["vocabulary"]
    variables = words.pop("variables")
    vocabulary = Vocabulary(**{name: frozenset(keys) for name, keys in words.items()}, variables=variables)
    findings = check(base64.b64decode(request["xml"]), vocabulary)
    sys.stdout.write(json.dumps([asdict(finding) for finding in findings], default=str))


if __name__ == "__main__":
    main()

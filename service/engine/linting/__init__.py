"""Check a diagram before it is deployed: everything that would be read quietly and go wrong later."""

from service.engine.linting.checks import check
from service.engine.linting.findings import Finding, Severity, Vocabulary
from service.engine.linting.isolation import check_isolated

__all__ = ["Finding", "Severity", "Vocabulary", "check", "check_isolated"]

"""The JSON API under `/api/v1`: the same operations and rules as the screens, for programs.

`create_application` makes the Flask application with the API in it; the composition root adds the
screens. Routes, ways to sign in and errors: docs/reference/api.md. Every route declares who may use it
(`access`), opens one Work (`works`), and answers errors as problem documents (`errors`).
"""

from service.api.application import create_application

__all__ = ["create_application"]

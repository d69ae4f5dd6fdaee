"""marshmallow's home for forms: reads a form-js document and checks the values that people send.

The subset of form-js is described in docs/reference/forms.md; the browser renders the same file.
"""

from service.forms.checking import check
from service.forms.definitions import Field, FieldType, Form, Option, Scalar, Wording
from service.forms.offers import offer, offer_schema
from service.forms.reading import read_form
from service.forms.schemas import schema_for

__all__ = [
    "Field",
    "FieldType",
    "Form",
    "Option",
    "Scalar",
    "Wording",
    "check",
    "offer",
    "offer_schema",
    "read_form",
    "schema_for",
]

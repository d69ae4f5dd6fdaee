"""Form documents for tests."""

import json
from typing import Any


def component(type_: str, key: str, **more: Any) -> dict[str, Any]:
    """A valid component; `more` replaces or adds members."""
    label = {"dateLabel": key.title(), "subtype": "date"} if type_ == "datetime" else {"label": key.title()}
    limits = {"validate": {"maxLength": 100}} if type_ in {"textfield", "textarea"} else {}
    return {"type": type_, "id": f"form_{key}", "key": key, **label, **limits, **more}


def document(*components: dict[str, Any], **more: Any) -> str:
    """A form with these components and a fixed outcome."""
    root = {
        "type": "default",
        "id": "form",
        "schemaVersion": 19,
        "properties": {"title": "Biểu mẫu", "title_en": "Form", "outcome": "submit"},
        "components": list(components),
    }
    return json.dumps(root | more, ensure_ascii=False)

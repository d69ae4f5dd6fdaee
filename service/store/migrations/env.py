"""Alembic's entry: runs the revisions on the connection that `upgrade` hands in."""

from typing import Any, Literal

from alembic import context

from service.store.tables import Table
from service.store.tables.columns import Instant, Json


def render_plain(kind: str, item: Any, _context: object) -> str | Literal[False]:
    """Writes our column types as the plain types beneath them: a revision must not follow our code."""
    if kind == "type" and isinstance(item, Instant):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Json):
        return "sa.Text()"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Table.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    render_item=render_plain,
)
with context.begin_transaction():
    context.run_migrations()

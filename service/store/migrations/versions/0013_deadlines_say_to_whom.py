"""A deadline says to whom the step is owed."""

import json

from alembic import op
import sqlalchemy as sa


revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('deadlines', sa.Column('owed_to', sa.String(length=100), nullable=True))
    _read_from_what_was_loaded()


def downgrade() -> None:
    op.drop_column('deadlines', 'owed_to')


def _read_from_what_was_loaded() -> None:
    """Loading the same files again would skip them, so what they say is taken from where they are kept."""
    connection = op.get_bind()
    newest = connection.execute(
        sa.text(
            "SELECT locality_id, content FROM locality_versions AS one WHERE version ="
            " (SELECT max(version) FROM locality_versions AS other WHERE other.locality_id = one.locality_id)"
        )
    )
    said: dict[tuple[str, str, str, str], str] = {}
    for locality_id, text in newest.all():
        content = json.loads(text)
        for column, kept in (("kind", content.get("kinds", ())), ("key", content["rounds"])):
            said |= {
                (locality_id, column, one[column], rule["key"]): rule["to"]
                for one in kept
                for rule in one["deadlines"]
                if rule.get("to")
            }
    stored = connection.execute(
        sa.text(
            "SELECT deadlines.id, locality_id, rounds.kind, rounds.key AS round_key, deadlines.key"
            " FROM deadlines JOIN rounds ON rounds.id = deadlines.round_id"
        )
    )
    found = [
        {"its_id": row.id, "owed_to": to}
        for row in stored.all()
        if (
            to := said.get((row.locality_id, "key", row.round_key, row.key))
            or said.get((row.locality_id, "kind", row.kind, row.key))
        )
    ]
    if found:
        connection.execute(sa.text("UPDATE deadlines SET owed_to = :owed_to WHERE id = :its_id"), found)

"""The outbox checks no foreign key, and its folders are indexed when a mail is settled."""

from alembic import op
import sqlalchemy as sa


revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

_QUEUED = sa.text("status IN ('queued', 'sending')")
_SETTLED = sa.text("status NOT IN ('queued', 'sending')")
_ON_POSTGRESQL = (
    'fk_outbox_dossier_id',
    'fk_outbox_recipient_id',
    'fk_outbox_task_id',
    'outbox_opinion_id_fkey',
    'outbox_substitution_id_fkey',
)
_ON_SQLITE = (
    ', \n\tCONSTRAINT fk_outbox_dossier_id FOREIGN KEY(dossier_id) REFERENCES dossiers (id)',
    ', \n\tCONSTRAINT fk_outbox_recipient_id FOREIGN KEY(recipient_id) REFERENCES people (id)',
    ', \n\tCONSTRAINT fk_outbox_task_id FOREIGN KEY(task_id) REFERENCES user_tasks (id)',
    ' REFERENCES opinions (id)',
    ' REFERENCES substitutions (id)',
)


def upgrade() -> None:
    _check_no_references()
    op.drop_index('ix_outbox_folder', table_name='outbox')
    op.drop_index('ix_outbox_next', table_name='outbox')
    op.create_index('ix_outbox_folder', 'outbox', ['status', 'id'], unique=False, postgresql_where=_SETTLED, sqlite_where=_SETTLED)
    op.create_index('ix_outbox_next', 'outbox', ['next_attempt_at', 'status'], unique=False, postgresql_where=_QUEUED, sqlite_where=_QUEUED)


def _check_no_references() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for name in _ON_POSTGRESQL:
            op.drop_constraint(name, 'outbox', type_='foreignkey')
        return
    # As in 0002: SQLite's documentation of ALTER TABLE lets the definition be rewritten for exactly this.
    version = op.get_bind().exec_driver_sql("PRAGMA schema_version").scalar_one()
    op.execute("PRAGMA writable_schema = ON")
    for words in _ON_SQLITE:
        op.get_bind().execute(
            sa.text("UPDATE sqlite_master SET sql = replace(sql, :words, '') WHERE type = 'table' AND name = 'outbox'"),
            {"words": words},
        )
    op.execute(f"PRAGMA schema_version = {version + 1}")
    op.execute("PRAGMA writable_schema = OFF")

"""Inboxes of one's own: saved views, snoozes."""

from alembic import op
import sqlalchemy as sa

from service.domain.words import search_key


revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_views",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("folder", sa.String(length=100), nullable=False),
        sa.Column("params", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_saved_views_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_saved_views_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
        sa.UniqueConstraint("person_id", "name", name=op.f("uq_saved_views_person_id_name")),
    )
    op.create_index(op.f("ix_saved_views_organisation_id"), "saved_views", ["organisation_id"], unique=False)
    op.create_table(
        "snoozes",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("task_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_snoozes_person_id")),
        sa.ForeignKeyConstraint(["task_id"], ["user_tasks.id"], name=op.f("fk_snoozes_task_id")),
        sa.PrimaryKeyConstraint("person_id", "task_id", name=op.f("pk_snoozes")),
    )
    op.create_index(op.f("ix_snoozes_task_id"), "snoozes", ["task_id"], unique=False)
    op.add_column("user_tasks", sa.Column("awaited_since", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_user_tasks_awaited",
        "user_tasks",
        ["closed_by_id", "awaited_since", "id", "dossier_id"],
        unique=False,
        postgresql_where=sa.text("awaited_since IS NOT NULL"),
        sqlite_where=sa.text("awaited_since IS NOT NULL"),
    )
    op.drop_index("ix_user_tasks_closed_by", table_name="user_tasks")
    op.create_index(
        "ix_user_tasks_closed_by", "user_tasks", ["closed_by_id", "closed_at", "id"], unique=False
    )
    op.add_column("dossiers", sa.Column("reasons_key", sa.Text(), server_default="", nullable=False))
    # What stands must be told by the new columns too.
    op.execute(
        "UPDATE user_tasks SET awaited_since = closed_at WHERE closed_by_id IS NOT NULL AND dossier_id IN"
        " (SELECT dossier_id FROM process_instances WHERE NOT ended)"
    )
    _index_reasons()


def _index_reasons() -> None:
    """Gives dossiers the search keys of their reasons: no SQL knows letters without their accents."""
    connection = op.get_bind()
    rows = connection.execute(
        sa.text(
            "SELECT dossier_id, reason FROM history WHERE reason IS NOT NULL"
            " AND outcome IN ('return_unit', 'return_previous', 'refuse') ORDER BY dossier_id, position"
        )
    )
    reasons: dict[int, list[str]] = {}
    for row in rows:
        reasons.setdefault(row.dossier_id, []).append(row.reason)
    keys = [{"its_id": key, "its_key": search_key(*texts)} for key, texts in reasons.items()]
    if keys:
        connection.execute(sa.text("UPDATE dossiers SET reasons_key = :its_key WHERE id = :its_id"), keys)

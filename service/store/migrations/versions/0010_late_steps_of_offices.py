"""Why offices were late, and late policies only where they mean something."""

from alembic import op
import sqlalchemy as sa


revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('user_tasks', sa.Column('late_reason', sa.Text(), nullable=True))
    # Until now nothing acted on these: whoever owed the step was let through, and is still.
    op.execute(
        "UPDATE deadlines SET late_policy = 'accept_flagged' WHERE "
        "(late_policy = 'next_round' AND owner <> 'unit') "
        "OR (late_policy <> 'accept_flagged' AND owner IN ('chairman', 'upper'))"
    )
    op.execute(
        "UPDATE deadlines SET late_policy = 'accept_flagged' WHERE late_policy = 'next_round' "
        "AND round_id IN (SELECT id FROM rounds WHERE kind = 'duty')"
    )


def downgrade() -> None:
    op.drop_column('user_tasks', 'late_reason')

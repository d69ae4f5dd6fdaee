"""A step that was done in time once and comes back has a last day of its own."""

from alembic import op
import sqlalchemy as sa


revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('dossiers', sa.Column('supplements', sa.Text(), nullable=True))
    op.add_column('user_tasks', sa.Column('supplement', sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    op.drop_column('user_tasks', 'supplement')
    op.drop_column('dossiers', 'supplements')

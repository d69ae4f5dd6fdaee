"""Of what a dossier must contain, some is handed over as a file only."""

from alembic import op
import sqlalchemy as sa


revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('checklist_items', sa.Column('medium', sa.String(length=100), server_default='paper', nullable=False))


def downgrade() -> None:
    op.drop_column('checklist_items', 'medium')

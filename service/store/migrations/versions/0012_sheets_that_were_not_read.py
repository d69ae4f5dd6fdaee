"""A list of nominees that waits tells which sheets of its workbook were not read."""

from alembic import op
import sqlalchemy as sa


revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('nomination_imports', sa.Column('unread', sa.Text(), server_default='[]', nullable=False))


def downgrade() -> None:
    op.drop_column('nomination_imports', 'unread')

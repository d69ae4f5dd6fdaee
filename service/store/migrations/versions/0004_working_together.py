"""Working together: substitutes, delegations, opinions, votes."""

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    raise NotImplementedError("A dossier's history is never taken back: restore the backup instead.")

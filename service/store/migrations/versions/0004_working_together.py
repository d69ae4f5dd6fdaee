"""Working together: substitutes, delegations, opinions, votes."""

from alembic import op
import sqlalchemy as sa


revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('substitutions',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('absent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('substitute_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('first_day', sa.Date(), nullable=False),
    sa.Column('last_day', sa.Date(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('entered_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['absent_id'], ['people.id'], name=op.f('fk_substitutions_absent_id')),
    sa.ForeignKeyConstraint(['ended_by_id'], ['people.id'], name=op.f('fk_substitutions_ended_by_id')),
    sa.ForeignKeyConstraint(['entered_by_id'], ['people.id'], name=op.f('fk_substitutions_entered_by_id')),
    sa.ForeignKeyConstraint(['substitute_id'], ['people.id'], name=op.f('fk_substitutions_substitute_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_substitutions'))
    )
    op.create_index(op.f('ix_substitutions_absent_id_last_day'), 'substitutions', ['absent_id', 'last_day'], unique=False)
    op.create_index(op.f('ix_substitutions_substitute_id_last_day'), 'substitutions', ['substitute_id', 'last_day'], unique=False)
    op.create_table('councils',
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('quorum', sa.String(length=100), nullable=False),
    sa.Column('share', sa.String(length=100), nullable=False),
    sa.Column('share_of', sa.String(length=100), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('source_document', sa.Text(), nullable=False),
    sa.Column('source_section', sa.Text(), nullable=False),
    sa.Column('source_quote', sa.Text(), nullable=False),
    sa.Column('source_verified', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_councils_organisation_id')),
    sa.PrimaryKeyConstraint('organisation_id', name=op.f('pk_councils'))
    )
    op.create_table('membership_changes',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('group_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('seated', sa.Boolean(), nullable=False),
    sa.Column('from_before', sa.Date(), nullable=True),
    sa.Column('to_before', sa.Date(), nullable=True),
    sa.Column('from_after', sa.Date(), nullable=True),
    sa.Column('to_after', sa.Date(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['changed_by_id'], ['people.id'], name=op.f('fk_membership_changes_changed_by_id')),
    sa.ForeignKeyConstraint(['group_id'], ['candidate_groups.id'], name=op.f('fk_membership_changes_group_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_membership_changes_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_membership_changes'))
    )
    op.create_index(op.f('ix_membership_changes_group_id'), 'membership_changes', ['group_id'], unique=False)
    op.create_table('substitution_seats',
    sa.Column('substitution_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('group_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['group_id'], ['candidate_groups.id'], name=op.f('fk_substitution_seats_group_id')),
    sa.ForeignKeyConstraint(['substitution_id'], ['substitutions.id'], name=op.f('fk_substitution_seats_substitution_id')),
    sa.PrimaryKeyConstraint('substitution_id', 'group_id', name=op.f('pk_substitution_seats'))
    )
    op.create_table('opinions',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('dossier_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('task_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('council', sa.Boolean(), nullable=False),
    sa.Column('question', sa.Text(), nullable=False),
    sa.Column('last_day', sa.Date(), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('asked_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('quorum', sa.String(length=100), nullable=True),
    sa.Column('share', sa.String(length=100), nullable=True),
    sa.Column('share_of', sa.String(length=100), nullable=True),
    sa.Column('answer', sa.String(length=100), nullable=True),
    sa.Column('said', sa.Text(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('answered_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('for_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closing', sa.String(length=100), nullable=True),
    sa.Column('result', sa.Text(), nullable=True),
    sa.Column('parked', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.ForeignKeyConstraint(['answered_by_id'], ['people.id'], name=op.f('fk_opinions_answered_by_id')),
    sa.ForeignKeyConstraint(['asked_by_id'], ['people.id'], name=op.f('fk_opinions_asked_by_id')),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossiers.id'], name=op.f('fk_opinions_dossier_id')),
    sa.ForeignKeyConstraint(['for_id'], ['people.id'], name=op.f('fk_opinions_for_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_opinions_organisation_id')),
    sa.ForeignKeyConstraint(['task_id'], ['user_tasks.id'], name=op.f('fk_opinions_task_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_opinions'))
    )
    op.create_index('ix_opinions_closed', 'opinions', ['organisation_id', 'closed_at', 'id'], unique=False)
    op.create_index(op.f('ix_opinions_dossier_id'), 'opinions', ['dossier_id'], unique=False)
    op.create_index(op.f('ix_opinions_task_id'), 'opinions', ['task_id'], unique=False)
    op.create_index('ix_opinions_voting', 'opinions', ['due_at', 'id'], unique=False, postgresql_where=sa.text('closed_at IS NULL AND council AND NOT parked'), sqlite_where=sa.text('closed_at IS NULL AND council AND NOT parked'))
    op.create_index('ix_opinions_waiting', 'opinions', ['organisation_id', 'due_at', 'id'], unique=False, postgresql_where=sa.text('closed_at IS NULL'), sqlite_where=sa.text('closed_at IS NULL'))
    op.create_table('ballots',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('opinion_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('cast_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('seal', sa.String(length=100), nullable=True),
    sa.ForeignKeyConstraint(['opinion_id'], ['opinions.id'], name=op.f('fk_ballots_opinion_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_ballots_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ballots')),
    sa.UniqueConstraint('opinion_id', 'person_id', name=op.f('uq_ballots_opinion_id_person_id'))
    )
    op.create_index(op.f('ix_ballots_person_id'), 'ballots', ['person_id'], unique=False)
    op.create_table('opinion_subjects',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('opinion_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('nomination_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('position', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['nomination_id'], ['nominations.id'], name=op.f('fk_opinion_subjects_nomination_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['opinion_id'], ['opinions.id'], name=op.f('fk_opinion_subjects_opinion_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_opinion_subjects'))
    )
    op.create_index(op.f('ix_opinion_subjects_opinion_id'), 'opinion_subjects', ['opinion_id'], unique=False)
    op.create_table('votes',
    sa.Column('ballot_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('subject_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('choice', sa.String(length=100), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['ballot_id'], ['ballots.id'], name=op.f('fk_votes_ballot_id')),
    sa.ForeignKeyConstraint(['subject_id'], ['opinion_subjects.id'], name=op.f('fk_votes_subject_id')),
    sa.PrimaryKeyConstraint('ballot_id', 'subject_id', name=op.f('pk_votes'))
    )
    op.add_column('decisions', sa.Column('for_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), sa.ForeignKey('people.id', name='fk_decisions_for_id'), nullable=True), inline_references=True)
    op.add_column('decisions', sa.Column('for_name', sa.Text(), nullable=True))
    op.add_column('hand_overs', sa.Column('for_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), sa.ForeignKey('people.id', name='fk_hand_overs_for_id'), nullable=True), inline_references=True)
    op.add_column('hand_overs', sa.Column('for_name', sa.Text(), nullable=True))
    op.add_column('history', sa.Column('for_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), sa.ForeignKey('people.id', name='fk_history_for_id'), nullable=True), inline_references=True)
    op.add_column('history', sa.Column('for_name', sa.Text(), nullable=True))
    op.add_column('outbox', sa.Column('opinion_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), sa.ForeignKey('opinions.id', name='fk_outbox_opinion_id'), nullable=True), inline_references=True)
    op.add_column('outbox', sa.Column('substitution_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), sa.ForeignKey('substitutions.id', name='fk_outbox_substitution_id'), nullable=True), inline_references=True)
    op.add_column('outbox', sa.Column('position', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
    op.add_column('reminders', sa.Column('opinion_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), sa.ForeignKey('opinions.id', name='fk_reminders_opinion_id'), nullable=True), inline_references=True)
    op.add_column('submissions', sa.Column('for_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), sa.ForeignKey('people.id', name='fk_submissions_for_id'), nullable=True), inline_references=True)
    op.add_column('submissions', sa.Column('for_name', sa.Text(), nullable=True))
    op.add_column('user_tasks', sa.Column('owner_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), sa.ForeignKey('people.id', name='fk_user_tasks_owner_id'), nullable=True), inline_references=True)
    op.add_column('user_tasks', sa.Column('delegation', sa.String(length=100), nullable=True))
    op.create_index('ix_user_tasks_delegated', 'user_tasks', ['owner_id', 'sort_at', 'id'], unique=False, postgresql_where=sa.text("closed_at IS NULL AND delegation = 'pending'"), sqlite_where=sa.text("closed_at IS NULL AND delegation = 'pending'"))
    op.create_index('ix_user_tasks_office', 'user_tasks', ['group_id', 'sort_at', 'id'], unique=False, postgresql_where=sa.text('closed_at IS NULL'), sqlite_where=sa.text('closed_at IS NULL'))

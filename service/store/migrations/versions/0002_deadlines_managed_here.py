"""Deadlines managed here."""

from alembic import op
import sqlalchemy as sa

from service.domain.overlaps import match_key


revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('amendments',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('locality_id', sa.Text(), nullable=False),
    sa.Column('subject', sa.String(length=100), nullable=False),
    sa.Column('key', sa.String(length=100), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('person_name', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('before', sa.Text(), nullable=True),
    sa.Column('after', sa.Text(), nullable=True),
    sa.Column('guidance', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['locality_id'], ['localities.id'], name=op.f('fk_amendments_locality_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_amendments_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_amendments'))
    )
    op.create_index(op.f('ix_amendments_locality_id_subject_key'), 'amendments', ['locality_id', 'subject', 'key'], unique=False)
    op.create_table('ladders',
    sa.Column('locality_id', sa.Text(), nullable=False),
    sa.Column('key', sa.String(length=100), nullable=False),
    sa.Column('name_vi', sa.Text(), nullable=False),
    sa.Column('name_en', sa.Text(), nullable=False),
    sa.Column('amended', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['locality_id'], ['localities.id'], name=op.f('fk_ladders_locality_id')),
    sa.PrimaryKeyConstraint('locality_id', 'key', name=op.f('pk_ladders'))
    )
    op.create_table('calendar_feeds',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('token_hash', sa.String(length=100), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('round_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('label', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_calendar_feeds_person_id')),
    sa.ForeignKeyConstraint(['round_id'], ['rounds.id'], name=op.f('fk_calendar_feeds_round_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calendar_feeds')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_calendar_feeds_token_hash'))
    )
    op.create_index(op.f('ix_calendar_feeds_person_id'), 'calendar_feeds', ['person_id'], unique=False)
    op.create_table('deadline_extensions',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('deadline_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('last_day', sa.Date(), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('guidance', sa.Text(), nullable=True),
    sa.Column('granted_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('granted_by_name', sa.Text(), nullable=False),
    sa.Column('granted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['deadline_id'], ['deadlines.id'], name=op.f('fk_deadline_extensions_deadline_id')),
    sa.ForeignKeyConstraint(['ended_by_id'], ['people.id'], name=op.f('fk_deadline_extensions_ended_by_id')),
    sa.ForeignKeyConstraint(['granted_by_id'], ['people.id'], name=op.f('fk_deadline_extensions_granted_by_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['organisations.id'], name=op.f('fk_deadline_extensions_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deadline_extensions'))
    )
    op.create_index('uq_deadline_extensions_standing', 'deadline_extensions', ['deadline_id', 'unit_id'], unique=True, postgresql_where=sa.text('ended_at IS NULL'), sqlite_where=sa.text('ended_at IS NULL'))
    op.create_table('overlap_answers',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('nomination_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('other_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('verdict', sa.String(length=100), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('task_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['nomination_id'], ['nominations.id'], name=op.f('fk_overlap_answers_nomination_id')),
    sa.ForeignKeyConstraint(['other_id'], ['nominations.id'], name=op.f('fk_overlap_answers_other_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_overlap_answers_person_id')),
    sa.ForeignKeyConstraint(['task_id'], ['user_tasks.id'], name=op.f('fk_overlap_answers_task_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_overlap_answers'))
    )
    op.create_index(op.f('ix_overlap_answers_nomination_id'), 'overlap_answers', ['nomination_id'], unique=False)
    op.create_index(op.f('ix_overlap_answers_other_id'), 'overlap_answers', ['other_id'], unique=False)
    op.add_column('calendar_days', sa.Column('amended', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column('calendar_days', sa.Column('withdrawn', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column('deadline_changes', sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), sa.ForeignKey('organisations.id', name='fk_deadline_changes_unit_id'), nullable=True), inline_references=True)
    op.add_column('deadline_changes', sa.Column('before', sa.Text(), nullable=True))
    op.add_column('deadline_changes', sa.Column('after', sa.Text(), nullable=True))
    op.add_column('deadline_changes', sa.Column('guidance', sa.Text(), nullable=True))
    op.add_column('deadlines', sa.Column('amended', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column('deadlines', sa.Column('guidance', sa.Text(), nullable=True))
    op.add_column('deadlines', sa.Column('sequence', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), server_default='0', nullable=False))
    op.add_column('deadlines', sa.Column('moved_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('dossiers', sa.Column('kind', sa.String(length=100), server_default='award', nullable=False))
    op.add_column('dossiers', sa.Column('head_digest', sa.String(length=100), server_default='', nullable=False))
    op.add_column('localities', sa.Column('edition', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), server_default='0', nullable=False))
    op.add_column('nominations', sa.Column('match_key', sa.Text().with_variant(sa.Text(collation='C'), 'postgresql'), server_default='', nullable=False))
    op.create_index(op.f('ix_nominations_match_key'), 'nominations', ['match_key'], unique=False)
    op.add_column('outbox', sa.Column('unanswered', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), server_default='0', nullable=False))
    op.create_index('ix_outbox_folder', 'outbox', ['status', 'id'], unique=False)
    op.create_index('ix_outbox_recipient', 'outbox', ['recipient_id', 'id'], unique=False)
    op.add_column('people', sa.Column('digest_hour', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
    op.add_column('people', sa.Column('digest_on', sa.Date(), nullable=True))
    op.add_column('people', sa.Column('unsubscribed', sa.Text(), nullable=True))
    op.add_column('rounds', sa.Column('recipients', sa.Text(), nullable=True))
    op.add_column('rounds', sa.Column('opens_on', sa.Date(), nullable=True))
    op.add_column('rounds', sa.Column('amended', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column('user_tasks', sa.Column('extension_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), sa.ForeignKey('deadline_extensions.id', name='fk_user_tasks_extension_id'), nullable=True), inline_references=True)
    op.add_column('user_tasks', sa.Column('last_day', sa.Date(), nullable=True))
    op.add_column('user_tasks', sa.Column('sequence', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), server_default='0', nullable=False))
    op.add_column('user_tasks', sa.Column('late_task_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), sa.ForeignKey('user_tasks.id', name='fk_user_tasks_late_task_id'), nullable=True), inline_references=True)
    op.add_column('user_tasks', sa.Column('level', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
    op.create_index('ix_user_tasks_late_task_id', 'user_tasks', ['late_task_id'], unique=False, postgresql_where=sa.text('late_task_id IS NOT NULL'), sqlite_where=sa.text('late_task_id IS NOT NULL'))
    op.add_column('workers', sa.Column('alive_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('workers', sa.Column('tick_age', sa.Double(), nullable=True))
    op.add_column('workers', sa.Column('mail_age', sa.Double(), nullable=True))
    op.add_column('workers', sa.Column('mailed_at', sa.DateTime(timezone=True), nullable=True))
    op.create_index('uq_dossiers_report', 'dossiers', ['round_id', 'unit_id'], unique=True, postgresql_where=sa.text("kind = 'duty'"), sqlite_where=sa.text("kind = 'duty'"))
    _let_nobody_create()
    # What stands must be told by the new columns too.
    op.execute(
        "UPDATE dossiers SET head_digest = coalesce((SELECT digest FROM history"
        " WHERE history.dossier_id = dossiers.id AND history.position = dossiers.version), '')"
    )
    op.execute(
        "UPDATE user_tasks SET last_day = (SELECT last_day FROM deadlines"
        " WHERE deadlines.id = user_tasks.deadline_id)"
    )
    op.execute(
        "INSERT INTO ladders (locality_id, key, name_vi, name_en, amended)"
        " SELECT DISTINCT locality_id, ladder, '', '', false FROM reminder_rules"
    )
    _match_nominations()


def _match_nominations() -> None:
    """Gives the nominations that stand their keys: no SQL knows letters without their accents."""
    connection = op.get_bind()
    rows = connection.execute(
        sa.text(
            "SELECT nominations.id, nominee_kind, nominee_name, awards.key AS award, achievement"
            " FROM nominations JOIN awards ON awards.id = nominations.award_id"
        )
    )
    keys = [
        {"its_id": row.id, "its_key": match_key(row.nominee_kind, row.nominee_name, row.award, row.achievement)}
        for row in rows
    ]
    if keys:
        connection.execute(sa.text("UPDATE nominations SET match_key = :its_key WHERE id = :its_id"), keys)


def _let_nobody_create() -> None:
    """Takes NOT NULL from `dossiers.created_by_id`: duty reports are opened by the service itself."""
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column('dossiers', 'created_by_id', nullable=True)
        return
    # SQLite can only copy a table, which the rows that refer to it forbid inside a transaction. The stored
    # rows stay the same without the constraint, so its definition is rewritten instead, as SQLite's
    # documentation of ALTER TABLE allows for exactly this.
    version = op.get_bind().exec_driver_sql("PRAGMA schema_version").scalar_one()
    op.execute("PRAGMA writable_schema = ON")
    op.execute(
        "UPDATE sqlite_master SET sql = replace(sql, 'created_by_id INTEGER NOT NULL', 'created_by_id INTEGER')"
        " WHERE type = 'table' AND name = 'dossiers'"
    )
    op.execute(f"PRAGMA schema_version = {version + 1}")
    op.execute("PRAGMA writable_schema = OFF")

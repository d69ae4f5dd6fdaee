"""More in a dossier: file versions, paper receipts, comments."""

from alembic import op
import sqlalchemy as sa


revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    _hold_receipts_and_versions()
    _hold_comments_and_drafts()


def _hold_receipts_and_versions() -> None:
    """Paper originals received; lists of nominees on their way in; versions of files."""
    op.create_table('nomination_imports',
    sa.Column('dossier_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('file_name', sa.Text(), nullable=False),
    sa.Column('sha256', sa.String(length=100), nullable=False),
    sa.Column('rows', sa.Text(), nullable=False),
    sa.Column('problems', sa.Text(), nullable=False),
    sa.Column('uploaded_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossiers.id'], name=op.f('fk_nomination_imports_dossier_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_nomination_imports_person_id')),
    sa.PrimaryKeyConstraint('dossier_id', 'person_id', name=op.f('pk_nomination_imports'))
    )
    op.create_index(op.f('ix_nomination_imports_uploaded_at'), 'nomination_imports', ['uploaded_at'], unique=False)
    op.create_table('paper_receipts',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('dossier_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('received_on', sa.Date(), nullable=False),
    sa.Column('received_from', sa.Text(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('corrects_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_name', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['corrects_id'], ['paper_receipts.id'], name=op.f('fk_paper_receipts_corrects_id')),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossiers.id'], name=op.f('fk_paper_receipts_dossier_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_paper_receipts_organisation_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_paper_receipts_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_paper_receipts')),
    sa.UniqueConstraint('corrects_id', name=op.f('uq_paper_receipts_corrects_id')),
    sa.UniqueConstraint('dossier_id', 'number', name=op.f('uq_paper_receipts_dossier_id_number'))
    )
    op.create_table('paper_receipt_lines',
    sa.Column('receipt_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('award_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('checklist_item_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sets', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['award_id'], ['awards.id'], name=op.f('fk_paper_receipt_lines_award_id')),
    sa.ForeignKeyConstraint(['checklist_item_id'], ['checklist_items.id'], name=op.f('fk_paper_receipt_lines_checklist_item_id')),
    sa.ForeignKeyConstraint(['receipt_id'], ['paper_receipts.id'], name=op.f('fk_paper_receipt_lines_receipt_id')),
    sa.PrimaryKeyConstraint('receipt_id', 'position', name=op.f('pk_paper_receipt_lines'))
    )
    op.add_column('attachments', sa.Column('replaces_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), sa.ForeignKey('attachments.id', name='fk_attachments_replaces_id'), nullable=True), inline_references=True)
    op.add_column('attachments', sa.Column('version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), server_default='1', nullable=False))
    op.add_column('attachments', sa.Column('reason', sa.Text(), nullable=True))
    op.create_index('uq_attachments_replaces_id', 'attachments', ['replaces_id'], unique=True)


def _hold_comments_and_drafts() -> None:
    """Comments with mentions; drafts of pages; files of task forms."""
    op.create_table('page_drafts',
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('place', sa.String(length=100), nullable=False),
    sa.Column('values', sa.Text(), nullable=False),
    sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('revision', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_page_drafts_person_id')),
    sa.PrimaryKeyConstraint('person_id', 'place', name=op.f('pk_page_drafts'))
    )
    op.create_table('comments',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('dossier_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('author_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('scope', sa.String(length=100), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('removed_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['author_id'], ['people.id'], name=op.f('fk_comments_author_id')),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossiers.id'], name=op.f('fk_comments_dossier_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_comments_organisation_id')),
    sa.ForeignKeyConstraint(['removed_by_id'], ['people.id'], name=op.f('fk_comments_removed_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_comments'))
    )
    op.create_index(op.f('ix_comments_dossier_id_id'), 'comments', ['dossier_id', 'id'], unique=False)
    op.create_table('comment_versions',
    sa.Column('comment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['comment_id'], ['comments.id'], name=op.f('fk_comment_versions_comment_id')),
    sa.PrimaryKeyConstraint('comment_id', 'number', name=op.f('pk_comment_versions'))
    )
    op.create_table('form_files',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('task_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('field', sa.String(length=100), nullable=False),
    sa.Column('display_name', sa.Text(), nullable=False),
    sa.Column('media_type', sa.String(length=100), nullable=False),
    sa.Column('size', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sha256', sa.String(length=100), nullable=False),
    sa.Column('stored_as', sa.String(length=100), nullable=False),
    sa.Column('uploaded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('attachment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['attachment_id'], ['attachments.id'], name=op.f('fk_form_files_attachment_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_form_files_person_id')),
    sa.ForeignKeyConstraint(['task_id'], ['user_tasks.id'], name=op.f('fk_form_files_task_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_form_files'))
    )
    op.create_index(op.f('ix_form_files_attachment_id'), 'form_files', ['attachment_id'], unique=False)
    op.create_index(op.f('ix_form_files_task_id_person_id'), 'form_files', ['task_id', 'person_id'], unique=False)
    op.create_table('comment_mentions',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('comment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('written', sa.Text(), nullable=False),
    sa.Column('mail_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['comment_id'], ['comments.id'], name=op.f('fk_comment_mentions_comment_id')),
    sa.ForeignKeyConstraint(['mail_id'], ['outbox.id'], name=op.f('fk_comment_mentions_mail_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_comment_mentions_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_comment_mentions')),
    sa.UniqueConstraint('comment_id', 'person_id', name=op.f('uq_comment_mentions_comment_id_person_id'))
    )
    op.create_index(op.f('ix_comment_mentions_mail_id'), 'comment_mentions', ['mail_id'], unique=False)
    op.create_index('ix_comment_mentions_unseen', 'comment_mentions', ['person_id', 'id'], unique=False, postgresql_where=sa.text('seen_at IS NULL'), sqlite_where=sa.text('seen_at IS NULL'))
    op.add_column('task_drafts', sa.Column('revision', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), server_default='1', nullable=False))

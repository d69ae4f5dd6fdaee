"""Finding and reporting: words of what can be found, exports written in the background."""

from alembic import op
import sqlalchemy as sa

from service.domain.searches import words_of


revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

CHUNK = 1000


def upgrade() -> None:
    op.create_table('exports',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=100), nullable=False),
    sa.Column('wanted', sa.Text(), nullable=False),
    sa.Column('language', sa.String(length=100), nullable=False),
    sa.Column('state', sa.String(length=100), nullable=False),
    sa.Column('done', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('total', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('attempts', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('claim', sa.String(length=100), nullable=True),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('display_name', sa.Text(), nullable=False),
    sa.Column('stored_as', sa.String(length=100), nullable=True),
    sa.Column('size', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('wrong', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_exports_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_exports'))
    )
    op.create_index(op.f('ix_exports_expires_at'), 'exports', ['expires_at'], unique=False)
    op.create_index(op.f('ix_exports_person_id_id'), 'exports', ['person_id', 'id'], unique=False)
    op.create_index('ix_exports_under_way', 'exports', ['id'], unique=False, postgresql_where=sa.text("state IN ('queued', 'running')"), sqlite_where=sa.text("state IN ('queued', 'running')"))
    words = op.create_table('search_words',
    sa.Column('locality_id', sa.Text(), nullable=False),
    sa.Column('subject', sa.String(length=20), nullable=False),
    sa.Column('word', sa.Text().with_variant(sa.Text(collation='C'), 'postgresql'), nullable=False),
    sa.Column('subject_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.PrimaryKeyConstraint('locality_id', 'subject', 'word', 'subject_id', name=op.f('pk_search_words')),
    sqlite_with_rowid=False
    )
    for subject, query in _FINDABLE.items():
        _write_words(words, subject, query)
    op.create_index(op.f('ix_search_words_subject_subject_id_word'), 'search_words', ['subject', 'subject_id', 'word'], unique=False)


_FINDABLE = {
    'dossier': "SELECT id, locality_id, search_key AS said, '' AS more FROM dossiers",
    'nomination': (
        "SELECT nominations.id, locality_id, nominee_name AS said, nominee_detail AS more FROM nominations"
        " JOIN dossiers ON dossiers.id = nominations.dossier_id"
    ),
    'decision': "SELECT id, locality_id, number AS said, '' AS more FROM decisions",
    'submission': "SELECT id, locality_id, number AS said, '' AS more FROM submissions",
    'organisation': "SELECT id, locality_id, name_vi AS said, name_en AS more FROM organisations",
}
"""What can be found, and which of its texts tell its words."""


def _write_words(words: sa.Table, subject: str, query: str) -> None:
    """Gives the rows that stand their words: no SQL knows letters without their accents."""
    connection = op.get_bind()
    for rows in connection.execute(sa.text(query)).partitions(CHUNK):
        found = [
            {'locality_id': row.locality_id, 'subject': subject, 'word': word, 'subject_id': row.id}
            for row in rows
            for word in words_of(row.said, row.more)
        ]
        if found:
            connection.execute(words.insert(), found)

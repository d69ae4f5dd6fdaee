"""What a substitute did says for whom; names sort syllable by syllable."""

from collections.abc import Callable

from alembic import op
import sqlalchemy as sa

from service.domain.words import name_sort_key, sort_key


revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

CHUNK = 1000


def upgrade() -> None:
    for table in ('attachments', 'comments', 'paper_receipts'):
        _add_person(table, 'for_id')
        op.add_column(table, sa.Column('for_name', sa.Text(), nullable=True))
    _add_person('opinions', 'asked_for_id')
    _sort('people', 'name', name_sort_key)
    _sort('organisations', 'name_vi', sort_key)


def _add_person(table: str, column: str) -> None:
    op.add_column(table, sa.Column(column, sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), sa.ForeignKey('people.id', name=f'fk_{table}_{column}'), nullable=True), inline_references=True)


def _sort(table: str, name: str, key: Callable[[str], str]) -> None:
    """Gives the rows that stand their new keys: no SQL knows the Vietnamese order."""
    connection = op.get_bind()
    rows = sa.table(table, sa.column('id'), sa.column(name), sa.column('sort_key'))
    found = connection.execute(sa.select(rows.c.id, rows.c[name])).all()
    for start in range(0, len(found), CHUNK):
        connection.execute(
            rows.update().where(rows.c.id == sa.bindparam('row')).values(sort_key=sa.bindparam('new')),
            [{'row': number, 'new': key(said)} for number, said in found[start : start + CHUNK]],
        )

"""printed board pages

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Pages printed before are kept by no row: they go on being composed until they are printed anew."""
    op.create_table(
        "printed_board",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("printed_at", sa.DateTime(), nullable=False),
        sa.Column("face", sa.JSON(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name=op.f("fk_printed_board_branch_id_branch")),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_printed_board_committee_id_committee")
        ),
        sa.ForeignKeyConstraint(["group_id"], ["party_group.id"], name=op.f("fk_printed_board_group_id_party_group")),
        sa.ForeignKeyConstraint(["issue_id"], ["month_issue.id"], name=op.f("fk_printed_board_issue_id_month_issue")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_printed_board")),
        sa.UniqueConstraint("issue_id", "printed_at", name=op.f("uq_printed_board_issue_id_printed_at")),
    )
    with op.batch_alter_table("printed_board", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_printed_board_committee_id_id"), ["committee_id", "id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("printed_board", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_printed_board_committee_id_id"))
    op.drop_table("printed_board")

"""photo hints

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Photos of before have no fingerprint until `flask photos rebuild` makes it: only new ones are compared with."""
    op.create_table(
        "photo_sign",
        sa.Column("word", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("committee_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("branch_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("photo_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("signs", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("word", "committee_id", "branch_id", "photo_id", "signs", name=op.f("pk_photo_sign")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "photo_fingerprint",
        sa.Column("photo_id", sa.Integer(), nullable=False),
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("signs", sa.String(length=240), nullable=False),
        sa.Column("grey", sa.LargeBinary(length=2304), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name=op.f("fk_photo_fingerprint_branch_id_branch")),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_photo_fingerprint_committee_id_committee")
        ),
        sa.ForeignKeyConstraint(["photo_id"], ["photo.id"], name=op.f("fk_photo_fingerprint_photo_id_photo")),
        sa.PrimaryKeyConstraint("photo_id", name=op.f("pk_photo_fingerprint")),
    )
    op.create_table(
        "photo_hint",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("photo_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=80), nullable=False),
        sa.Column("found_at", sa.DateTime(), nullable=False),
        sa.Column("answer", sa.String(length=30), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_by", sa.String(length=40), nullable=False),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["answered_by_id"], ["account.id"], name=op.f("fk_photo_hint_answered_by_id_account")),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name=op.f("fk_photo_hint_branch_id_branch")),
        sa.ForeignKeyConstraint(["committee_id"], ["committee.id"], name=op.f("fk_photo_hint_committee_id_committee")),
        sa.ForeignKeyConstraint(["group_id"], ["party_group.id"], name=op.f("fk_photo_hint_group_id_party_group")),
        sa.ForeignKeyConstraint(["other_id"], ["photo.id"], name=op.f("fk_photo_hint_other_id_photo")),
        sa.ForeignKeyConstraint(["photo_id"], ["photo.id"], name=op.f("fk_photo_hint_photo_id_photo")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo_hint")),
        sa.UniqueConstraint("photo_id", "other_id", name=op.f("uq_photo_hint_photo_id_other_id")),
    )
    with op.batch_alter_table("photo_hint", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_photo_hint_group_id_answer_id"), ["group_id", "answer", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_photo_hint_other_id"), ["other_id"], unique=False)

    with op.batch_alter_table("photo", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_photo_content_hash"), ["content_hash"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("photo", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_photo_content_hash"))

    with op.batch_alter_table("photo_hint", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_photo_hint_other_id"))
        batch_op.drop_index(batch_op.f("ix_photo_hint_group_id_answer_id"))

    op.drop_table("photo_hint")
    op.drop_table("photo_fingerprint")
    op.drop_table("photo_sign")

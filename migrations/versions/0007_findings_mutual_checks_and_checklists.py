"""findings, mutual checks and checklists

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "checklist",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("changed_by", sa.String(length=40), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name=op.f("fk_checklist_branch_id_branch")),
        sa.ForeignKeyConstraint(["committee_id"], ["committee.id"], name=op.f("fk_checklist_committee_id_committee")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist")),
        sa.UniqueConstraint("branch_id", "kind", name=op.f("uq_checklist_branch_id_kind")),
    )
    op.create_table(
        "mutual_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("seen_group_id", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.String(length=7), nullable=False),
        sa.Column("checklist", sa.String(length=30), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("fixed", sa.Boolean(), nullable=False),
        sa.Column("visited_on", sa.Date(), nullable=True),
        sa.Column("seen", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("group_id <> seen_group_id", name=op.f("ck_mutual_check_not_itself")),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name=op.f("fk_mutual_check_branch_id_branch")),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_mutual_check_committee_id_committee")
        ),
        sa.ForeignKeyConstraint(["group_id"], ["party_group.id"], name=op.f("fk_mutual_check_group_id_party_group")),
        sa.ForeignKeyConstraint(
            ["seen_group_id"], ["party_group.id"], name=op.f("fk_mutual_check_seen_group_id_party_group")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mutual_check")),
        sa.UniqueConstraint("group_id", "quarter", name=op.f("uq_mutual_check_group_id_quarter")),
        sa.UniqueConstraint("seen_group_id", "quarter", name=op.f("uq_mutual_check_seen_group_id_quarter")),
    )
    with op.batch_alter_table("mutual_check", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_mutual_check_committee_id_branch_id_quarter_id"),
            ["committee_id", "branch_id", "quarter", "id"],
            unique=False,
        )

    op.create_table(
        "site_photo",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("display_key", sa.String(length=64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("thumb_key", sa.String(length=64), nullable=False),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=True),
        sa.Column("uploaded_by", sa.String(length=40), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=True),
        sa.Column("withdrawn_reason", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name=op.f("fk_site_photo_branch_id_branch")),
        sa.ForeignKeyConstraint(["committee_id"], ["committee.id"], name=op.f("fk_site_photo_committee_id_committee")),
        sa.ForeignKeyConstraint(["group_id"], ["party_group.id"], name=op.f("fk_site_photo_group_id_party_group")),
        sa.ForeignKeyConstraint(["uploaded_by_id"], ["account.id"], name=op.f("fk_site_photo_uploaded_by_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_photo")),
    )
    with op.batch_alter_table("site_photo", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_site_photo_committee_id_group_id_id"), ["committee_id", "group_id", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_site_photo_display_key"), ["display_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_site_photo_thumb_key"), ["thumb_key"], unique=False)

    op.create_table(
        "finding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("source", sa.String(length=30), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("criterion_code", sa.String(length=10), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=True),
        sa.Column("mutual_check_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("owner", sa.String(length=40), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("reopened", sa.Integer(), nullable=False),
        sa.Column("repeats", sa.Integer(), nullable=False),
        sa.Column("try_id", sa.String(length=32), nullable=False),
        sa.Column("raised_by_id", sa.Integer(), nullable=True),
        sa.Column("raised_by", sa.String(length=40), nullable=False),
        sa.Column("raised_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["answered_by_id"], ["account.id"], name=op.f("fk_finding_answered_by_id_account")),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name=op.f("fk_finding_branch_id_branch")),
        sa.ForeignKeyConstraint(["committee_id"], ["committee.id"], name=op.f("fk_finding_committee_id_committee")),
        sa.ForeignKeyConstraint(["group_id"], ["party_group.id"], name=op.f("fk_finding_group_id_party_group")),
        sa.ForeignKeyConstraint(
            ["mutual_check_id"], ["mutual_check.id"], name=op.f("fk_finding_mutual_check_id_mutual_check")
        ),
        sa.ForeignKeyConstraint(["raised_by_id"], ["account.id"], name=op.f("fk_finding_raised_by_id_account")),
        sa.ForeignKeyConstraint(
            ["round_id"], ["inspection_round.id"], name=op.f("fk_finding_round_id_inspection_round")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
        sa.UniqueConstraint("group_id", "raised_by_id", "try_id", name=op.f("uq_finding_group_id_raised_by_id_try_id")),
    )
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_finding_committee_id_branch_id_state_due_on_id"),
            ["committee_id", "branch_id", "state", "due_on", "id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_finding_committee_id_due_on_group_id"), ["committee_id", "due_on", "group_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_finding_group_id_found_on_id"), ["group_id", "found_on", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_finding_group_id_state_due_on_id"), ["group_id", "state", "due_on", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_finding_mutual_check_id"), ["mutual_check_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_finding_raised_by_id_state_due_on_id"),
            ["raised_by_id", "state", "due_on", "id"],
            unique=False,
        )

    op.create_table(
        "finding_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.Column("finding_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=30), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("activity_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("by_name", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_finding_step_account_id_account")),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_finding_step_activity_id_activity")),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_finding_step_committee_id_committee")
        ),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["finding.id"], name=op.f("fk_finding_step_finding_id_finding"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_step")),
        sa.UniqueConstraint("finding_id", "number", name=op.f("uq_finding_step_finding_id_number")),
    )
    op.create_table(
        "finding_photo",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.Column("step_id", sa.Integer(), nullable=False),
        sa.Column("site_photo_id", sa.Integer(), nullable=True),
        sa.Column("photo_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(site_photo_id IS NULL) <> (photo_id IS NULL)", name=op.f("ck_finding_photo_one_photo")),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_finding_photo_committee_id_committee")
        ),
        sa.ForeignKeyConstraint(["photo_id"], ["photo.id"], name=op.f("fk_finding_photo_photo_id_photo")),
        sa.ForeignKeyConstraint(
            ["site_photo_id"], ["site_photo.id"], name=op.f("fk_finding_photo_site_photo_id_site_photo")
        ),
        sa.ForeignKeyConstraint(
            ["step_id"], ["finding_step.id"], name=op.f("fk_finding_photo_step_id_finding_step"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_photo")),
    )
    with op.batch_alter_table("finding_photo", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_finding_photo_step_id"), ["step_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("finding_photo", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_finding_photo_step_id"))

    op.drop_table("finding_photo")
    op.drop_table("finding_step")
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_finding_raised_by_id_state_due_on_id"))
        batch_op.drop_index(batch_op.f("ix_finding_mutual_check_id"))
        batch_op.drop_index(batch_op.f("ix_finding_group_id_state_due_on_id"))
        batch_op.drop_index(batch_op.f("ix_finding_group_id_found_on_id"))
        batch_op.drop_index(batch_op.f("ix_finding_committee_id_due_on_group_id"))
        batch_op.drop_index(batch_op.f("ix_finding_committee_id_branch_id_state_due_on_id"))

    op.drop_table("finding")
    with op.batch_alter_table("site_photo", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_site_photo_thumb_key"))
        batch_op.drop_index(batch_op.f("ix_site_photo_display_key"))
        batch_op.drop_index(batch_op.f("ix_site_photo_committee_id_group_id_id"))

    op.drop_table("site_photo")
    with op.batch_alter_table("mutual_check", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mutual_check_committee_id_branch_id_quarter_id"))

    op.drop_table("mutual_check")
    op.drop_table("checklist")

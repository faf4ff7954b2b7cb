"""Initial schema"""

import sqlalchemy as sa
from alembic import op

from workflow.store import base

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""

    op.create_table(
        "campaigns",
        sa.Column("id", base.Key, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("rule_set", sa.String(length=20), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("theme", sa.Text(), nullable=False),
        sa.Column("parameters", base.Json, nullable=False),
        sa.Column("criteria", base.Json, nullable=False),
        sa.Column("opened_at", base.Moment(), nullable=False),
        sa.Column("closed_at", base.Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaigns")),
        sa.UniqueConstraint("code", name=op.f("uq_campaigns_code")),
    )
    op.create_table(
        "definition_versions",
        sa.Column("id", base.Key, nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("content", base.Json, nullable=False),
        sa.Column("published_at", base.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_definition_versions")),
        sa.UniqueConstraint("content_hash", name=op.f("uq_definition_versions_content_hash")),
    )
    op.create_table(
        "digested",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("at", base.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_digested")),
    )
    op.create_table(
        "organizations",
        sa.Column("id", base.Key, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("short_name", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("category", sa.String(length=30), nullable=True),
        sa.Column("party_relation", sa.String(length=10), nullable=True),
        sa.Column("timezone", sa.String(length=40), nullable=False),
        sa.Column("number_prefix", sa.String(length=20), nullable=False),
        sa.Column("contact", sa.String(length=60), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("mail", sa.String(length=80), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("path", sa.String(length=400), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint("party_relation IN ('sasac', 'local')", name=op.f("ck_organizations_party_relation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organizations")),
        sa.UniqueConstraint("code", name=op.f("uq_organizations_code")),
    )
    with op.batch_alter_table("organizations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_organizations_kind"), ["kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_organizations_path"), ["path"], unique=False)

    op.create_table(
        "people",
        sa.Column("id", base.Key, nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("party_status", sa.String(length=15), nullable=False),
        sa.Column("job", sa.String(length=60), nullable=False),
        sa.Column("mail", sa.String(length=120), nullable=False),
        sa.CheckConstraint("party_status IN ('full', 'probationary', 'none')", name=op.f("ck_people_party_status")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("number", name=op.f("uq_people_number")),
    )
    op.create_table(
        "revisions",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_revisions")),
    )
    op.create_table(
        "workers",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("machine", sa.String(length=120), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("started_at", base.Moment(), nullable=False),
        sa.Column("seen_at", base.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_workers")),
    )
    op.create_table(
        "accounts",
        sa.Column("id", base.Key, nullable=False),
        sa.Column("person_id", base.Key, nullable=False),
        sa.Column("username", sa.String(length=60), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("disabled_at", base.Moment(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", base.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_accounts_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("person_id", name=op.f("uq_accounts_person_id")),
        sa.UniqueConstraint("username", name=op.f("uq_accounts_username")),
    )
    op.create_table(
        "batches",
        sa.Column("id", base.Key, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("person_id", base.Key, nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("values", base.Json, nullable=False),
        sa.Column("made_at", base.Moment(), nullable=False),
        sa.Column("finished_at", base.Moment(), nullable=True),
        sa.CheckConstraint("kind IN ('act', 'migration')", name=op.f("ck_batches_kind")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_batches_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
    )
    with op.batch_alter_table("batches", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_batches_person_id"), ["person_id"], unique=False)

    op.create_table(
        "bindings",
        sa.Column("id", base.Key, nullable=False),
        sa.Column("campaign_id", base.Key, nullable=False),
        sa.Column("organization_id", base.Key, nullable=False),
        sa.Column("below", sa.Boolean(), nullable=False),
        sa.Column("what", sa.String(length=15), nullable=False),
        sa.Column("person_id", base.Key, nullable=False),
        sa.Column("made_at", base.Moment(), nullable=False),
        sa.Column("finished_at", base.Moment(), nullable=True),
        sa.Column("stopped_at", base.Moment(), nullable=True),
        sa.Column("expires_at", base.Moment(), nullable=True),
        sa.Column("forgotten_at", base.Moment(), nullable=True),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("numbered_to", base.Key, nullable=False),
        sa.Column("after_group", base.Key, nullable=False),
        sa.Column("after_case", base.Key, nullable=False),
        sa.CheckConstraint("what IN ('bodies', 'stages', 'certificates')", name=op.f("ck_bindings_what")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_bindings_campaign_id")),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=op.f("fk_bindings_organization_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_bindings_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bindings")),
    )
    with op.batch_alter_table("bindings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bindings_campaign_id"), ["campaign_id"], unique=False)
        batch_op.create_index(
            "ix_bindings_kept",
            ["expires_at"],
            unique=False,
            sqlite_where=sa.text("forgotten_at IS NULL"),
            postgresql_where=sa.text("forgotten_at IS NULL"),
        )
        batch_op.create_index(batch_op.f("ix_bindings_person_id"), ["person_id"], unique=False)

    op.create_table(
        "calendar_years",
        sa.Column("id", base.Key, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("holidays", base.Json, nullable=False),
        sa.Column("make_up_days", base.Json, nullable=False),
        sa.Column("imported_at", base.Moment(), nullable=False),
        sa.Column("imported_by", base.Key, nullable=True),
        sa.CheckConstraint("status IN ('official', 'provisional')", name=op.f("ck_calendar_years_status")),
        sa.ForeignKeyConstraint(["imported_by"], ["people.id"], name=op.f("fk_calendar_years_imported_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_years")),
        sa.UniqueConstraint("year", "version", name=op.f("uq_calendar_years_year_version")),
    )
    op.create_table(
        "cases",
        sa.Column("id", base.Key, nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("campaign_id", base.Key, nullable=False),
        sa.Column("definition_id", base.Key, nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("subject", sa.String(length=15), nullable=False),
        sa.Column("organization_id", base.Key, nullable=False),
        sa.Column("person_id", base.Key, nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.Column("sealed_version", sa.Integer(), nullable=False),
        sa.Column("data", base.Json, nullable=False),
        sa.Column("parent_id", base.Key, nullable=True),
        sa.Column("child_name", sa.String(length=40), nullable=True),
        sa.Column("opened_by", base.Key, nullable=True),
        sa.Column("opened_at", base.Moment(), nullable=False),
        sa.Column("moved_at", base.Moment(), nullable=False),
        sa.Column("closed_at", base.Moment(), nullable=True),
        sa.Column("due_at", base.Moment(), nullable=True),
        sa.Column("calendar_version", sa.String(length=64), nullable=True),
        sa.Column("suspended_at", base.Moment(), nullable=True),
        sa.Column("resume", sa.String(length=40), nullable=True),
        sa.Column("last_move", base.Json, nullable=True),
        sa.CheckConstraint("(subject = 'member') = (person_id IS NOT NULL)", name=op.f("ck_cases_member_has_person")),
        sa.CheckConstraint("subject IN ('organization', 'member')", name=op.f("ck_cases_subject")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_cases_campaign_id")),
        sa.ForeignKeyConstraint(["definition_id"], ["definition_versions.id"], name=op.f("fk_cases_definition_id")),
        sa.ForeignKeyConstraint(["opened_by"], ["people.id"], name=op.f("fk_cases_opened_by")),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=op.f("fk_cases_organization_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["cases.id"], name=op.f("fk_cases_parent_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_cases_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("number", name=op.f("uq_cases_number")),
    )
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.create_index("ix_cases_campaign_body", ["campaign_id", "organization_id", "stage"], unique=False)
        batch_op.create_index(
            "ix_cases_due",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NULL AND due_at IS NOT NULL"),
            postgresql_where=sa.text("closed_at IS NULL AND due_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_cases_open",
            ["id"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.create_index(batch_op.f("ix_cases_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_cases_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "ix_cases_unsealed",
            ["campaign_id", "id"],
            unique=False,
            sqlite_where=sa.text("version > sealed_version"),
            postgresql_where=sa.text("version > sealed_version"),
        )

    op.create_table(
        "former_names",
        sa.Column("id", base.Key, nullable=False),
        sa.Column("organization_id", base.Key, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("short_name", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("changed_by", base.Key, nullable=True),
        sa.ForeignKeyConstraint(["changed_by"], ["people.id"], name=op.f("fk_former_names_changed_by")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_former_names_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_names")),
    )
    with op.batch_alter_table("former_names", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_former_names_organization_id"), ["organization_id"], unique=False)

    op.create_table(
        "hand_overs",
        sa.Column("id", base.Key, nullable=False),
        sa.Column("from_person_id", base.Key, nullable=False),
        sa.Column("to_person_id", base.Key, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("moved", base.Json, nullable=False),
        sa.Column("made_by", base.Key, nullable=True),
        sa.Column("made_at", base.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["from_person_id"], ["people.id"], name=op.f("fk_hand_overs_from_person_id")),
        sa.ForeignKeyConstraint(["made_by"], ["people.id"], name=op.f("fk_hand_overs_made_by")),
        sa.ForeignKeyConstraint(["to_person_id"], ["people.id"], name=op.f("fk_hand_overs_to_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_overs")),
    )
    with op.batch_alter_table("hand_overs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hand_overs_from_person_id"), ["from_person_id"], unique=False)

    op.create_table(
        "hooks",
        sa.Column("id", base.Key, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("format", sa.String(length=10), nullable=False),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("organization_id", base.Key, nullable=False),
        sa.Column("kinds", base.Json, nullable=False),
        sa.Column("is_enabled", sa.Boolean(), nullable=False),
        sa.Column("made_by", base.Key, nullable=True),
        sa.Column("made_at", base.Moment(), nullable=False),
        sa.Column("removed_at", base.Moment(), nullable=True),
        sa.CheckConstraint("format IN ('webhook', 'wecom', 'dingtalk', 'feishu')", name=op.f("ck_hooks_format")),
        sa.ForeignKeyConstraint(["made_by"], ["people.id"], name=op.f("fk_hooks_made_by")),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=op.f("fk_hooks_organization_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hooks")),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("person_id", base.Key, autoincrement=False, nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("answer", base.Json, nullable=False),
        sa.Column("answered_at", base.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_idempotency_keys_person_id")),
        sa.PrimaryKeyConstraint("person_id", "key", name=op.f("pk_idempotency_keys")),
    )
    op.create_table(
        "imports",
        sa.Column("id", base.Key, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("person_id", base.Key, nullable=False),
        sa.Column("made_at", base.Moment(), nullable=False),
        sa.Column("checked", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("finished_at", base.Moment(), nullable=True),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.Column("counts", base.Json, nullable=False),
        sa.Column("faults", base.Json, nullable=False),
        sa.Column("fault_count", sa.Integer(), nullable=False),
        sa.CheckConstraint("outcome IN ('done', 'refused')", name=op.f("ck_imports_outcome")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_imports_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
    )
    with op.batch_alter_table("imports", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_imports_person_id"), ["person_id"], unique=False)

    op.create_table(
        "launches",
        sa.Column("id", base.Key, nullable=False),
        sa.Column("campaign_id", base.Key, nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=20), nullable=False),
        sa.Column("organization_id", base.Key, nullable=False),
        sa.Column("kinds", base.Json, nullable=False),
        sa.Column("values", base.Json, nullable=False),
        sa.Column("repeats", sa.Boolean(), nullable=False),
        sa.Column("person_id", base.Key, nullable=False),
        sa.Column("made_at", base.Moment(), nullable=False),
        sa.Column("finished_at", base.Moment(), nullable=True),
        sa.Column("stopped_at", base.Moment(), nullable=True),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("opened", sa.Integer(), nullable=False),
        sa.Column("kept", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("after_body", base.Key, nullable=False),
        sa.Column("after_person", base.Key, nullable=False),
        sa.CheckConstraint("subject IN ('organization', 'member')", name=op.f("ck_launches_subject")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_launches_campaign_id")),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=op.f("fk_launches_organization_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_launches_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_launches")),
    )
    with op.batch_alter_table("launches", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_launches_campaign_id"), ["campaign_id"], unique=False)

    op.create_table(
        "number_series",
        sa.Column("issuer_id", base.Key, nullable=False),
        sa.Column("series", sa.String(length=20), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["issuer_id"], ["organizations.id"], name=op.f("fk_number_series_issuer_id")),
        sa.PrimaryKeyConstraint("issuer_id", "series", "year", name=op.f("pk_number_series")),
    )
    op.create_table(
        "posts",
        sa.Column("id", base.Key, nullable=False),
        sa.Column("person_id", base.Key, nullable=False),
        sa.Column("organization_id", base.Key, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=op.f("fk_posts_organization_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_posts_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posts")),
    )
    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.create_index("ix_posts_holders", ["organization_id", "code"], unique=False)
        batch_op.create_index(batch_op.f("ix_posts_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "uq_posts_active",
            ["person_id", "organization_id", "code"],
            unique=True,
            sqlite_where=sa.text("valid_to IS NULL"),
            postgresql_where=sa.text("valid_to IS NULL"),
        )

    op.create_table(
        "preferences",
        sa.Column("person_id", base.Key, autoincrement=False, nullable=False),
        sa.Column("mail", base.Json, nullable=False),
        sa.Column("quiet_from", sa.Time(), nullable=False),
        sa.Column("quiet_to", sa.Time(), nullable=False),
        sa.Column("digest_at", sa.Time(), nullable=False),
        sa.Column("changed_at", base.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_preferences_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_preferences")),
    )
    op.create_table(
        "relations",
        sa.Column("id", base.Key, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("superior_id", base.Key, nullable=False),
        sa.Column("subordinate_id", base.Key, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint("superior_id <> subordinate_id", name=op.f("ck_relations_not_itself")),
        sa.ForeignKeyConstraint(["subordinate_id"], ["organizations.id"], name=op.f("fk_relations_subordinate_id")),
        sa.ForeignKeyConstraint(["superior_id"], ["organizations.id"], name=op.f("fk_relations_superior_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relations")),
    )
    with op.batch_alter_table("relations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_relations_subordinate_id"), ["subordinate_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_relations_superior_id"), ["superior_id"], unique=False)
        batch_op.create_index(
            "uq_relations_one_active",
            ["kind", "subordinate_id"],
            unique=True,
            sqlite_where=sa.text("valid_to IS NULL AND kind IN ('lead', 'same_level')"),
            postgresql_where=sa.text("valid_to IS NULL AND kind IN ('lead', 'same_level')"),
        )

    op.create_table(
        "seal_images",
        sa.Column("id", base.Key, nullable=False),
        sa.Column("organization_id", base.Key, nullable=False),
        sa.Column("media_type", sa.String(length=20), nullable=False),
        sa.Column("side", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("keeper_id", base.Key, nullable=False),
        sa.Column("keeper", sa.String(length=120), nullable=False),
        sa.Column("added_at", base.Moment(), nullable=False),
        sa.Column("ended_at", base.Moment(), nullable=True),
        sa.Column("ended_by", sa.String(length=120), nullable=True),
        sa.ForeignKeyConstraint(["keeper_id"], ["people.id"], name=op.f("fk_seal_images_keeper_id")),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=op.f("fk_seal_images_organization_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seal_images")),
    )
    with op.batch_alter_table("seal_images", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_seal_images_organization_id"), ["organization_id"], unique=False)
        batch_op.create_index(
            "uq_seal_images_in_use",
            ["organization_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "seals",
        sa.Column("id", base.Key, nullable=False),
        sa.Column("campaign_id", base.Key, nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("sealed_at", base.Moment(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("batch_root", sa.String(length=64), nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_seals_campaign_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seals")),
        sa.UniqueConstraint("campaign_id", "sequence", name=op.f("uq_seals_campaign_id_sequence")),
    )
    op.create_table(
        "substitutions",
        sa.Column("id", base.Key, nullable=False),
        sa.Column("principal_id", base.Key, nullable=False),
        sa.Column("substitute_id", base.Key, nullable=False),
        sa.Column("organization_id", base.Key, nullable=True),
        sa.Column("stages", base.Json, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("made_by", base.Key, nullable=True),
        sa.Column("made_at", base.Moment(), nullable=False),
        sa.CheckConstraint("principal_id <> substitute_id", name=op.f("ck_substitutions_not_oneself")),
        sa.ForeignKeyConstraint(["made_by"], ["people.id"], name=op.f("fk_substitutions_made_by")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_substitutions_organization_id")
        ),
        sa.ForeignKeyConstraint(["principal_id"], ["people.id"], name=op.f("fk_substitutions_principal_id")),
        sa.ForeignKeyConstraint(["substitute_id"], ["people.id"], name=op.f("fk_substitutions_substitute_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_substitutions")),
    )
    with op.batch_alter_table("substitutions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_substitutions_principal_id"), ["principal_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_substitutions_substitute_id"), ["substitute_id"], unique=False)

    op.create_table(
        "api_tokens",
        sa.Column("id", base.Key, nullable=False),
        sa.Column("account_id", base.Key, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", base.Moment(), nullable=False),
        sa.Column("expires_at", base.Moment(), nullable=False),
        sa.Column("revoked_at", base.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_api_tokens_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_tokens_token_hash")),
    )
    with op.batch_alter_table("api_tokens", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_api_tokens_account_id"), ["account_id"], unique=False)

    op.create_table(
        "ballot_keys",
        sa.Column("case_id", base.Key, nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_ballot_keys_case_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_ballot_keys")),
    )
    op.create_table(
        "ballots",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("case_id", base.Key, nullable=False),
        sa.Column("voter_group", sa.String(length=10), nullable=False),
        sa.Column("answers", base.Json, nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_ballots_case_id")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_ballots")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("ballots", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ballots_case_id"), ["case_id"], unique=False)

    op.create_table(
        "batch_items",
        sa.Column("batch_id", base.Key, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("case_id", base.Key, nullable=False),
        sa.Column("trigger", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("done_at", base.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_batch_items_batch_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_batch_items_case_id")),
        sa.PrimaryKeyConstraint("batch_id", "position", name=op.f("pk_batch_items")),
    )
    with op.batch_alter_table("batch_items", schema=None) as batch_op:
        batch_op.create_index(
            "ix_batch_items_open",
            ["batch_id"],
            unique=False,
            sqlite_where=sa.text("outcome IS NULL"),
            postgresql_where=sa.text("outcome IS NULL"),
        )

    op.create_table(
        "binding_files",
        sa.Column("binding_id", base.Key, nullable=False),
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["binding_id"], ["bindings.id"], name=op.f("fk_binding_files_binding_id")),
        sa.PrimaryKeyConstraint("binding_id", "sequence", name=op.f("pk_binding_files")),
    )
    op.create_table(
        "binding_misses",
        sa.Column("binding_id", base.Key, nullable=False),
        sa.Column("case_id", base.Key, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["binding_id"], ["bindings.id"], name=op.f("fk_binding_misses_binding_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_binding_misses_case_id")),
        sa.PrimaryKeyConstraint("binding_id", "case_id", name=op.f("pk_binding_misses")),
    )
    op.create_table(
        "binding_parts",
        sa.Column("binding_id", base.Key, nullable=False),
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("group", base.Key, nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("papers", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["binding_id"], ["bindings.id"], name=op.f("fk_binding_parts_binding_id")),
        sa.PrimaryKeyConstraint("binding_id", "sequence", name=op.f("pk_binding_parts")),
    )
    op.create_table(
        "binding_uses",
        sa.Column("id", base.Key, nullable=False),
        sa.Column("binding_id", base.Key, nullable=False),
        sa.Column("at", base.Moment(), nullable=False),
        sa.Column("person_id", base.Key, nullable=True),
        sa.Column("person", sa.String(length=60), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["binding_id"], ["bindings.id"], name=op.f("fk_binding_uses_binding_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_binding_uses_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_binding_uses")),
    )
    with op.batch_alter_table("binding_uses", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_binding_uses_binding_id"), ["binding_id"], unique=False)

    op.create_table(
        "case_bodies",
        sa.Column("case_id", base.Key, nullable=False),
        sa.Column("base", sa.String(length=20), nullable=False),
        sa.Column("organization_id", base.Key, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_bodies_case_id")),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=op.f("fk_case_bodies_organization_id")),
        sa.PrimaryKeyConstraint("case_id", "base", name=op.f("pk_case_bodies")),
    )
    with op.batch_alter_table("case_bodies", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_bodies_organization_id"), ["organization_id"], unique=False)

    op.create_table(
        "confidences",
        sa.Column("case_id", base.Key, nullable=False),
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", base.Json, nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_confidences_case_id")),
        sa.PrimaryKeyConstraint("case_id", "sequence", name=op.f("pk_confidences")),
    )
    op.create_table(
        "deadlines",
        sa.Column("id", base.Key, nullable=False),
        sa.Column("case_id", base.Key, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("trigger", sa.String(length=40), nullable=False),
        sa.Column("due_at", base.Moment(), nullable=False),
        sa.Column("calendar_version", sa.String(length=64), nullable=False),
        sa.Column("is_provisional", sa.Boolean(), nullable=False),
        sa.Column("fired_at", base.Moment(), nullable=True),
        sa.Column("failed_at", base.Moment(), nullable=True),
        sa.Column("incident", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_deadlines_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadlines")),
    )
    with op.batch_alter_table("deadlines", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deadlines_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            "ix_deadlines_open",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("fired_at IS NULL"),
            postgresql_where=sa.text("fired_at IS NULL"),
        )

    op.create_table(
        "documents",
        sa.Column("id", base.Key, nullable=False),
        sa.Column("case_id", base.Key, nullable=False),
        sa.Column("issue_case_id", base.Key, nullable=True),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("catalogue", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("transition", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("issuer_id", base.Key, nullable=False),
        sa.Column("series", sa.String(length=20), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("serial", sa.Integer(), nullable=True),
        sa.Column("number", sa.String(length=60), nullable=True),
        sa.Column("state", sa.String(length=15), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("needs_seal", sa.Boolean(), nullable=False),
        sa.Column("sealed_at", base.Moment(), nullable=True),
        sa.Column("content", base.Json, nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("template", sa.String(length=80), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("fonts", base.Json, nullable=True),
        sa.Column("failure", sa.String(length=500), nullable=True),
        sa.Column("ordered_at", base.Moment(), nullable=False),
        sa.Column("queued_at", base.Moment(), nullable=True),
        sa.Column("rendered_at", base.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_documents_case_id")),
        sa.ForeignKeyConstraint(["issue_case_id"], ["cases.id"], name=op.f("fk_documents_issue_case_id")),
        sa.ForeignKeyConstraint(["issuer_id"], ["organizations.id"], name=op.f("fk_documents_issuer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
        sa.UniqueConstraint("code", name=op.f("uq_documents_code")),
    )
    with op.batch_alter_table("documents", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_documents_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_documents_issue_case_id"), ["issue_case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_documents_sha256"), ["sha256"], unique=False)
        batch_op.create_index(
            "ix_documents_to_seal",
            ["issuer_id", "id"],
            unique=False,
            sqlite_where=sa.text("needs_seal AND sealed_at IS NULL AND series IS NULL"),
            postgresql_where=sa.text("needs_seal AND sealed_at IS NULL AND series IS NULL"),
        )
        batch_op.create_index(
            "ix_documents_unprinted",
            ["state", "queued_at"],
            unique=False,
            sqlite_where=sa.text("rendered_at IS NULL"),
            postgresql_where=sa.text("rendered_at IS NULL"),
        )
        batch_op.create_index(
            "uq_documents_serial",
            ["issuer_id", "series", "year", "serial"],
            unique=True,
            sqlite_where=sa.text("serial IS NOT NULL"),
            postgresql_where=sa.text("serial IS NOT NULL"),
        )

    op.create_table(
        "import_files",
        sa.Column("import_id", base.Key, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name=op.f("fk_import_files_import_id")),
        sa.PrimaryKeyConstraint("import_id", name=op.f("pk_import_files")),
    )
    op.create_table(
        "journal",
        sa.Column("id", base.Key, nullable=False),
        sa.Column("case_id", base.Key, nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("at", base.Moment(), nullable=False),
        sa.Column("fact", sa.String(length=40), nullable=False),
        sa.Column("transition", sa.String(length=10), nullable=True),
        sa.Column("trigger", sa.String(length=40), nullable=True),
        sa.Column("source", sa.String(length=40), nullable=True),
        sa.Column("target", sa.String(length=40), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("person_id", base.Key, nullable=True),
        sa.Column("person", sa.String(length=60), nullable=False),
        sa.Column("post", sa.String(length=60), nullable=False),
        sa.Column("organization", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("details", base.Json, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_journal_case_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_journal_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal")),
        sa.UniqueConstraint("case_id", "sequence", name=op.f("uq_journal_case_id_sequence")),
    )
    op.create_table(
        "ladders",
        sa.Column("case_id", base.Key, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("due_at", base.Moment(), nullable=False),
        sa.Column("rungs", sa.Integer(), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("next_at", base.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_ladders_case_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_ladders")),
    )
    op.create_table(
        "launch_refusals",
        sa.Column("launch_id", base.Key, nullable=False),
        sa.Column("organization_id", base.Key, nullable=False),
        sa.Column("person_id", base.Key, autoincrement=False, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["launch_id"], ["launches.id"], name=op.f("fk_launch_refusals_launch_id")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_launch_refusals_organization_id")
        ),
        sa.PrimaryKeyConstraint("launch_id", "organization_id", "person_id", name=op.f("pk_launch_refusals")),
    )
    op.create_table(
        "remarks",
        sa.Column("id", base.Key, nullable=False),
        sa.Column("case_id", base.Key, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("person_id", base.Key, nullable=False),
        sa.Column("organization_id", base.Key, nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_at", base.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_remarks_case_id")),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=op.f("fk_remarks_organization_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_remarks_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remarks")),
    )
    with op.batch_alter_table("remarks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_remarks_case_id"), ["case_id"], unique=False)

    op.create_table(
        "seal_leaves",
        sa.Column("seal_id", base.Key, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("case_id", base.Key, nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_seal_leaves_case_id")),
        sa.ForeignKeyConstraint(["seal_id"], ["seals.id"], name=op.f("fk_seal_leaves_seal_id")),
        sa.PrimaryKeyConstraint("seal_id", "position", name=op.f("pk_seal_leaves")),
    )
    with op.batch_alter_table("seal_leaves", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_seal_leaves_case_id"), ["case_id"], unique=False)

    op.create_table(
        "sign_ins",
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", base.Key, nullable=False),
        sa.Column("started_at", base.Moment(), nullable=False),
        sa.Column("seen_at", base.Moment(), nullable=False),
        sa.Column("ended_at", base.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_sign_ins_account_id")),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_sign_ins")),
    )
    with op.batch_alter_table("sign_ins", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_ins_account_id"), ["account_id"], unique=False)

    op.create_table(
        "signatures",
        sa.Column("id", base.Key, nullable=False),
        sa.Column("case_id", base.Key, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("transition", sa.String(length=10), nullable=False),
        sa.Column("slot", sa.String(length=60), nullable=False),
        sa.Column("content", sa.String(length=64), nullable=False),
        sa.Column("person_id", base.Key, nullable=False),
        sa.Column("signed_at", base.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_signatures_case_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_signatures_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signatures")),
        sa.UniqueConstraint(
            "case_id", "round", "transition", "person_id", name=op.f("uq_signatures_case_id_round_transition_person_id")
        ),
    )
    op.create_table(
        "tasks",
        sa.Column("id", base.Key, nullable=False),
        sa.Column("case_id", base.Key, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("do", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("parent_id", base.Key, nullable=True),
        sa.Column("asked_by", base.Key, nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("is_waiting", sa.Boolean(), nullable=False),
        sa.Column("opened_at", base.Moment(), nullable=False),
        sa.Column("due_at", base.Moment(), nullable=True),
        sa.Column("urged_at", base.Moment(), nullable=True),
        sa.Column("urged_by", sa.String(length=60), nullable=True),
        sa.Column("closed_at", base.Moment(), nullable=True),
        sa.Column("closed_by", base.Key, nullable=True),
        sa.Column("closed_reason", sa.String(length=200), nullable=True),
        sa.CheckConstraint(
            "kind IN ('turn', 'seat', 'before', 'parallel', 'after', 'delegated', 'consulted', 'copied', 'vacancy')",
            name=op.f("ck_tasks_kind"),
        ),
        sa.CheckConstraint("(closed_at IS NULL) = (closed_reason IS NULL)", name=op.f("ck_tasks_closed_with_reason")),
        sa.ForeignKeyConstraint(["asked_by"], ["people.id"], name=op.f("fk_tasks_asked_by")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_tasks_case_id")),
        sa.ForeignKeyConstraint(["closed_by"], ["people.id"], name=op.f("fk_tasks_closed_by")),
        sa.ForeignKeyConstraint(["parent_id"], ["tasks.id"], name=op.f("fk_tasks_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
    )
    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.create_index("ix_tasks_case", ["case_id", "id"], unique=False)
        batch_op.create_index(
            "ix_tasks_waiting",
            ["id"],
            unique=False,
            sqlite_where=sa.text("is_waiting = 1"),
            postgresql_where=sa.text("is_waiting"),
        )

    op.create_table(
        "voters",
        sa.Column("case_id", base.Key, nullable=False),
        sa.Column("person_id", base.Key, nullable=False),
        sa.Column("voter_group", sa.String(length=10), nullable=False),
        sa.Column("has_ticket", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_voters_case_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_voters_person_id")),
        sa.PrimaryKeyConstraint("case_id", "person_id", name=op.f("pk_voters")),
    )
    with op.batch_alter_table("voters", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_voters_person_id"), ["person_id"], unique=False)

    op.create_table(
        "attachments",
        sa.Column("id", base.Key, nullable=False),
        sa.Column("case_id", base.Key, nullable=False),
        sa.Column("person_id", base.Key, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("added_at", base.Moment(), nullable=False),
        sa.Column("accompanies", sa.Boolean(), nullable=False),
        sa.Column("document_id", base.Key, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_attachments_case_id")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_attachments_document_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_attachments_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
    )
    with op.batch_alter_table("attachments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attachments_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_attachments_document_id"), ["document_id"], unique=False)

    op.create_table(
        "candidates",
        sa.Column("task_id", base.Key, nullable=False),
        sa.Column("address", sa.String(length=60), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_candidates_task_id")),
        sa.PrimaryKeyConstraint("task_id", "address", name=op.f("pk_candidates")),
    )
    with op.batch_alter_table("candidates", schema=None) as batch_op:
        batch_op.create_index(
            "ix_candidates_inbox",
            ["address", "task_id"],
            unique=False,
            sqlite_where=sa.text("is_open = 1"),
            postgresql_where=sa.text("is_open"),
        )

    op.create_table(
        "decisions",
        sa.Column("id", base.Key, nullable=False),
        sa.Column("case_id", base.Key, nullable=False),
        sa.Column("task_id", base.Key, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("person_id", base.Key, nullable=False),
        sa.Column("principal_id", base.Key, nullable=True),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("transition", sa.String(length=10), nullable=True),
        sa.Column("values", base.Json, nullable=False),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.Column("decided_at", base.Moment(), nullable=False),
        sa.CheckConstraint("verdict IN ('agree', 'refuse', 'abstain', 'answer')", name=op.f("ck_decisions_verdict")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_decisions_case_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_decisions_person_id")),
        sa.ForeignKeyConstraint(["principal_id"], ["people.id"], name=op.f("fk_decisions_principal_id")),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_decisions_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
        sa.UniqueConstraint("task_id", "person_id", "round", name=op.f("uq_decisions_task_id_person_id_round")),
    )
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.create_index("ix_decisions_case", ["case_id", "round"], unique=False)

    op.create_table(
        "distributions",
        sa.Column("document_id", base.Key, autoincrement=False, nullable=False),
        sa.Column("case_id", base.Key, nullable=False),
        sa.Column("sent_at", base.Moment(), nullable=False),
        sa.Column("due_at", base.Moment(), nullable=False),
        sa.Column("main", base.Json, nullable=False),
        sa.Column("copies", base.Json, nullable=False),
        sa.Column("below", sa.String(length=400), nullable=True),
        sa.Column("unreached", base.Json, nullable=False),
        sa.Column("after_body", base.Key, nullable=False),
        sa.Column("finished_at", base.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_distributions_case_id")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_distributions_document_id")),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_distributions")),
    )
    with op.batch_alter_table("distributions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_distributions_case_id"), ["case_id"], unique=False)

    op.create_table(
        "document_files",
        sa.Column("document_id", base.Key, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_document_files_document_id")),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_document_files")),
    )
    op.create_table(
        "notices",
        sa.Column("id", base.Key, nullable=False),
        sa.Column("person_id", base.Key, nullable=True),
        sa.Column("hook_id", base.Key, nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("case_id", base.Key, nullable=True),
        sa.Column("task_id", base.Key, nullable=True),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", base.Moment(), nullable=False),
        sa.Column("read_at", base.Moment(), nullable=True),
        sa.CheckConstraint("(person_id IS NULL) <> (hook_id IS NULL)", name=op.f("ck_notices_one_addressee")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_notices_case_id")),
        sa.ForeignKeyConstraint(["hook_id"], ["hooks.id"], name=op.f("fk_notices_hook_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_notices_person_id")),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_notices_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("hook_id", "key", name=op.f("uq_notices_hook_id_key")),
        sa.UniqueConstraint("person_id", "key", name=op.f("uq_notices_person_id_key")),
    )
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notices_case_id"), ["case_id"], unique=False)
        batch_op.create_index("ix_notices_person", ["person_id", "id"], unique=False)
        batch_op.create_index(
            "ix_notices_unread",
            ["person_id"],
            unique=False,
            sqlite_where=sa.text("read_at IS NULL"),
            postgresql_where=sa.text("read_at IS NULL"),
        )

    op.create_table(
        "receipts",
        sa.Column("id", base.Key, nullable=False),
        sa.Column("organization_id", base.Key, nullable=False),
        sa.Column("document_id", base.Key, nullable=True),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("sender", sa.String(length=200), nullable=True),
        sa.Column("number", sa.String(length=60), nullable=True),
        sa.Column("title", sa.String(length=300), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=True),
        sa.Column("urgency", sa.String(length=15), nullable=True),
        sa.Column("arrived_at", base.Moment(), nullable=False),
        sa.Column("due_at", base.Moment(), nullable=True),
        sa.Column("signed_at", base.Moment(), nullable=True),
        sa.Column("person_id", base.Key, nullable=True),
        sa.Column("person", sa.String(length=60), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("serial", sa.Integer(), nullable=True),
        sa.Column("case_id", base.Key, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_receipts_case_id")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_receipts_document_id")),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=op.f("fk_receipts_organization_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_receipts_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipts")),
    )
    with op.batch_alter_table("receipts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_receipts_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            "ix_receipts_unsigned",
            ["document_id", "id"],
            unique=False,
            sqlite_where=sa.text("signed_at IS NULL"),
            postgresql_where=sa.text("signed_at IS NULL"),
        )
        batch_op.create_index(
            "ix_receipts_waiting",
            ["organization_id", "id"],
            unique=False,
            sqlite_where=sa.text("signed_at IS NULL"),
            postgresql_where=sa.text("signed_at IS NULL"),
        )
        batch_op.create_index(
            "uq_receipts_document",
            ["document_id", "organization_id"],
            unique=True,
            sqlite_where=sa.text("document_id IS NOT NULL"),
            postgresql_where=sa.text("document_id IS NOT NULL"),
        )
        batch_op.create_index(
            "uq_receipts_serial",
            ["organization_id", "year", "serial"],
            unique=True,
            sqlite_where=sa.text("serial IS NOT NULL"),
            postgresql_where=sa.text("serial IS NOT NULL"),
        )

    op.create_table(
        "seal_uses",
        sa.Column("id", base.Key, nullable=False),
        sa.Column("document_id", base.Key, nullable=False),
        sa.Column("organization_id", base.Key, nullable=False),
        sa.Column("keeper_id", base.Key, nullable=False),
        sa.Column("keeper", sa.String(length=120), nullable=False),
        sa.Column("used_at", base.Moment(), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("image_id", base.Key, nullable=True),
        sa.Column("image_sha256", sa.String(length=64), nullable=True),
        sa.Column("signed_at", base.Moment(), nullable=True),
        sa.Column("signer", sa.String(length=300), nullable=True),
        sa.Column("certificate_sha256", sa.String(length=64), nullable=True),
        sa.Column("is_timestamped", sa.Boolean(), nullable=False),
        sa.Column("unsigned_because", sa.String(length=300), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_seal_uses_document_id")),
        sa.ForeignKeyConstraint(["image_id"], ["seal_images.id"], name=op.f("fk_seal_uses_image_id")),
        sa.ForeignKeyConstraint(["keeper_id"], ["people.id"], name=op.f("fk_seal_uses_keeper_id")),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=op.f("fk_seal_uses_organization_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seal_uses")),
    )
    with op.batch_alter_table("seal_uses", schema=None) as batch_op:
        batch_op.create_index("ix_seal_uses_of_body", ["organization_id", "id"], unique=False)
        batch_op.create_index("uq_seal_uses_document_id", ["document_id", "organization_id"], unique=True)

    op.create_table(
        "attachment_files",
        sa.Column("attachment_id", base.Key, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["attachment_id"], ["attachments.id"], name=op.f("fk_attachment_files_attachment_id")),
        sa.PrimaryKeyConstraint("attachment_id", name=op.f("pk_attachment_files")),
    )
    op.create_table(
        "deliveries",
        sa.Column("id", base.Key, nullable=False),
        sa.Column("notice_id", base.Key, nullable=False),
        sa.Column("channel", sa.String(length=30), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("due_at", base.Moment(), nullable=False),
        sa.Column("sent_at", base.Moment(), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'failed', 'dropped')", name=op.f("ck_deliveries_state")),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_deliveries_notice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("notice_id", "channel", name=op.f("uq_deliveries_notice_id_channel")),
    )
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.create_index(
            "ix_deliveries_failed",
            ["id"],
            unique=False,
            sqlite_where=sa.text("state = 'failed'"),
            postgresql_where=sa.text("state = 'failed'"),
        )
        batch_op.create_index(
            "ix_deliveries_waiting",
            ["channel", "due_at"],
            unique=False,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )


def downgrade() -> None:
    """Undo."""

    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_deliveries_waiting",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
        batch_op.drop_index(
            "ix_deliveries_failed",
            sqlite_where=sa.text("state = 'failed'"),
            postgresql_where=sa.text("state = 'failed'"),
        )

    op.drop_table("deliveries")
    op.drop_table("attachment_files")
    with op.batch_alter_table("seal_uses", schema=None) as batch_op:
        batch_op.drop_index("uq_seal_uses_document_id")
        batch_op.drop_index("ix_seal_uses_of_body")

    op.drop_table("seal_uses")
    with op.batch_alter_table("receipts", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_receipts_serial",
            sqlite_where=sa.text("serial IS NOT NULL"),
            postgresql_where=sa.text("serial IS NOT NULL"),
        )
        batch_op.drop_index(
            "uq_receipts_document",
            sqlite_where=sa.text("document_id IS NOT NULL"),
            postgresql_where=sa.text("document_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_receipts_waiting",
            sqlite_where=sa.text("signed_at IS NULL"),
            postgresql_where=sa.text("signed_at IS NULL"),
        )
        batch_op.drop_index(
            "ix_receipts_unsigned",
            sqlite_where=sa.text("signed_at IS NULL"),
            postgresql_where=sa.text("signed_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_receipts_case_id"))

    op.drop_table("receipts")
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_notices_unread", sqlite_where=sa.text("read_at IS NULL"), postgresql_where=sa.text("read_at IS NULL")
        )
        batch_op.drop_index("ix_notices_person")
        batch_op.drop_index(batch_op.f("ix_notices_case_id"))

    op.drop_table("notices")
    op.drop_table("document_files")
    with op.batch_alter_table("distributions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_distributions_case_id"))

    op.drop_table("distributions")
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.drop_index("ix_decisions_case")

    op.drop_table("decisions")
    with op.batch_alter_table("candidates", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_candidates_inbox", sqlite_where=sa.text("is_open = 1"), postgresql_where=sa.text("is_open")
        )

    op.drop_table("candidates")
    with op.batch_alter_table("attachments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attachments_document_id"))
        batch_op.drop_index(batch_op.f("ix_attachments_case_id"))

    op.drop_table("attachments")
    with op.batch_alter_table("voters", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_voters_person_id"))

    op.drop_table("voters")
    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_tasks_waiting", sqlite_where=sa.text("is_waiting = 1"), postgresql_where=sa.text("is_waiting")
        )
        batch_op.drop_index("ix_tasks_case")

    op.drop_table("tasks")
    op.drop_table("signatures")
    with op.batch_alter_table("sign_ins", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_ins_account_id"))

    op.drop_table("sign_ins")
    with op.batch_alter_table("seal_leaves", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_seal_leaves_case_id"))

    op.drop_table("seal_leaves")
    with op.batch_alter_table("remarks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_remarks_case_id"))

    op.drop_table("remarks")
    op.drop_table("launch_refusals")
    op.drop_table("ladders")
    op.drop_table("journal")
    op.drop_table("import_files")
    with op.batch_alter_table("documents", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_documents_serial",
            sqlite_where=sa.text("serial IS NOT NULL"),
            postgresql_where=sa.text("serial IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_documents_unprinted",
            sqlite_where=sa.text("rendered_at IS NULL"),
            postgresql_where=sa.text("rendered_at IS NULL"),
        )
        batch_op.drop_index(
            "ix_documents_to_seal",
            sqlite_where=sa.text("needs_seal AND sealed_at IS NULL AND series IS NULL"),
            postgresql_where=sa.text("needs_seal AND sealed_at IS NULL AND series IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_documents_sha256"))
        batch_op.drop_index(batch_op.f("ix_documents_issue_case_id"))
        batch_op.drop_index(batch_op.f("ix_documents_case_id"))

    op.drop_table("documents")
    with op.batch_alter_table("deadlines", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_deadlines_open", sqlite_where=sa.text("fired_at IS NULL"), postgresql_where=sa.text("fired_at IS NULL")
        )
        batch_op.drop_index(batch_op.f("ix_deadlines_case_id"))

    op.drop_table("deadlines")
    op.drop_table("confidences")
    with op.batch_alter_table("case_bodies", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_bodies_organization_id"))

    op.drop_table("case_bodies")
    with op.batch_alter_table("binding_uses", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_binding_uses_binding_id"))

    op.drop_table("binding_uses")
    op.drop_table("binding_parts")
    op.drop_table("binding_misses")
    op.drop_table("binding_files")
    with op.batch_alter_table("batch_items", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_batch_items_open", sqlite_where=sa.text("outcome IS NULL"), postgresql_where=sa.text("outcome IS NULL")
        )

    op.drop_table("batch_items")
    with op.batch_alter_table("ballots", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ballots_case_id"))

    op.drop_table("ballots")
    op.drop_table("ballot_keys")
    with op.batch_alter_table("api_tokens", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_api_tokens_account_id"))

    op.drop_table("api_tokens")
    with op.batch_alter_table("substitutions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_substitutions_substitute_id"))
        batch_op.drop_index(batch_op.f("ix_substitutions_principal_id"))

    op.drop_table("substitutions")
    op.drop_table("seals")
    with op.batch_alter_table("seal_images", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_seal_images_in_use",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_seal_images_organization_id"))

    op.drop_table("seal_images")
    with op.batch_alter_table("relations", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_relations_one_active",
            sqlite_where=sa.text("valid_to IS NULL AND kind IN ('lead', 'same_level')"),
            postgresql_where=sa.text("valid_to IS NULL AND kind IN ('lead', 'same_level')"),
        )
        batch_op.drop_index(batch_op.f("ix_relations_superior_id"))
        batch_op.drop_index(batch_op.f("ix_relations_subordinate_id"))

    op.drop_table("relations")
    op.drop_table("preferences")
    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_posts_active", sqlite_where=sa.text("valid_to IS NULL"), postgresql_where=sa.text("valid_to IS NULL")
        )
        batch_op.drop_index(batch_op.f("ix_posts_person_id"))
        batch_op.drop_index("ix_posts_holders")

    op.drop_table("posts")
    op.drop_table("number_series")
    with op.batch_alter_table("launches", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_launches_campaign_id"))

    op.drop_table("launches")
    with op.batch_alter_table("imports", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_imports_person_id"))

    op.drop_table("imports")
    op.drop_table("idempotency_keys")
    op.drop_table("hooks")
    with op.batch_alter_table("hand_overs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hand_overs_from_person_id"))

    op.drop_table("hand_overs")
    with op.batch_alter_table("former_names", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_former_names_organization_id"))

    op.drop_table("former_names")
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_cases_unsealed",
            sqlite_where=sa.text("version > sealed_version"),
            postgresql_where=sa.text("version > sealed_version"),
        )
        batch_op.drop_index(batch_op.f("ix_cases_person_id"))
        batch_op.drop_index(batch_op.f("ix_cases_parent_id"))
        batch_op.drop_index(
            "ix_cases_open", sqlite_where=sa.text("closed_at IS NULL"), postgresql_where=sa.text("closed_at IS NULL")
        )
        batch_op.drop_index(
            "ix_cases_due",
            sqlite_where=sa.text("closed_at IS NULL AND due_at IS NOT NULL"),
            postgresql_where=sa.text("closed_at IS NULL AND due_at IS NOT NULL"),
        )
        batch_op.drop_index("ix_cases_campaign_body")

    op.drop_table("cases")
    op.drop_table("calendar_years")
    with op.batch_alter_table("bindings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bindings_person_id"))
        batch_op.drop_index(
            "ix_bindings_kept",
            sqlite_where=sa.text("forgotten_at IS NULL"),
            postgresql_where=sa.text("forgotten_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_bindings_campaign_id"))

    op.drop_table("bindings")
    with op.batch_alter_table("batches", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_batches_person_id"))

    op.drop_table("batches")
    op.drop_table("accounts")
    op.drop_table("workers")
    op.drop_table("revisions")
    op.drop_table("people")
    with op.batch_alter_table("organizations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_organizations_path"))
        batch_op.drop_index(batch_op.f("ix_organizations_kind"))

    op.drop_table("organizations")
    op.drop_table("digested")
    op.drop_table("definition_versions")
    op.drop_table("campaigns")

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import kring.core.tenancy
from kring.core.sql_files import InstallSql
from kring.core.tenant_tables import TenantTable


class Migration(migrations.Migration):
    dependencies = [
        ("forms", "0005_kept_files"),
        ("members", "0070_documents_keep_files"),
        ("organisations", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="MemberAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=50)),
                ("kind", models.CharField(max_length=6)),
                ("sort", models.TextField(db_collation="C")),
                (
                    "organisation",
                    models.ForeignKey(
                        db_default=django.db.models.expressions.RawSQL(
                            "current_setting('kring.organisation_id')::bigint", []
                        ),
                        editable=False,
                        on_delete=django.db.models.deletion.DB_CASCADE,
                        related_name="+",
                        to="organisations.organisation",
                    ),
                ),
                (
                    "submission",
                    kring.core.tenancy.TenantForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.DB_CASCADE,
                        related_name="+",
                        to="forms.submission",
                    ),
                ),
            ],
            options={"verbose_name": "answer", "verbose_name_plural": "answers"},
        ),
        migrations.AddIndex(
            "memberanswer",
            models.Index(
                models.F("organisation"),
                models.F("name"),
                models.F("kind"),
                models.F("sort"),
                models.F("submission"),
                name="member_answers_in_order",
            ),
        ),
        migrations.AddConstraint(
            "memberanswer",
            models.UniqueConstraint(
                models.F("organisation"),
                models.F("submission"),
                models.F("name"),
                name="member_answer_is_one_per_question",
            ),
        ),
        TenantTable("memberanswer"),
        # What nearly everybody answered to one question few did to another.
        migrations.RunSQL(
            "CREATE STATISTICS member_answers_by_question (mcv) ON name, sort FROM members_memberanswer",
            "DROP STATISTICS member_answers_by_question",
        ),
        InstallSql("note_answers", version=1, digest="3d6f7f7ef4ca"),
        InstallSql("answers_made", version=1, digest="7080766e8a2a"),
        InstallSql("answers_changed", version=1, digest="144a39e0b896"),
    ]

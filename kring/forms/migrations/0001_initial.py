import django.contrib.postgres.fields
import django.core.validators
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.models.expressions import RawSQL

import kring.forms.models
import kring.forms.storage
from kring.core.create_models import CreateModels
from kring.core.tenancy import TenantForeignKey
from kring.core.tenant_tables import TenantTable


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("core", "0001_initial"),
        ("organisations", "0001_initial"),
        ("places", "0001_initial"),
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="Form",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        (
                            "organisation",
                            models.ForeignKey(
                                db_default=RawSQL("current_setting('kring.organisation_id')::bigint", []),
                                editable=False,
                                on_delete=models.DB_CASCADE,
                                related_name="+",
                                to="organisations.organisation",
                            ),
                        ),
                        ("name", models.CharField(max_length=200, verbose_name="name")),
                        (
                            "purpose",
                            models.CharField(
                                choices=[
                                    ("questionnaire", "questions of an attraction"),
                                    ("basic", "basic details of every attendee"),
                                    ("organiser", "more details of organising bodies"),
                                    ("event", "more details of events"),
                                    ("attraction", "more details of attractions"),
                                ],
                                default="questionnaire",
                                max_length=13,
                                verbose_name="purpose",
                            ),
                        ),
                        ("created_by", models.ForeignKey(null=True, on_delete=models.DB_SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("retired_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "verbose_name": "form",
                        "verbose_name_plural": "forms",
                        "ordering": ["name", "pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                models.F("organisation"),
                                models.F("purpose"),
                                condition=models.Q(("retired_at", None), models.Q(("purpose", "questionnaire"), _negated=True)),
                                name="form_is_one_per_purpose",
                                violation_error_message="There is already a form for this purpose.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("purpose__in", ["questionnaire", "basic", "organiser", "event", "attraction"])),
                                name="form_purpose_is_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FormVersion",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        (
                            "organisation",
                            models.ForeignKey(
                                db_default=RawSQL("current_setting('kring.organisation_id')::bigint", []),
                                editable=False,
                                on_delete=models.DB_CASCADE,
                                related_name="+",
                                to="organisations.organisation",
                            ),
                        ),
                        ("form", TenantForeignKey(on_delete=models.DB_CASCADE, related_name="versions", to="forms.form")),
                        ("number", models.PositiveIntegerField(default=1)),
                        ("revision", models.PositiveIntegerField(db_default=0, default=0)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        "verbose_name": "version of a form",
                        "verbose_name_plural": "versions of a form",
                        "ordering": ["number"],
                        "constraints": [
                            models.UniqueConstraint(
                                models.F("organisation"), models.F("form"), models.F("number"), name="form_version_has_its_number"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Question",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        (
                            "organisation",
                            models.ForeignKey(
                                db_default=RawSQL("current_setting('kring.organisation_id')::bigint", []),
                                editable=False,
                                on_delete=models.DB_CASCADE,
                                related_name="+",
                                to="organisations.organisation",
                            ),
                        ),
                        ("version", TenantForeignKey(on_delete=models.DB_CASCADE, related_name="questions", to="forms.formversion")),
                        ("position", models.PositiveSmallIntegerField(default=0)),
                        (
                            "name",
                            models.CharField(
                                max_length=50,
                                validators=[django.core.validators.RegexValidator("^[a-z][a-z0-9_]{0,49}$", "Use lower-case letters, digits and _.")],
                                verbose_name="name",
                            ),
                        ),
                        (
                            "type",
                            models.CharField(
                                choices=[
                                    ("text", "text"),
                                    ("long_text", "long text"),
                                    ("number", "number"),
                                    ("date", "date"),
                                    ("choice", "one choice"),
                                    ("choices", "several choices"),
                                    ("yes_no", "yes or no"),
                                    ("email", "e-mail"),
                                    ("phone", "phone"),
                                    ("file", "file"),
                                    ("country", "country"),
                                    ("consent", "consent"),
                                    ("pesel", "PESEL number"),
                                ],
                                default="text",
                                max_length=9,
                                verbose_name="kind",
                            ),
                        ),
                        ("label", models.CharField(blank=True, max_length=300, verbose_name="question")),
                        ("help", models.CharField(blank=True, max_length=500, verbose_name="explanation")),
                        (
                            "requirement",
                            models.CharField(
                                choices=[("optional", "optional"), ("required", "required"), ("organiser", "decided per event")],
                                default="optional",
                                max_length=9,
                                verbose_name="answer",
                            ),
                        ),
                        ("minimum", models.DecimalField(blank=True, decimal_places=4, max_digits=14, null=True, verbose_name="at least")),
                        ("maximum", models.DecimalField(blank=True, decimal_places=4, max_digits=14, null=True, verbose_name="at most")),
                        ("pattern", models.CharField(blank=True, max_length=200, verbose_name="pattern")),
                        ("pattern_help", models.CharField(blank=True, max_length=300, verbose_name="what the pattern means")),
                        ("accepts", django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), blank=True, default=list)),
                        ("shown_if", TenantForeignKey(blank=True, null=True, on_delete=models.DO_NOTHING, related_name="+", to="forms.question")),
                        (
                            "shown_if_values",
                            django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), blank=True, default=list),
                        ),
                    ],
                    options={
                        "verbose_name": "question",
                        "verbose_name_plural": "questions",
                        "ordering": ["position", "pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                models.F("organisation"),
                                models.F("version"),
                                models.F("name"),
                                name="question_name_is_unique_in_its_form",
                                violation_error_message="This form already has a question with this name.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("minimum", None), ("maximum", None), ("maximum__gte", models.F("minimum")), _connector="OR"),
                                name="question_maximum_is_not_below_its_minimum",
                                violation_error_message="The largest value cannot be below the smallest.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("shown_if", models.F("id")), _negated=True), name="question_waits_for_another"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Choice",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        (
                            "organisation",
                            models.ForeignKey(
                                db_default=RawSQL("current_setting('kring.organisation_id')::bigint", []),
                                editable=False,
                                on_delete=models.DB_CASCADE,
                                related_name="+",
                                to="organisations.organisation",
                            ),
                        ),
                        ("question", TenantForeignKey(on_delete=models.DB_CASCADE, related_name="choices", to="forms.question")),
                        ("position", models.PositiveSmallIntegerField(default=0)),
                        ("value", models.CharField(max_length=200)),
                        ("label", models.CharField(max_length=200, verbose_name="choice")),
                        ("pool", TenantForeignKey(blank=True, null=True, on_delete=models.DO_NOTHING, related_name="+", to="places.pool")),
                    ],
                    options={
                        "verbose_name": "choice",
                        "verbose_name_plural": "choices",
                        "ordering": ["position", "pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                models.F("organisation"), models.F("question"), models.F("value"), name="choice_value_is_unique_in_its_question"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Submission",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        (
                            "organisation",
                            models.ForeignKey(
                                db_default=RawSQL("current_setting('kring.organisation_id')::bigint", []),
                                editable=False,
                                on_delete=models.DB_CASCADE,
                                related_name="+",
                                to="organisations.organisation",
                            ),
                        ),
                        ("version", TenantForeignKey(on_delete=models.DO_NOTHING, related_name="submissions", to="forms.formversion")),
                        (
                            "person",
                            models.ForeignKey(null=True, on_delete=models.DB_SET_NULL, related_name="submissions", to=settings.AUTH_USER_MODEL),
                        ),
                        ("answers", models.JSONField(default=dict)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("updated_at", models.DateTimeField(auto_now=True)),
                    ],
                    options={
                        "verbose_name": "answers",
                        "verbose_name_plural": "answers",
                        "indexes": [
                            models.Index(models.F("organisation"), models.F("version"), name="submissions_of_a_version"),
                            models.Index(
                                models.F("organisation"),
                                models.F("person"),
                                models.OrderBy(models.F("updated_at"), descending=True),
                                name="submissions_of_a_person",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Upload",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        (
                            "organisation",
                            models.ForeignKey(
                                db_default=RawSQL("current_setting('kring.organisation_id')::bigint", []),
                                editable=False,
                                on_delete=models.DB_CASCADE,
                                related_name="+",
                                to="organisations.organisation",
                            ),
                        ),
                        ("key", models.CharField(editable=False, max_length=40)),
                        ("file", models.FileField(max_length=200, storage=kring.forms.storage.private, upload_to=kring.forms.models.private_path)),
                        ("name", models.CharField(max_length=200, verbose_name="file name")),
                        ("content_type", models.CharField(max_length=100)),
                        ("size", models.PositiveIntegerField()),
                        ("submission", TenantForeignKey(null=True, on_delete=models.DB_CASCADE, related_name="uploads", to="forms.submission")),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        "verbose_name": "file",
                        "verbose_name_plural": "files",
                        "indexes": [models.Index(models.F("organisation"), models.F("submission"), name="uploads_of_a_submission")],
                        "constraints": [models.UniqueConstraint(models.F("organisation"), models.F("key"), name="upload_key_is_unique")],
                    },
                ),
            ],
        ),
        TenantTable("Form"),
        TenantTable("FormVersion"),
        TenantTable("Question"),
        TenantTable("Choice"),
        TenantTable("Submission"),
        TenantTable("Upload", platform="SELECT"),
    ]

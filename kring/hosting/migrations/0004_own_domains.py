import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("hosting", "0003_delete_rows"), ("organisations", "0014_own_host")]

    operations = [
        migrations.CreateModel(
            "OrganisationDomain",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("host", models.CharField(max_length=253, verbose_name="domain")),
                ("token", models.CharField(max_length=64)),
                ("is_on", models.BooleanField(default=False)),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("right", "The record is there."),
                            ("missing", "There is no such record yet. It may take an hour until a new one is seen."),
                            ("other", "There is a record, but with another value."),
                            ("silent", "The name servers of the domain do not answer."),
                            ("taken", "Another organisation uses this domain."),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                ("checked_at", models.DateTimeField(null=True)),
                ("failures", models.PositiveSmallIntegerField(default=0)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "organisation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.DB_CASCADE,
                        related_name="+",
                        to="organisations.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "own domain",
                "verbose_name_plural": "own domains",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("host__regex", "^[a-z0-9.-]+$")), name="domain_is_as_dns_has_it"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("is_on", False), ("checked_at__isnull", False), _connector="OR"),
                        name="domain_is_on_once_proved",
                    ),
                ],
            },
        ),
    ]

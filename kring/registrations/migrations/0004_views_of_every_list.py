"""Saved views of every list of staff, not only that of registrations, whose views stay as they are."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0002_functions_and_triggers"),
        ("organisations", "0001_initial"),
        ("registrations", "0003_eligibility_result"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="savedview",
            name="list_name",
            field=models.CharField(db_default="registrations", max_length=60),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.UniqueConstraint(
                fields=("organisation", "owner", "list_name", "event", "name"),
                name="saved_view_name_is_unique_in_list",
                nulls_distinct=False,
                violation_error_message="You already have a view with this name.",
            ),
        ),
        migrations.RemoveConstraint(model_name="savedview", name="saved_view_name_is_unique"),
    ]

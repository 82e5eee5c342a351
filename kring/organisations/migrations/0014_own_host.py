from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("organisations", "0013_deletion")]

    operations = [
        migrations.AddField(
            "organisation",
            "own_host",
            models.CharField(blank=True, db_default="", default="", editable=False, max_length=253),
        ),
        migrations.AddConstraint(
            "organisation",
            models.UniqueConstraint(
                models.F("own_host"),
                condition=models.Q(("own_host", ""), _negated=True),
                name="own_host_is_of_one_organisation",
            ),
        ),
    ]

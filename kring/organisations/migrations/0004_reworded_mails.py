import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("organisations", "0003_who_makes_events")]

    operations = [
        migrations.AddField(
            "organisation",
            "reworded_mails",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=70), db_default=[], default=list, editable=False
            ),
        ),
    ]

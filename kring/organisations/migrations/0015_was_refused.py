from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("organisations", "0014_own_host")]

    operations = [
        migrations.AddField(
            model_name="organisation",
            name="was_refused",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
    ]

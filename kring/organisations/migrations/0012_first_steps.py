from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("organisations", "0011_stored_files")]

    operations = [
        migrations.AddField(
            model_name="organisation",
            name="shows_first_steps",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
    ]

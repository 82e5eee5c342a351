from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", "0009_eligibility")]

    operations = [
        migrations.AddField(
            model_name="event",
            name="reason",
            field=models.CharField(blank=True, db_default="", max_length=300, verbose_name="reason"),
        ),
    ]

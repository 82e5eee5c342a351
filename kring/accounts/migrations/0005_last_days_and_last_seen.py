from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_professions")]

    operations = [
        migrations.AddField("role", "until", models.DateField(blank=True, null=True, verbose_name="last day")),
        migrations.AddField("role", "last_seen_at", models.DateTimeField(editable=False, null=True)),
    ]

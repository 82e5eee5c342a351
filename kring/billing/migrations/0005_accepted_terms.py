from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("billing", "0004_retained")]

    operations = [
        migrations.AddField(
            "order", "terms_version", models.PositiveIntegerField(db_default=0, default=0, editable=False)
        ),
        migrations.AddField("order", "terms_accepted_at", models.DateTimeField(editable=False, null=True)),
    ]

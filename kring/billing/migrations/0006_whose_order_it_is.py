from django.db import migrations, models

DIGEST = models.CharField(blank=True, db_default="", default="", editable=False, max_length=32)


class Migration(migrations.Migration):
    dependencies = [("billing", "0005_accepted_terms")]

    operations = [
        migrations.AddField(
            "order",
            "confirmed_email",
            models.EmailField(blank=True, db_default="", default="", editable=False, max_length=254),
        ),
        migrations.AddField(
            "order",
            "method_to_confirm",
            models.CharField(blank=True, db_default="", default="", editable=False, max_length=30),
        ),
        migrations.AddField("order", "counted_address", DIGEST),
        migrations.AddField("order", "counted_network", DIGEST),
    ]

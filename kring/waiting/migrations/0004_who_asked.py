from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("waiting", "0003_an_order_may_wait")]

    operations = [
        migrations.AddField(
            "entry",
            "asked_by",
            models.CharField(blank=True, db_default="", default="", max_length=200, verbose_name="asked by"),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", "0009_price_to_choose")]

    operations = [
        migrations.AddField(
            model_name="event",
            name="gift_for",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text=(
                    "For example: our youth fund. Filled in, buyers may add a gift of any amount to their order."
                ),
                max_length=200,
                verbose_name="gift on top for",
            ),
        ),
    ]

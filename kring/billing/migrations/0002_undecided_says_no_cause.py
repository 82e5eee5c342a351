from django.db import migrations, models


class Migration(migrations.Migration):
    """Only the word for it: an order is undecided for more reasons than late money."""

    dependencies = [("billing", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="order",
            name="state",
            field=models.CharField(
                choices=[
                    ("open", "being filled in"),
                    ("awaiting", "waiting for payment"),
                    ("paid", "completed"),
                    ("expired", "expired"),
                    ("cancelled", "cancelled"),
                    ("undecided", "paid, to be decided"),
                ],
                default="open",
                max_length=10,
                verbose_name="state",
            ),
        ),
    ]

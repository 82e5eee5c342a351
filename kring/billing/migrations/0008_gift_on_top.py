from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("billing", "0007_chosen_by_the_buyer")]

    operations = [
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.UniqueConstraint(
                models.F("organisation"),
                models.F("order"),
                condition=models.Q(("kind", "gift")),
                name="order_has_one_gift_at_most",
            ),
        ),
    ]

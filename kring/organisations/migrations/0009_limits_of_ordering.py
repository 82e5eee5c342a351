import django.core.validators
from django.db import migrations, models


def most(default, name):
    return models.PositiveSmallIntegerField(
        db_default=default,
        default=default,
        validators=[django.core.validators.MaxValueValidator(10000)],
        verbose_name=name,
    )


class Migration(migrations.Migration):
    dependencies = [("organisations", "0008_which_legal_texts_are_in_force")]

    operations = [
        migrations.AddField("organisation", "held_places_per_address", most(40, "unpaid places per e-mail address")),
        migrations.AddField(
            "organisation", "held_places_per_network", most(100, "unpaid places per internet connection")
        ),
        migrations.AddField(
            "organisation",
            "scarce_places_need_confirmation",
            models.BooleanField(
                db_default=True,
                default=True,
                verbose_name="confirmed address for slow payment when places are scarce",
            ),
        ),
    ]

"""An organisation that takes another account with a provider keeps the former one, for its payments."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payments", "0013_refunds_wait_for_nobody")]

    operations = [
        migrations.AddField(
            model_name="provideraccount",
            name="identity",
            field=models.CharField(blank=True, db_default="", default="", editable=False, max_length=120),
        ),
        migrations.AddField(
            model_name="provideraccount",
            name="is_former",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.RemoveConstraint(model_name="provideraccount", name="provider_account_is_one_for_each_mode"),
        migrations.AddConstraint(
            model_name="provideraccount",
            constraint=models.UniqueConstraint(
                "organisation",
                "method",
                "mode",
                name="provider_account_present_is_one_for_each_mode",
                condition=models.Q(("is_former", False)),
            ),
        ),
        migrations.AddConstraint(
            model_name="provideraccount",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_former", False), ("is_in_use", False), _connector="OR"),
                name="provider_account_former_is_not_in_use",
            ),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0011_credit_is_checked"),
    ]

    operations = [
        migrations.AddField(
            model_name="order",
            name="is_test",
            field=models.BooleanField(db_default=False, default=False, editable=False, verbose_name="test"),
        ),
    ]

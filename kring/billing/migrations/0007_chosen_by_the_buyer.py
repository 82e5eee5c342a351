from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("billing", "0006_rules_of_an_order")]

    operations = [
        migrations.AddField(
            model_name="orderline",
            name="is_chosen",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
    ]

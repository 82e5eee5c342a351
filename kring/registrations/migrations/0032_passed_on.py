from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registrations", "0031_without_a_name_is_checked")]

    operations = [migrations.AddField("registration", "passed_on_at", models.DateTimeField(editable=False, null=True))]

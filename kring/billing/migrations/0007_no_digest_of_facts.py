from django.db import migrations


class Migration(migrations.Migration):
    """No release used it: the rules are kept instead."""

    dependencies = [("billing", "0006_rules_of_an_order")]

    operations = [migrations.RemoveField("orderline", "priced_for")]

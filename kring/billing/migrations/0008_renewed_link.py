from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("billing", "0007_orders_by_whom_they_count_for")]

    operations = [migrations.AddField("order", "link_renewed_at", models.DateTimeField(editable=False, null=True))]

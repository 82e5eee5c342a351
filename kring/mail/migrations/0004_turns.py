import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mail", "0003_message_unsubscribe_url"), ("organisations", "0008_second_factor")]

    operations = [
        migrations.CreateModel(
            "MailTurn",
            fields=[
                (
                    "organisation",
                    models.OneToOneField(
                        editable=False,
                        on_delete=django.db.models.deletion.DB_CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="organisations.organisation",
                    ),
                ),
                ("served_at", models.DateTimeField()),
                ("hour_ends_at", models.DateTimeField()),
                ("sent", models.PositiveIntegerField()),
            ],
        ),
    ]

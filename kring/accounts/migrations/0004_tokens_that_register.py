from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_tokens_that_write_events")]

    operations = [
        migrations.AlterField(
            model_name="apitoken",
            name="scopes",
            field=ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("events", "read events"),
                        ("events:write", "make and change events"),
                        ("events:approve", "accept and reject events"),
                        ("registrations", "read registrations"),
                        ("registrations:write", "register people and cancel registrations"),
                        ("door", "check tickets in"),
                    ],
                    max_length=20,
                ),
                verbose_name="rights",
            ),
        ),
    ]

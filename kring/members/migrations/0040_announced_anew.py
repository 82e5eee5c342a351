from django.db import migrations

from kring.core.sql_files import InstallSql


class Migration(migrations.Migration):
    """Of guardians who were told of another day: a corrected date of birth is announced again."""

    dependencies = [("members", "0032_card_serial")]

    operations = [
        InstallSql("birth_date_changed", version=2, digest="ed2f1d20499e"),
    ]

from django.db import migrations

from kring.core.sql_files import InstallSql


class Migration(migrations.Migration):
    dependencies = [("direct_debit", "0005_debits_move_in_bulk"), ("organisations", "0013_deletion")]

    operations = [
        InstallSql("collection_files_stay", version=2, digest="4dac2356770a"),
        InstallSql("mandate_versions_stay", version=2, digest="a62c493245a0"),
    ]

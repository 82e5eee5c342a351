from django.db import migrations

from kring.core.sql_files import InstallSql


class Migration(migrations.Migration):
    dependencies = [("billing", "0021_order_is_of_dues"), ("organisations", "0013_deletion")]

    operations = [
        InstallSql("invoices_stay", version=2, digest="96ce7ee11657"),
        InstallSql("instalments_add_up", version=2, digest="b401be985f2d"),
    ]

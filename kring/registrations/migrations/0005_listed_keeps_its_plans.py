from django.db import migrations

from kring.core.sql_files import InstallSql


class Migration(migrations.Migration):
    dependencies = [("registrations", "0004_views_of_every_list")]

    operations = [
        InstallSql("changed", version=2, digest="2b22f0e6a224"),
        InstallSql("order_changed", version=2, digest="c31eb6543c87"),
        InstallSql("payment_changed", version=2, digest="c7b1e2dbfcbe"),
        InstallSql("tickets_made", version=2, digest="e3cf0c6ffe4d"),
    ]

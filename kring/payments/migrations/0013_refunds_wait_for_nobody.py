from django.db import migrations

from kring.core.sql_files import InstallSql


class Migration(migrations.Migration):
    dependencies = [("payments", "0012_testpay_refunds")]

    operations = [InstallSql("refunds_add_up", version=3, digest="d59e147fa2af")]

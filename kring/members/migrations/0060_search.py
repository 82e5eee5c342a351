from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import migrations, models

from kring.core.sql_files import InstallSql


class Migration(migrations.Migration):
    dependencies = [("members", "0022_functions_of_duplicates")]

    operations = [
        migrations.AddIndex(
            "member", models.Index(models.F("organisation"), models.F("state"), models.F("sorting"), name="members_by_state")
        ),
        migrations.AddIndex(
            "member",
            GinIndex(models.F("organisation"), OpClass(models.F("words"), name="gin_trgm_ops"), name="members_by_words"),
        ),
        InstallSql("search", version=1, digest="26d501ec7d24"),
    ]

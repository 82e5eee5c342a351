from django.db import migrations

from kring.core.sql_files import InstallSql


class Migration(migrations.Migration):
    dependencies = [("members", "0001_initial")]

    operations = [
        InstallSql("written", version=1, digest="261e1b001d17"),
        InstallSql("of_age", version=1, digest="d4011a89b5bf"),
        InstallSql("guardianship_knows_its_end", version=1, digest="97f1a546ab3b"),
        InstallSql("birth_date_changed", version=1, digest="d8904c0dbaa3"),
        InstallSql("guardianship_is_of_another", version=1, digest="f381d4117a5f"),
        InstallSql("group_is_in_no_circle", version=1, digest="be8a59937432"),
    ]

from django.db import migrations

from kring.core.sql_files import InstallSql


class Migration(migrations.Migration):
    dependencies = [("members", "0021_duplicates")]

    operations = [
        InstallSql("written", version=2, digest="7fc87bab7fa0"),
        InstallSql("sound", version=1, digest="8ef4ebd316ff"),
        InstallSql("first_names_alike", version=1, digest="610bffa6ee53"),
        InstallSql("number_of_a_merge", version=1, digest="f80b85bfc257"),
    ]

from django.db import migrations

from kring.core.sql_files import InstallSql


class Migration(migrations.Migration):
    """Words are compared by `core_normal`, as everywhere; the same function of this app's own goes."""

    dependencies = [("core", "0002_normal"), ("registrations", "0007_for_whom")]

    operations = [
        InstallSql("changed", version=3, digest="42d4e966c4ef"),
        InstallSql("list", version=2, digest="e3901c58520f"),
        InstallSql("note_answers", version=2, digest="ef0be968ec50"),
        InstallSql("note_words", version=2, digest="3b9954cf5b0a"),
        InstallSql("order_changed", version=3, digest="37d64bd8456f"),
        InstallSql("search", version=2, digest="24492780082b"),
        InstallSql("search_similar", version=2, digest="233aab9277e5"),
        migrations.RunSQL("DROP FUNCTION IF EXISTS registrations_normal", migrations.RunSQL.noop),
    ]

from django.contrib.postgres.operations import BtreeGinExtension, BtreeGistExtension, TrigramExtension, UnaccentExtension
from django.db import migrations


class Migration(migrations.Migration):
    """All four are trusted: the owner of the database may add them, no superuser is needed."""

    dependencies = [("core", "0002_job_done")]

    operations = [TrigramExtension(), UnaccentExtension(), BtreeGistExtension(), BtreeGinExtension()]

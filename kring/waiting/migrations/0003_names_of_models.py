from django.db import migrations

from kring.core.rename_model import RenameModelOnly


class Migration(migrations.Migration):
    dependencies = [("waiting", "0002_functions_and_triggers")]

    operations = [
        RenameModelOnly("Entry", "WaitingEntry"),
        RenameModelOnly("Wish", "WaitingWish"),
        RenameModelOnly("Step", "WaitingStep"),
    ]

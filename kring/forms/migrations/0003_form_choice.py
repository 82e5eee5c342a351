from django.db import migrations

from kring.core.rename_model import RenameModelOnly


class Migration(migrations.Migration):
    dependencies = [("forms", "0002_functions_and_triggers")]

    operations = [
        RenameModelOnly("Choice", "FormChoice"),
    ]

"""Members are counted by their status along an index; made while members are written, as a register may be large."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("members", "0074_undo_of_besides")]

    operations = [
        AddIndexConcurrently(
            model_name="member", index=models.Index("organisation", "state", name="members_in_a_state")
        ),
    ]

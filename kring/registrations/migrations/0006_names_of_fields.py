from django.db import migrations, models


class Migration(migrations.Migration):
    """The columns keep their names: nothing changes in the database."""

    dependencies = [("registrations", "0005_listed_keeps_its_plans")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameField("Listed", "said", "answer_texts"),
                migrations.AlterField("Listed", "answer_texts", models.JSONField(db_column="said", default=dict)),
                migrations.RenameField("BulkItem", "said", "reason"),
                migrations.AlterField(
                    "BulkItem", "reason", models.CharField(blank=True, db_column="said", max_length=300)
                ),
            ]
        ),
    ]

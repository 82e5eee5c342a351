from django.db import migrations, models


class Migration(migrations.Migration):
    """Nobody who works already is called anew."""

    dependencies = [("accounts", "0004_tokens_that_register")]

    operations = [
        migrations.AddField(
            model_name="role",
            name="called",
            field=models.CharField(blank=True, db_default="", default="", editable=False, max_length=200),
        ),
    ]

from django.db import migrations, models


def composed(old: str, new: str, field: models.Field) -> list:
    """The column keeps its name, so that nothing waits, and a process of the version before goes on."""
    return [
        step
        for model in ("message", "platformmessage")
        for step in (migrations.AlterField(model, old, field), migrations.RenameField(model, old, new))
    ]


class Migration(migrations.Migration):
    """Mails that wait have no facts: they leave as they were composed."""

    dependencies = [("mail", "0008_words_of_the_interface")]

    operations = [
        migrations.AddField("message", "facts", models.JSONField(null=True)),
        migrations.AddField("platformmessage", "facts", models.JSONField(null=True)),
        *composed(
            "subject",
            "composed_subject",
            models.CharField(blank=True, db_column="subject", max_length=300, verbose_name="subject"),
        ),
        *composed("text", "composed_text", models.TextField(blank=True, db_column="text")),
        *composed("html", "composed_html", models.TextField(blank=True, db_column="html")),
    ]

from django.db import migrations, models

VERSION = models.PositiveIntegerField(db_default=0, default=0, editable=False)


class Migration(migrations.Migration):
    dependencies = [("organisations", "0007_legal_texts")]

    operations = [
        migrations.AddField("organisation", "terms_version", VERSION),
        migrations.AddField("organisation", "privacy_version", VERSION),
    ]

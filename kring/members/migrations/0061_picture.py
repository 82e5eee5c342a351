from django.db import migrations, models

import kring.forms.storage
import kring.members.models.member


class Migration(migrations.Migration):
    dependencies = [("members", "0052_register_offered")]

    operations = [
        migrations.AddField(
            "member",
            "picture",
            models.FileField(
                blank=True,
                db_default="",
                default="",
                max_length=200,
                storage=kring.forms.storage.private,
                upload_to=kring.members.models.member.picture_path,
                verbose_name="picture",
            ),
        ),
    ]

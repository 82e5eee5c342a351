from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("waiting", "0004_who_asked"),
    ]

    operations = [
        migrations.AlterField(
            model_name="step",
            name="kind",
            field=models.CharField(
                choices=[
                    ("joined", "joined"),
                    ("invited", "invited"),
                    ("reminded", "reminded"),
                    ("ordered", "began to register"),
                    ("returned", "registration not completed, invitation open again"),
                    ("converted", "registered"),
                    ("expired", "expired"),
                    ("declined", "declined"),
                    ("withdrawn", "left the list"),
                    ("removed", "removed by the organiser"),
                    ("unsent", "invitation could not be sent, turn kept"),
                    ("moved", "moved by the organiser"),
                    ("overtaken", "a smaller party went first"),
                    ("ended", "the waiting list ended"),
                ],
                max_length=10,
                verbose_name="what",
            ),
        ),
    ]

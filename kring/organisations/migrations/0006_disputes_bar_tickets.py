from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('organisations', '0005_offers_newsletters'),
    ]

    operations = [
        migrations.AddField(
            model_name='organisation',
            name='disputes_bar_tickets',
            field=models.BooleanField(db_default=False, default=False, verbose_name='disputed payments bar the tickets at the door'),
        ),
    ]

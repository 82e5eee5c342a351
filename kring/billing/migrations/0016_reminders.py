from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0015_instalments'),
        ('organisations', '0004_reminders'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='instalment',
            name='instalment_to_remind_of_after',
        ),
        migrations.AddField(
            model_name='order',
            name='next_due_on',
            field=models.DateField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='order',
            name='reminded_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(models.F('next_due_on'), condition=models.Q(('next_due_on__isnull', False)), name='order_with_instalment_due'),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("payments", "0011_disputes")]

    operations = [
        migrations.AddField(
            model_name='testpaycharge',
            name='disputes',
            field=models.JSONField(db_default=models.Value([], models.JSONField()), default=list),
        ),
        migrations.AddField(
            model_name='testpaycharge',
            name='refunding',
            field=models.CharField(choices=[('at_once', 'refund at once'), ('later', 'refund later: it is under way first'), ('no_balance', 'refuse: not enough balance'), ('silent', 'refund, but lose the answer')], db_default='at_once', default='at_once', max_length=10),
        ),
        migrations.AddField(
            model_name='testpaycharge',
            name='refunds',
            field=models.JSONField(db_default=models.Value([], models.JSONField()), default=list),
        ),
    ]

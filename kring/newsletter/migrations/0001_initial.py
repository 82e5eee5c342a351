import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
import kring.core.codes
import kring.core.secrets
import kring.core.tenancy
from django.db import migrations, models

from kring.core.sql_files import InstallSql
from kring.core.tenant_tables import TenantTable


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('organisations', '0005_offers_newsletters'),
    ]

    operations = [
        migrations.CreateModel(
            name='MailingList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('texts', models.JSONField(default=dict, verbose_name='text beside the box')),
                ('is_offered', models.BooleanField(default=False, verbose_name='offered in the checkout')),
                ('channel', models.CharField(choices=[('none', 'Nowhere: you download the addresses'), ('mailchimp', 'Mailchimp'), ('webhook', 'Another program (webhook)')], default='none', max_length=10, verbose_name='passed on to')),
                ('settings', kring.core.secrets.EncryptedJSONField(default=dict)),
                ('secret', models.CharField(default=kring.core.codes.secret, editable=False, max_length=40)),
                ('last_error', models.CharField(blank=True, max_length=300)),
                ('failed_at', models.DateTimeField(editable=False, null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
            ],
            options={
                'verbose_name': 'newsletter',
                'verbose_name_plural': 'newsletters',
                'ordering': ['name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Subscription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254, verbose_name='email')),
                ('name', models.CharField(blank=True, max_length=200, verbose_name='name')),
                ('language', models.CharField(choices=[('en', 'English'), ('nl', 'Dutch'), ('pl', 'Polish')], max_length=5, verbose_name='language')),
                ('state', models.CharField(choices=[('asked', 'awaiting confirmation'), ('subscribed', 'subscribed'), ('unsubscribed', 'unsubscribed')], default='asked', max_length=12, verbose_name='state')),
                ('secret', models.CharField(default=kring.core.codes.secret, editable=False, max_length=40)),
                ('consent_text', models.TextField(verbose_name='text of the consent')),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='asked')),
                ('asked_from', models.GenericIPAddressField(null=True)),
                ('order_number', models.CharField(blank=True, max_length=20, verbose_name='order')),
                ('confirmed_at', models.DateTimeField(null=True, verbose_name='confirmed')),
                ('confirmed_from', models.GenericIPAddressField(null=True)),
                ('unsubscribed_at', models.DateTimeField(null=True, verbose_name='unsubscribed')),
                ('unsubscribed_how', models.CharField(blank=True, choices=[('link', 'by the link in an email'), ('one_click', 'by one click in the email program'), ('portal', 'in the portal'), ('provider', "at the newsletter's provider"), ('staff', 'by staff')], max_length=10)),
                ('mailing_list', kring.core.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='subscriptions', to='newsletter.mailinglist')),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
            ],
            options={
                'verbose_name': 'subscription',
                'verbose_name_plural': 'subscriptions',
            },
        ),
        migrations.CreateModel(
            name='ListDelivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('subscribe', 'subscribed'), ('unsubscribe', 'unsubscribed')], max_length=12)),
                ('state', models.CharField(choices=[('queued', 'waiting to be passed on'), ('sending', 'being passed on'), ('sent', 'passed on'), ('failed', 'failed'), ('superseded', 'replaced by a later change')], default='queued', max_length=10, verbose_name='state')),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('error', models.CharField(blank=True, max_length=300)),
                ('next_try_at', models.DateTimeField(default=django.utils.timezone.now, null=True)),
                ('claimed_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('sent_at', models.DateTimeField(null=True)),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
                ('subscription', kring.core.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='deliveries', to='newsletter.subscription')),
            ],
            options={
                'verbose_name': 'delivery to a newsletter',
                'verbose_name_plural': 'deliveries to newsletters',
            },
        ),
        migrations.AddConstraint(
            model_name='mailinglist',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('name'), name='mailing_list_name_is_unique', violation_error_message='There is a newsletter with this name already.'),
        ),
        migrations.AddConstraint(
            model_name='mailinglist',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('secret'), name='mailing_list_secret_is_unique'),
        ),
        migrations.AddConstraint(
            model_name='mailinglist',
            constraint=models.CheckConstraint(condition=models.Q(('texts', {}), _negated=True), name='mailing_list_has_a_text'),
        ),
        migrations.AddIndex(
            model_name='subscription',
            index=models.Index(models.F('organisation'), models.F('mailing_list'), models.OrderBy(models.F('asked_at'), descending=True), name='subscriptions_newest_first'),
        ),
        migrations.AddIndex(
            model_name='subscription',
            index=models.Index(models.F('organisation'), models.F('email'), name='subscriptions_of_an_address'),
        ),
        migrations.AddIndex(
            model_name='subscription',
            index=models.Index(models.F('asked_at'), condition=models.Q(('state', 'asked')), name='subscriptions_to_forget'),
        ),
        migrations.AddConstraint(
            model_name='subscription',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('mailing_list'), models.F('email'), name='subscription_is_one_per_list_and_address'),
        ),
        migrations.AddConstraint(
            model_name='subscription',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('secret'), name='subscription_secret_is_unique'),
        ),
        migrations.AddConstraint(
            model_name='subscription',
            constraint=models.CheckConstraint(condition=models.Q(('consent_text', ''), _negated=True), name='subscription_has_its_consent'),
        ),
        migrations.AddConstraint(
            model_name='subscription',
            constraint=models.CheckConstraint(condition=models.Q(('confirmed_at__isnull', True), ('state', 'subscribed'), _negated=True), name='subscription_is_confirmed'),
        ),
        migrations.AddConstraint(
            model_name='subscription',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'unsubscribed'), ('unsubscribed_at__isnull', False)), models.Q(models.Q(('state', 'unsubscribed'), _negated=True), ('unsubscribed_at__isnull', True)), _connector='OR'), name='subscription_ended_exactly_when_dated'),
        ),
        migrations.AddIndex(
            model_name='listdelivery',
            index=models.Index(models.F('next_try_at'), condition=models.Q(('state', 'queued')), name='list_delivery_due'),
        ),
        migrations.AddIndex(
            model_name='listdelivery',
            index=models.Index(models.F('claimed_at'), condition=models.Q(('state', 'sending')), name='list_delivery_under_way'),
        ),
        migrations.AddConstraint(
            model_name='listdelivery',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('subscription'), condition=models.Q(('state__in', ['queued', 'failed'])), name='list_delivery_waiting_is_one'),
        ),
        migrations.AddConstraint(
            model_name='listdelivery',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('subscription'), condition=models.Q(('state', 'sending')), name='list_delivery_under_way_is_one'),
        ),
        TenantTable("MailingList"),
        TenantTable("Subscription", platform="SELECT"),
        TenantTable("ListDelivery", platform="SELECT"),
        InstallSql("note_newsletters", version=1, digest="675db1e1c9ad"),
    ]

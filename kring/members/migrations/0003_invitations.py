import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from kring.core.tenancy import TenantForeignKey
from kring.core.tenant_tables import TenantTable


class Migration(migrations.Migration):

    dependencies = [
        ('members', '0002_functions_and_triggers'),
        ('organisations', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='MemberInvitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254, verbose_name='email')),
                ('digest', models.CharField(editable=False, max_length=64)),
                ('state', models.CharField(choices=[('pending', 'invited'), ('used', 'accepted'), ('replaced', 'replaced')], default='pending', max_length=8, verbose_name='status')),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
                ('used_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'invitation of a member',
                'verbose_name_plural': 'invitations of members',
                'ordering': ['-created_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='InvitedMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('member', TenantForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='invitations', to='members.member')),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
                ('invitation', TenantForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='invited', to='members.memberinvitation')),
            ],
        ),
        migrations.AddConstraint(
            model_name='memberinvitation',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('digest'), name='member_invitation_digest_is_unique'),
        ),
        migrations.AddConstraint(
            model_name='memberinvitation',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('email'), condition=models.Q(('state', 'pending')), name='member_invitation_is_one_per_address'),
        ),
        migrations.AddConstraint(
            model_name='memberinvitation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'used'), ('used_at__isnull', False)), models.Q(models.Q(('state', 'used'), _negated=True), ('used_at', None)), _connector='OR'), name='member_invitation_is_used_exactly_when_dated'),
        ),
        migrations.AddIndex(
            model_name='invitedmember',
            index=models.Index(models.F('organisation'), models.F('member'), models.OrderBy(models.F('id'), descending=True), name='invitations_of_a_member'),
        ),
        migrations.AddConstraint(
            model_name='invitedmember',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('invitation'), models.F('member'), name='member_is_invited_once_by_a_link'),
        ),
        TenantTable("MemberInvitation"),
        TenantTable("InvitedMember"),
    ]

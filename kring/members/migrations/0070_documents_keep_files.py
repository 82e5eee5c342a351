import django.db.models.deletion
from django.db import migrations

import kring.core.tenancy
from kring.core.tenant_tables import TenantKey

DROP = 'ALTER TABLE "members_memberdocument" DROP CONSTRAINT "members_memberdocument_upload_id_inside"'
BEFORE = (
    'ALTER TABLE "members_memberdocument" ADD CONSTRAINT "members_memberdocument_upload_id_inside"'
    ' FOREIGN KEY (organisation_id, "upload_id") REFERENCES "forms_upload" (organisation_id, id) ON DELETE CASCADE'
)


class Migration(migrations.Migration):
    """The file of a document cannot be deleted while the document is there."""

    dependencies = [("members", "0053_export_layouts")]

    operations = [
        migrations.RunSQL(DROP, BEFORE),
        migrations.AlterField(
            "memberdocument",
            "upload",
            kring.core.tenancy.TenantForeignKey(
                on_delete=django.db.models.deletion.DO_NOTHING, related_name="member_documents", to="forms.upload"
            ),
        ),
        TenantKey("memberdocument", "upload"),
    ]

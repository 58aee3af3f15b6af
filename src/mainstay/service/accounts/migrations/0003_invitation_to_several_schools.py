"""An invitation names several schools, or a trust."""

from django.db import migrations, models


def keep_the_school(apps, schema_editor):
    invitations = apps.get_model("accounts", "Invitation").objects.using(schema_editor.connection.alias)
    for invitation in invitations.exclude(school_id=None):
        invitation.school_ids = [invitation.school_id]
        invitation.save(update_fields=["school_ids"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_sign_ins")]

    operations = [
        migrations.AddField("invitation", "school_ids", models.JSONField(default=list)),
        migrations.AddField("invitation", "trust_id", models.BigIntegerField(blank=True, null=True)),
        migrations.RunPython(keep_the_school, migrations.RunPython.noop),
        migrations.RemoveField("invitation", "school_id"),
    ]

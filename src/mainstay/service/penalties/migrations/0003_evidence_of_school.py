from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("penalties", "0002_notice_held")]

    operations = [
        migrations.AddField(
            model_name="requestevidence",
            name="from_school",
            field=models.BooleanField(default=False),
        ),
    ]

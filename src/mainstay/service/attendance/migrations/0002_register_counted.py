from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("attendance", "0001_initial")]

    operations = [
        migrations.AddField("register", "counted", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField("register", "near_miss", models.BooleanField(default=False)),
    ]

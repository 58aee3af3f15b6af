from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("attendance", "0002_register_counted")]

    operations = [migrations.AddField("finding", "rests_on", models.CharField(blank=True, max_length=32))]

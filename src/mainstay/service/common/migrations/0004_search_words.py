"""Words of the search box with how they sound, and dates of birth; filled from what it holds."""

import django.db.models.deletion
from django.db import migrations, models

from mainstay.service.common.search.sounds import sound

STEP = 1000


def fill(apps, schema_editor):
    entry, word = apps.get_model("common", "SearchEntry"), apps.get_model("common", "SearchWord")
    rows = entry.objects.using(schema_editor.connection.alias)
    last = 0
    while found := list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", "key", "exact")[:STEP]):
        last = found[-1][0]
        word.objects.using(rows.db).bulk_create(
            word(entry_id=pk, word=each[:40], sound=sound(each))
            for pk, key, _ in found
            for each in key.split()
        )
        for pk, _, exact in found:
            if "-" in exact:
                rows.filter(pk=pk).update(exact=exact.replace("-", ""))


class Migration(migrations.Migration):
    dependencies = [
        ("common", "0003_outbox_of_every_kind"),
    ]

    operations = [
        migrations.AddField(
            model_name="searchentry",
            name="born",
            field=models.DateField(db_index=True, null=True),
        ),
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("word", models.CharField(max_length=40)),
                ("sound", models.CharField(db_index=True, max_length=12)),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="words",
                        to="common.searchentry",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["word"], name="search_word_like", opclasses=["varchar_pattern_ops"])
                ],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]

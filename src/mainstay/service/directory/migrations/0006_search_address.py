"""Streets by which an address is searched, and dates of birth in the search box."""

from django.db import migrations, models

from mainstay.service.common.keys import fold
from mainstay.service.directory.models import street_of

STEP = 1000


def fill(apps, schema_editor):
    using = schema_editor.connection.alias
    address = apps.get_model("directory", "Address")
    rows, last = address.objects.using(using), 0
    while found := list(rows.filter(pk__gt=last).order_by("pk")[:STEP]):
        last = found[-1].pk
        for row in found:
            row.key, row.street = f" {fold(row.lines)[:300]} ", street_of(row.lines)
        rows.bulk_update(found, ["key", "street"], batch_size=200)
    entry = apps.get_model("common", "SearchEntry").objects.using(using)
    for kind, name in (("pupil", "Pupil"), ("parent", "Parent")):
        people = apps.get_model("directory", name).objects.using(using).exclude(date_of_birth=None)
        if kind == "pupil":
            people = people.filter(restricted=False)
        born = people.filter(pk=models.OuterRef("object_id")).order_by().values("date_of_birth")
        entry.filter(kind=kind).update(born=models.Subquery(born))


class Migration(migrations.Migration):
    dependencies = [
        ("common", "0004_search_words"),
        ("directory", "0005_parent_merged_into"),
    ]

    operations = [
        migrations.AddField(
            model_name="address",
            name="key",
            field=models.CharField(blank=True, default="", max_length=302),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="address",
            name="street",
            field=models.CharField(blank=True, default="", max_length=120),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name="address",
            index=models.Index(
                fields=["street"], name="address_street_like", opclasses=["varchar_pattern_ops"]
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]

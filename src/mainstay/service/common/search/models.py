"""One row for each thing the search box finds; rooms write theirs, ``visible_to`` filters them."""

from django.db import models


class SearchEntry(models.Model):
    """A thing that can be found by words, with the audience that may find it."""

    kind = models.CharField(max_length=40)  # pupil, school, parent
    object_id = models.BigIntegerField()
    title = models.CharField(max_length=200)
    detail = models.CharField(max_length=200, blank=True)
    key = models.CharField(max_length=400, db_index=True)  # folded words
    exact = models.CharField(max_length=40, blank=True, db_index=True)  # UPN, LAESTAB, reference
    school_id = models.BigIntegerField(null=True, db_index=True)  # who may find it follows the school
    restricted = models.BooleanField(default=False)
    born = models.DateField(null=True, db_index=True)  # a restricted child is not found by it

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="one_search_entry_each")]


class SearchWord(models.Model):
    """One word of an entry's key, by its letters and by how it sounds."""

    entry = models.ForeignKey(SearchEntry, on_delete=models.CASCADE, related_name="words")
    word = models.CharField(max_length=40)
    sound = models.CharField(max_length=12, db_index=True)

    class Meta:
        indexes = [
            # letters in their own order on either database, so that beginnings are a range of it
            models.Index(fields=["word"], name="search_word_like", opclasses=["varchar_pattern_ops"]),
        ]

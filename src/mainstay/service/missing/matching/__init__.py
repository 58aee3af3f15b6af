"""Whether two records are one child: how alike they are, and why, in words.

Nothing here knows a database or a case. ``people`` is what is compared, ``weights`` how much each likeness says,
``weighing`` compares two records, ``live`` searches a few hundred for one child, ``batch`` links whole rolls with
Splink on DuckDB where that extra is installed. What follows from a likeness a person decides.
"""

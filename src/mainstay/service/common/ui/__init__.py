"""How every page looks: the template environment, form fields, lists, charts and the register grid.

Nothing here knows a model; pages hand in plain values.
"""

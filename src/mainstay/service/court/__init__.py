"""Prosecutions: one defendant, one child, one charge, from the proposal to the result; hearings, bundles, advice."""

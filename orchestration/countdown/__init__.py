"""The countdown: contest, clock, tiers and T-minus arithmetic.

Everything is measured against a date that never moves. This room imports nothing else of
ours; what a tier means for a source or a deliverable is decided in ``readiness``.
"""

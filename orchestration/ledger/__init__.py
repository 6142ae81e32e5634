"""The ledger: what happened, written once and never changed.

Outcome records of deliveries, steps and checks, and the hash-chained audit. Every stage
writes here and this room owns the shapes; judging what a record means is ``readiness``.
"""

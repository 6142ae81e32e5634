"""Scores: calibrated probabilities about people, each with an interval and a card.

Fitting, calibrating, measuring and predicting belong here. The features themselves are one
SQL model each in the warehouse's marts; who is put into an audience for which reason is a
segment, also there; what a contact is worth is the universe's business.
"""

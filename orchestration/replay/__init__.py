"""Replay: past days lived again in a scratch home, as they were or under a scenario.

``scratch`` makes the home, ``scenarios`` says what is different in it, ``days`` lives it through
the same assets, ``scored`` holds the forecasts against what happened, ``picture`` draws it.
It stands above the stages as the runner does; nothing of a stage is done here.
"""

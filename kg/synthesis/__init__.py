"""Synthesis: what the directions of effect of several studies say together."""

from kg.synthesis.plots import effect_direction_plot, harvest_plot
from kg.synthesis.votes import Synthesis, Vote, sign_test, synthesise, votes_of, wilson_interval

__all__ = [
    "Synthesis",
    "Vote",
    "effect_direction_plot",
    "harvest_plot",
    "sign_test",
    "synthesise",
    "votes_of",
    "wilson_interval",
]

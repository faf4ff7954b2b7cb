"""A campaign year in seconds: whole campaigns through the real operations, on a virtual clock, with faults and checks.

The same seed lives through the same year, in any process: every draw comes from the seed, every moment from the clock
of the simulation, every crash from the plan of faults. What must always hold is looked at after every step.
"""

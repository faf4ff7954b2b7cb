"""Chuangyou: stages as state machines, routed along the Party-organisation tree. No HTTP in here."""

import gc

#: New objects between two looks for garbage, and looks between two thorough ones. By Python's own figures a process of
#: ours spends a quarter of its start and a fifth of its acts looking at modules, definitions and statements that stay.
LOOKS_FOR_GARBAGE = (50_000, 20, 20)

gc.set_threshold(*LOOKS_FOR_GARBAGE)

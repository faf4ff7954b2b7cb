"""How long something may take, as stages say it: `5 working days`, `3 natural days, first day counted`."""

from __future__ import annotations

import re

#: Whether the day on which it begins is the first of them is said; else it is not counted (Civil Code, art. 201).
DURATION = re.compile(r"^(?P<days>\d+) (?P<kind>working|natural) days?(?P<first>, first day counted)?$")

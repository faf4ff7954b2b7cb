"""The registers of a body: documents issued, received and sealed (T42, domain.md §4.8, §4.9)."""

from __future__ import annotations

from collections.abc import Mapping

from workflow.operations.reading.registers.entries import Register
from workflow.operations.reading.registers.issued import ISSUED
from workflow.operations.reading.registers.received import RECEIVED
from workflow.operations.reading.registers.sealed import SEALED

REGISTERS: Mapping[str, Register] = {each.name: each for each in (ISSUED, RECEIVED, SEALED)}

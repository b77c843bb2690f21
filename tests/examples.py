"""How many examples a property test tries: few in each run, many more where somebody asks for it.

Every run draws other examples, so that many runs see what one long run would. `EXAMPLES=20 make test`
tries twenty times as many of each.
"""

from __future__ import annotations

import os

#: By how much a run multiplies.
TIMES = int(os.environ.get("EXAMPLES", "1"))
#: Of a test that does not say how many it needs.
USUAL = 30


def examples(number: int) -> int:
    """So many, in an ordinary run."""
    return number * TIMES

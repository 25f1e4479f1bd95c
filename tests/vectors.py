"""The test vectors of the method: figures worked out apart from this program (docs/cach-tinh.md)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

VECTORS: dict[str, Any] = json.loads((Path(__file__).parent / "method_vectors.json").read_text(encoding="utf-8"))


def numbered(span: str) -> list[str]:
    """ "0001..0060" written out."""
    first, last = span.split("..")
    return [str(number).zfill(len(first)) for number in range(int(first), int(last) + 1)]

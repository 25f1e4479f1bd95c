"""One picture of many pictures, each small with its name: a person sees every page at once."""

from __future__ import annotations

import math
from pathlib import Path

from PIL import Image, ImageDraw

WIDTH, HEIGHT, LABEL, GAP = 320, 420, 18, 10


def make_sheet(folder: Path, target: Path, *, columns: int) -> None:
    """The top of every picture in `folder`, in the order of their names."""
    files = sorted(folder.glob("*.png"))
    rows = math.ceil(len(files) / columns)
    sheet = Image.new("RGB", (columns * (WIDTH + GAP) + GAP, rows * (HEIGHT + LABEL + GAP) + GAP), "#d5dbe2")
    draw = ImageDraw.Draw(sheet)
    for place, file in enumerate(files):
        left, top = GAP + place % columns * (WIDTH + GAP), GAP + place // columns * (HEIGHT + LABEL + GAP)
        with Image.open(file) as picture:
            small = picture.convert("RGB").resize((WIDTH, max(1, picture.height * WIDTH // picture.width)))
        sheet.paste(small.crop((0, 0, WIDTH, min(HEIGHT, small.height))), (left, top + LABEL))
        draw.text((left, top + 3), file.stem, fill="#15202b")
    sheet.save(target)

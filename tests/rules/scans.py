"""What a scan makes of the figures and strokes of a date: never another figure."""

SCANNED = {
    "0": "OoQ",
    "1": "lI|i!",
    "2": "Z",
    "3": "S",
    "4": "A",
    "5": "Ss",
    "6": "b",
    "7": "/?",
    "8": "B",
    "9": "gq",
    "/": "l|1 ",
}

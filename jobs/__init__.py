"""What the server does by itself: `python -m jobs` keeps the timetable, `python -m jobs NAME` runs one job now."""

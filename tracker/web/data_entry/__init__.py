"""Nhập liệu: the units of a plan, the keyboard page, the second entry, differences, files. One blueprint, a file per room."""

from tracker.web.data_entry import differences, files, keying, overview
from tracker.web.data_entry.blueprint import bp

__all__ = ["bp", "differences", "files", "keying", "overview"]

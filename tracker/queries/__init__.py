"""Read-only selects for pages, lists and feeds: plain rows out, a constant number of statements each, nothing written."""

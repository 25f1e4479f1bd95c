"""Rules: plain functions over plain values. No clock, no database, no Flask."""

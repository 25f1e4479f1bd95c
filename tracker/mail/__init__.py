"""Letters: their words (messages), and the two ways out (smtp, spool)."""

"""Mail going out: rows of the outbox become messages, messages go to an SMTP server."""

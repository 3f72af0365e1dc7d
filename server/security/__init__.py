"""Who may do what: passwords, tokens, permissions, visibility, signed links. No Flask here."""

"""Attachments: content-addressed store outside the web root, kinds by magic bytes, names kept for display."""

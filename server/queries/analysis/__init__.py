"""What managers ask of many complaints at once: one question, one file; all answer with the tables of shape.py."""

"""Complaint matters in pure Python: no database, no web, no workflow engine."""

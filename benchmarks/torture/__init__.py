"""Durability figures, each one command: `python3 dev.py torture NAME`. kill -9 is a process's crash, no power cut."""

"""Runs what waits for the machine: jobs, timers, mails."""

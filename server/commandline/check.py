"""`kesu check`: findings as text or as one JSON object."""

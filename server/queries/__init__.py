"""What can be asked: one question, one file. Plain dictionaries out, in the shapes of the REST API."""

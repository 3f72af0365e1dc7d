"""`python -m server` is `kesu`."""

from server.cli import main

main()

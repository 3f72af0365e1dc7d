"""Parts of `kesu`, imported only when their command runs, so that the port opens early."""

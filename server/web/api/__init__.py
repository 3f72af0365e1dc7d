"""The REST API `/api/v1`; `blueprint(context)` is its door."""

from server.web.api.router import PREFIX, blueprint

__all__ = ["PREFIX", "blueprint"]

"""What differs between two versions, and what that means for the complaints that are open."""

from server.casework.difference.bundles import bundle_changes, layout_only
from server.engine.difference import Change

__all__ = ["Change", "bundle_changes", "layout_only"]

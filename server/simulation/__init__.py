"""A factory with customers, people and machines that fail, played over the public API with a virtual clock."""

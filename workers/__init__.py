"""What the service tasks of the bundled applications do: one module per concern, one function per topic."""

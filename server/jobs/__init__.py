"""Service-task work: what a worker sees (`api`) and where the workers are found (`registry`)."""

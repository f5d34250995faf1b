"""A live Kubernetes cluster, read through its API server."""

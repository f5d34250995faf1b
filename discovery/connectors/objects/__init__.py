"""Objects of Kubernetes, wherever they were read: what of them is kept, and what belongs together."""

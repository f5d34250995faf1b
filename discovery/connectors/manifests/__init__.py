"""Kubernetes manifests in a folder or in an uploaded archive."""

"""An API server that answers as a real Kubernetes one does, for the demo and for tests of what reads clusters.

It holds objects in memory and shows what was recorded of a real server (1.36): its order of checks, its replies word
for word, its pages, watches and refusals. It runs no workload: what a controller would derive is derived here.

In a test, in one process::

    cluster = Cluster()
    cluster.install(*ISTIO)
    cluster.add({"apiVersion": "v1", "kind": "Service", ...})
    with Server(cluster) as server:
        config = kubeconfig("production", server.url, server.authority.certificate, token=cluster.reader())
        cluster.faults.throttle(3)
        server.restart()

As a process of its own: ``python -m demo.cluster --help``; while it runs it takes commands (``demo.cluster.control``).
"""

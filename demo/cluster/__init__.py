"""An API server that answers as a real Kubernetes one does, for the demo and for tests of what reads clusters.

It holds objects in memory and shows what was recorded of a real server (1.36): its order of checks, its replies word
for word, its pages, watches and refusals. It runs no workload: what a controller would derive is derived here.
"""

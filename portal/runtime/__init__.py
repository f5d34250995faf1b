"""What `make run` needs and Django does not know: the embedded PostgreSQL, the data folder, the processes.

Everything here is plain Python without Django, except ``prepare``, which runs inside it. So starting the database
never imports the settings, and importing the settings never starts anything.
"""

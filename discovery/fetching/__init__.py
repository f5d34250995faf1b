"""Looking for the specifications that running services give of themselves, and comparing them with the published."""

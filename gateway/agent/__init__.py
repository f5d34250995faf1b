"""What runs beside each Envoy: takes what is to be done from the portal, keeps it on disk, gives it to Envoy and says
what came of it.

One process, one event loop. What Envoy is to have (``book``) is changed on that loop alone, so nothing here is locked;
what blocks (the portal, the resolver, the disk) runs in threads of its own (``threads``). Django is known to the
commands only, and there is no database.
"""

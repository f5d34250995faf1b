"""Applications of the bank that call its APIs through the gateway, gently, so that there is something to see."""

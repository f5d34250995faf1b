"""Following what changes at a source as it happens: who does so, what is written, and how it ends."""

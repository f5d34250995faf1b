"""What stands behind the bank's APIs: a program on this machine that answers as their specifications say."""

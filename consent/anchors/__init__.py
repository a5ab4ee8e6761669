"""LAID DOWN OUTSIDE: checkpoints handed to witnesses, authorities, files and addresses.

Nothing here is on the path of a decision or of a checkpoint.
"""

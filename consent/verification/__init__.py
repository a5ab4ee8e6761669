"""CHECKING: what an outsider checks of a log, from files and addresses alone."""

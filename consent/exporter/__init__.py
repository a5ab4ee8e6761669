"""WHO WRITES EXPORTS: for the command line at once, for the console in the background.

`Exporter` writes one where it is told to. `Jobs` takes what waits in the queue, a worker's thread
at a time, and puts whole files in their place; checks of the log that staff ask for run here too.
"""

from consent.exporter.heart import StoppedError
from consent.exporter.jobs import FOLDER, Jobs
from consent.exporter.write import Exporter, Watch, Written

__all__ = ["FOLDER", "Exporter", "Jobs", "StoppedError", "Watch", "Written"]

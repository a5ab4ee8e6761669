"""The end of a request's time, whatever it is about: connecting, a handshake, a slow answer."""

import socket
import threading
from contextlib import suppress


class Clock:
    """Ends a connection when its time is over."""

    def __init__(self, seconds: float) -> None:
        self.is_over = False
        self.seconds = seconds
        self._watched: socket.socket | None = None
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True
        self._timer.start()

    def watch(self, connected: socket.socket) -> None:
        """Take a second handle of a connection: TLS takes the first one over."""
        with self._lock:
            self._forget()
            self._watched = connected.dup()
        if self.is_over:
            self._end()

    def stop(self) -> None:
        """Leave the connection alone."""
        self._timer.cancel()
        with self._lock:
            self._forget()

    def _end(self) -> None:
        self.is_over = True
        with self._lock, suppress(OSError):
            if self._watched is not None:
                self._watched.shutdown(socket.SHUT_RDWR)

    def _forget(self) -> None:
        if self._watched is not None:
            self._watched.close()
            self._watched = None

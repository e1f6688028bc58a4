# SPDX-License-Identifier: Apache-2.0
"""A server process in the foreground, with its output in a file."""
import os
import signal
import socket
import subprocess
import time

# How long a server may take to listen. Generous: continuous integration runs beside compilers.
_PATIENCE = 60.0


class Daemon:
    def __init__(self, name, directory, command, env=None):
        self.name = name
        self._log = directory / f"{name}.log"
        with open(self._log, "wb") as log:
            self._process = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=log,
                                             stderr=log, start_new_session=True,
                                             env={**os.environ, **(env or {})})

    def wait_until(self, ready, what):
        """Asks `ready()` again and again; fails with the server's own words when it ended or took too long."""
        limit = time.monotonic() + _PATIENCE
        while not ready():
            if self._process.poll() is not None:
                raise RuntimeError(f"{self.name} ended with {self._process.returncode}: {self.log()}")
            if time.monotonic() > limit:
                raise RuntimeError(f"{self.name}: no {what} after {_PATIENCE:.0f} s: {self.log()}")
            time.sleep(0.02)

    def wait_for_port(self, address, port):
        self.wait_until(lambda: accepts_connections(address, port), f"listener on {address}:{port}")

    def log(self):
        return self._log.read_text(errors="replace")[-4000:]

    def stop(self):
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self._process.wait()


def accepts_connections(address, port):
    try:
        with socket.create_connection((address, port), timeout=1):
            return True
    except OSError:
        return False


def own_libraries(unpacked):
    """The environment of a program from an unpacked package, whose libraries were unpacked beside it."""
    folders = [unpacked / "usr/lib", *unpacked.glob("usr/lib/*-linux-gnu")]
    return {"LD_LIBRARY_PATH": ":".join(map(str, folders))}

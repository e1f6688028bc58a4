# SPDX-License-Identifier: Apache-2.0
"""A link with delay between this network namespace and a second one, on two TUN devices.

The kernel's own netem is not everywhere. This relay also counts round trips by cause, not by clock: a
packet carries the number of round trips that its sender had seen completed when it left, so a slow
machine does not change the count as long as it thinks for less than one round trip at a time.
"""
import contextlib
import ctypes
import fcntl
import heapq
import itertools
import os
import select
import struct
import subprocess
import threading
import time

NEAR = "10.77.0.1"  # private addresses: smtpprobe connects to them without being asked to
_TUNSETIFF = 0x400454CA
_IFF_TUN_NO_PI = 0x0001 | 0x1000
_CLONE_NEWNET = 0x40000000
_libc = ctypes.CDLL(None, use_errno=True)


class FarNetwork:
    """A network namespace beside this one; it lasts as long as this process."""

    def __init__(self):
        self._here = _own_namespace()
        if _libc.unshare(_CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "unshare")
        self._there = _own_namespace()
        _run("ip", "link", "set", "lo", "up")
        self._set(self._here)

    @contextlib.contextmanager
    def entered(self):
        """Sockets and processes that this thread makes meanwhile belong to the far side."""
        self._set(self._there)
        try:
            yield
        finally:
            self._set(self._here)

    @staticmethod
    def _set(namespace):
        if _libc.setns(namespace, _CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "setns")


class DelayRelay:
    """`one_way` in seconds; `far_addresses` are what the far side listens on (10.77.0.x)."""

    def __init__(self, one_way, far_addresses):
        self.one_way = one_way
        self.far = FarNetwork()
        self._near_device = _tun("near", [NEAR])
        with self.far.entered():
            self._far_device = _tun("far", far_addresses)
        self._lock = threading.Lock()
        self._seen_near = self._seen_far = 0
        self._last = time.monotonic()
        self._waiting = []
        threading.Thread(target=self._run, daemon=True).start()

    def round_trips(self):
        """Completed since `reset`, along the longest chain of packets that each waited for the one before."""
        with self._lock:
            return self._seen_near

    def reset(self):
        """Waits until nothing is on the way any more, then counts from 0."""
        quiet = 4 * self.one_way + 0.05
        while True:
            with self._lock:
                rest = self._last + quiet - time.monotonic()
                if rest <= 0 and not self._waiting:
                    self._seen_near = self._seen_far = 0
                    return
            time.sleep(max(rest, 0.005))

    def _run(self):
        order = itertools.count()
        while True:
            timeout = max(0.0, self._waiting[0][0] - time.monotonic()) if self._waiting else None
            readable, _, _ = select.select([self._near_device, self._far_device], [], [], timeout)
            with self._lock:
                for device in readable:
                    packet = os.read(device, 65536)
                    if packet[0] >> 4 != 4:
                        continue  # IPv6 neighbour chatter of the kernel
                    near = device == self._near_device
                    self._last = time.monotonic()
                    seen = self._seen_near if near else self._seen_far + 1
                    heapq.heappush(self._waiting, (self._last + self.one_way, next(order), near, seen, packet))
                while self._waiting and self._waiting[0][0] <= time.monotonic():
                    _, _, from_near, seen, packet = heapq.heappop(self._waiting)
                    self._last = time.monotonic()
                    if from_near:
                        self._seen_far = max(self._seen_far, seen)
                        os.write(self._far_device, packet)
                    else:
                        self._seen_near = max(self._seen_near, seen)
                        os.write(self._near_device, packet)


def _own_namespace():
    return os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)


def _tun(name, addresses):
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_CLOEXEC)
    fcntl.ioctl(device, _TUNSETIFF, struct.pack("16sH14x", name.encode(), _IFF_TUN_NO_PI))
    for address in addresses:
        _run("ip", "address", "add", f"{address}/24", "dev", name)
    _run("ip", "link", "set", name, "up")
    return device


def _run(*command):
    subprocess.run(command, check=True)

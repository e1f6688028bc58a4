# SPDX-License-Identifier: Apache-2.0
"""A line between two machines of a world, on two TUN devices, since the kernel's own netem is not everywhere."""
import fcntl
import heapq
import itertools
import os
import select
import struct
import threading
import time

_TUN = "/dev/net/tun"
_TUNSETIFF = 0x400454CA
_IFF_TUN_NO_PI = 0x0001 | 0x1000


def possible():
    """Ordinary users may not open TUN devices everywhere."""
    return os.access(_TUN, os.R_OK | os.W_OK)


class Line:
    """Carries IP packets from each end to the other. What it does to them may be changed while it runs:

    delay    seconds, one way
    rate     bytes a second, each way; packets wait for those before them
    lose     called with (packet, towards): True loses it. `every(3)` loses each third one, `first_syn()` the
             first SYN of each connection
    tamper   called with (packet, towards): gives the packet that goes on in its place

    `towards` is the Host that it travels to. `carried` counts packets that went through.
    """

    def __init__(self, one, other, delay=0.0, rate=None, lose=None, tamper=None):
        self.delay, self.rate, self.lose, self.tamper = delay, rate, lose, tamper
        self.carried = 0
        self._ends = (one, other)
        self._devices = tuple(_tun(end) for end in self._ends)
        self._free_at = [0.0, 0.0]  # when each direction has sent what waits
        self._waiting = []

    def start(self):
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self):
        order = itertools.count()
        while True:
            timeout = max(0.0, self._waiting[0][0] - time.monotonic()) if self._waiting else None
            readable, _, _ = select.select(self._devices, [], [], timeout)
            for device in readable:
                self._take(os.read(device, 65536), self._devices.index(device), next(order))
            while self._waiting and self._waiting[0][0] <= time.monotonic():
                _, _, to, packet = heapq.heappop(self._waiting)
                self.carried += 1
                try:
                    os.write(self._devices[to], packet)
                except OSError:
                    pass  # an end that is down takes nothing

    def _take(self, packet, came_from, order):
        to = 1 - came_from
        towards = self._ends[to].host
        if self.lose and self.lose(packet, towards):
            return
        if self.tamper:
            packet = self.tamper(packet, towards)
        leaves = time.monotonic()
        if self.rate:
            leaves = max(leaves, self._free_at[to]) + len(packet) / self.rate
            self._free_at[to] = leaves
        heapq.heappush(self._waiting, (leaves + self.delay, order, to, packet))


def every(count):
    """Loses each `count`-th TCP packet: the same ones in each run."""
    numbers = itertools.count(1)
    return lambda packet, _: tcp_of(packet) is not None and next(numbers) % count == 0


def first_syn(count=1):
    """Loses the first `count` SYNs of each connection."""
    seen = {}

    def lose(packet, _):
        at = tcp_of(packet)
        if at is None or packet[at + 13] & 0x12 != 0x02:
            return False
        connection = packet[12:at + 4] if packet[0] >> 4 == 4 else packet[8:at + 4]
        seen[connection] = seen.get(connection, 0) + 1
        return seen[connection] <= count
    return lose


def tcp_of(packet):
    """Where the TCP header of an IP packet begins; None for others."""
    if packet[0] >> 4 == 4:
        return (packet[0] & 15) * 4 if packet[9] == 6 else None
    return 40 if packet[6] == 6 else None


def _tun(end):
    with end.host.entered():
        device = os.open(_TUN, os.O_RDWR | os.O_CLOEXEC)
        fcntl.ioctl(device, _TUNSETIFF, struct.pack("16sH14x", end.device.encode(), _IFF_TUN_NO_PI))
    return device

# SPDX-License-Identifier: Apache-2.0
"""Small internets: machines, routers and links as Linux network namespaces, for faults made real.

    isolation.enter()
    world = World()
    here, home, core, mx = world.host("here"), world.router("home"), world.router("core"), world.host("mx")
    for one, other in ((here, home), (home, core), (core, mx)):
        world.link(one, other)
    world.settle()                                  # routes: everybody reaches everybody
    core.forward("tcp dport 25 drop")               # a fault
    with mx.entered():                              # sockets and processes made meanwhile are that machine's
        SmallSmtp(f"{mx.ip4}:25", f"[{mx.ip6}]:25")
    with here.entered():
        report = self.probe(f"[{mx.ip4}]")

Links number themselves: 5.n.0.1/24 and 2a05:n::1/64 on the first machine's end, .2 and ::2 on the other's.
Those are addresses of the real world, which nothing here can reach; they count as global ones.
A thread is on one machine at a time, so situations may be made side by side in threads.
"""
import collections
import contextlib
import ctypes
import ipaddress
import os
import subprocess
import threading

from line import Line

_CLONE_NEWNET = 0x40000000
_libc = ctypes.CDLL(None, use_errno=True)

_CHAINS = {
    "input": "type filter hook input priority 0",
    "forward": "type filter hook forward priority 0",
    "output": "type filter hook output priority 0",
    "prerouting": "type nat hook prerouting priority -100",
    "postrouting": "type nat hook postrouting priority 100",
}

_SETTINGS = {
    "net/ipv6/conf/default/accept_dad": 0,  # addresses work at once
    "net/ipv6/conf/all/accept_dad": 0,
    "net/ipv4/icmp_ratelimit": 0,           # every fault is told, however many are made at once
    "net/ipv4/icmp_msgs_per_sec": 100000,
    "net/ipv4/icmp_msgs_burst": 100000,
    "net/ipv6/icmp/ratelimit": 0,
    "net/ipv4/ping_group_range": "0 2147483647",
}


class Host:
    """A machine: a network namespace with its own addresses, routes and firewall. Made by World."""

    def __init__(self, name, forwards):
        self.name = name
        self.forwards = forwards
        self.ends = []  # its ends of links, in the order in which they were made
        self._firewall = threading.Lock()
        self._chains = set()
        self._namespace = _new_namespace()
        self.run("ip", "link", "set", "lo", "up")
        for setting, value in _SETTINGS.items():
            with contextlib.suppress(OSError):  # not every kernel has each for every namespace
                self.sysctl(setting, value)
        if forwards:
            self.sysctl("net/ipv4/ip_forward", 1)
            self.sysctl("net/ipv6/conf/all/forwarding", 1)

    def __repr__(self):
        return self.name

    @contextlib.contextmanager
    def entered(self):
        """Sockets and processes that this thread makes meanwhile are on this machine."""
        before = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        _set_namespace(self._namespace)
        try:
            yield self
        finally:
            _set_namespace(before)
            os.close(before)

    @property
    def path(self):
        """The namespace, for commands such as `ip link set … netns PATH` and `nsenter --net=PATH`."""
        return f"/proc/{os.getpid()}/fd/{self._namespace}"

    @property
    def ip4(self):
        """Its first IPv4 address, as text; None without."""
        return next((end.ip4 for end in self.ends if end.ip4), None)

    @property
    def ip6(self):
        return next((end.ip6 for end in self.ends if end.ip6), None)

    def run(self, *command, stdin=None):
        """Runs a command there to its end; it must succeed. Gives what it prints."""
        with self.entered():
            return subprocess.run([str(word) for word in command], input=stdin, text=True, check=True,
                                  stdout=subprocess.PIPE).stdout

    def ip(self, *lines):
        """Several `ip` commands, without the word ip: `route add blackhole 5.0.0.0/24`."""
        self.run("ip", "-batch", "-", stdin="\n".join(lines) + "\n")

    def sysctl(self, name, value):
        """`net/ipv4/ip_forward`, 1"""
        with self.entered(), open(f"/proc/sys/{name}", "w", encoding="ascii") as setting:
            setting.write(str(value))

    # Firewall rules in nft's words, without chain: `ip daddr 5.0.1.2 tcp dport 25 drop`,
    # `… reject with icmp admin-prohibited`, `… reject with icmpv6 policy-fail`, `… reject with tcp reset`.

    def input(self, *rules):
        """What comes for this machine itself."""
        self._add("input", rules)

    def forward(self, *rules):
        """What a router passes on."""
        self._add("forward", rules)

    def output(self, *rules):
        """What this machine itself sends."""
        self._add("output", rules)

    def prerouting(self, *rules):
        """Where to it goes: `tcp dport 25 dnat ip to 5.0.7.2`, `tcp dport 25 redirect to :2525`."""
        self._add("prerouting", rules)

    def postrouting(self, *rules):
        """Where from it seems to come: `oifname eth1 masquerade`."""
        self._add("postrouting", rules)

    def nft(self, text):
        """Any nft script; the table of the rules above is `inet world`."""
        self.run("nft", "-f", "-", stdin=text)

    def _add(self, chain, rules):
        with self._firewall:
            text = "add table inet world\n"
            if chain not in self._chains:
                text += f"add chain inet world {chain} {{ {_CHAINS[chain]}; }}\n"
                self._chains.add(chain)
            self.nft(text + "".join(f"add rule inet world {chain} {rule}\n" for rule in rules))

    # What goes wrong with machines.

    def off(self):
        """Switches it off: nobody answers for its addresses on the link (ARP and neighbour discovery fail)."""
        for end in self.ends:
            self.ip(f"address flush dev {end.device}")

    def silent(self):
        """A router that does not say where TTLs expire."""
        self.output("icmp type time-exceeded drop", "icmpv6 type time-exceeded drop")

    def mute(self):
        """Sends no ICMP error at all: neither where a packet is too big, nor that nothing is there."""
        self.output("icmp type { destination-unreachable, time-exceeded } drop",
                    "icmpv6 type { destination-unreachable, packet-too-big, time-exceeded } drop")


class End:
    """Where a link meets a machine."""

    def __init__(self, host, device, net4, net6, number):
        self.host = host
        self.device = device
        self.ip4 = str(net4[number]) if net4 else None
        self.ip6 = str(net6[number]) if net6 else None
        self.net4 = net4
        self.net6 = net6
        self.peer = None  # the end on the other machine

    def up(self, mtu):
        # The MTU first: IPv6 does not come up below 1280.
        lines = [f"link set dev {self.device} mtu {mtu}", f"link set dev {self.device} up"]
        if self.ip4:
            lines.append(f"address add {self.ip4}/{self.net4.prefixlen} dev {self.device}")
        if self.ip6:
            lines.append(f"address add {self.ip6}/{self.net6.prefixlen} dev {self.device} nodad")
        self.host.ip(*lines)


class Link:
    """Two ends. `line` is the relay in between, where there is one."""

    def __init__(self, one, other, line=None):
        self.one, self.other = one, other
        one.peer, other.peer = other, one
        self.line = line
        self.net4, self.net6 = one.net4, one.net6


class World:
    def __init__(self):
        self.hosts = []
        self.links = []

    def host(self, name):
        """A machine at the edge: its default route is its first link."""
        return self._add(Host(name, False))

    def router(self, name):
        """A machine that forwards. It has routes to every link of the world, and no default route: what
        does not exist is answered with ICMP network unreachable."""
        return self._add(Host(name, True))

    def link(self, one, other, families=(4, 6), mtu=1500, net4=None, net6=None):
        """A cable (veth). `net4`, `net6`: another network than the next free one, `192.168.1.0/24`.
        A private one is known to its two machines alone, as it is behind NAT (`masquerade`)."""
        link = self._link(one, other, families, net4, net6, "eth")
        one.ip(f"link add name {link.one.device} type veth peer name {link.other.device} netns {other.path}")
        link.one.up(mtu)
        link.other.up(mtu)
        return link

    def line(self, one, other, families=(4, 6), mtu=1500, net4=None, net6=None, **shape):
        """A link with delay, loss, a narrow bandwidth or tampering: see Line for `shape`."""
        link = self._link(one, other, families, net4, net6, "tun")
        link.line = Line(link.one, link.other, **shape)
        link.one.up(mtu)
        link.other.up(mtu)
        link.line.start()
        return link

    def settle(self):
        """Routes for all that was linked so far; again after more was linked."""
        for host in self.hosts:
            lines = []
            known = {net for end in host.ends for net in (end.net4, end.net6)}
            for nets, via in self._ways_from(host):
                for net, gateway in zip(nets, (via.ip4, via.ip6)):
                    if net and net.is_global and gateway and net not in known:
                        lines.append(f"route replace {net} via {gateway}")
            if not host.forwards and host.ends:
                gateway = host.ends[0].peer
                lines = [f"route replace default via {address}" for address in (gateway.ip4, gateway.ip6) if address]
            if lines:
                host.ip(*lines)

    @staticmethod
    def _ways_from(host):
        """The networks of each link, and the neighbour's end by which the shortest way there leads."""
        if not host.forwards:
            return
        ways = collections.deque((end.peer.host, end.peer) for end in host.ends)
        seen = {host, *(other for other, _ in ways)}
        while ways:
            other, via = ways.popleft()
            for end in other.ends:
                beyond = end.peer.host
                if beyond is not host:
                    yield (end.net4, end.net6), via
                if beyond.forwards and beyond not in seen:
                    seen.add(beyond)
                    ways.append((beyond, via))

    def _add(self, host):
        self.hosts.append(host)
        return host

    def _link(self, one, other, families, net4, net6, kind):
        number = len(self.links) + 1
        net4 = ipaddress.ip_network(net4 or f"5.{number % 250}.{number // 250}.0/24") if 4 in families else None
        net6 = ipaddress.ip_network(net6 or f"2a05:{number:x}::/64") if 6 in families else None
        ends = [End(host, f"{kind}{number}", net4, net6, place) for host, place in ((one, 1), (other, 2))]
        one.ends.append(ends[0])
        other.ends.append(ends[1])
        self.links.append(Link(*ends))
        return self.links[-1]


def _new_namespace():
    """A network namespace that lasts as long as this process. Made by a thread that then ends, so that
    nobody else is moved there."""
    made = []

    def make():
        if _libc.unshare(_CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "unshare")
        made.append(os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC))
    maker = threading.Thread(target=make)
    maker.start()
    maker.join()
    return made[0]


def _set_namespace(namespace):
    if _libc.setns(namespace, _CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")

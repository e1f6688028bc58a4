# SPDX-License-Identifier: Apache-2.0
"""An internet in small: a core, three providers whom everybody knows, a name server; and on it, as a test
wants them, networks that send and networks that receive.

    here - home - isp - uplink - core - edge - mx

Senders sit behind a home router that hides 192.168.1.0/24 (NAT); over IPv6 their addresses are public.
"""
from servers.small_dns import SmallDns
from servers.small_smtp import SmallSmtp
from world import World

# The names that the program asks as controls (controls.hpp), their submission servers, and a web server.
KNOWN = {"google": ("gmail-smtp-in.l.google.com", "smtp.gmail.com", "www.google.com"),
         "apple": ("mx01.mail.icloud.com", "smtp.mail.me.com"),
         "fastmail": ("in1-smtp.messagingengine.com", "smtp.fastmail.com")}

_HOME = "192.168.1.0/24"


class Sender:
    """A machine that probes, its router and its provider's routers."""

    def __init__(self, here, home, isp, uplink):
        self.here, self.home, self.isp, self.uplink = here, home, isp, uplink
        self.arguments = ()  # what this machine's probes are told beside the rest


class Internet:
    def __init__(self, chain):
        self.world = World()
        self.core = self.world.router("core")
        self.records = {("", "NS"): []}  # the root exists: this name server does not deny everything
        self._chain = chain
        self._known = {name: self._attach(name) for name in KNOWN}
        self._dns = self._attach("dns")
        self._senders = []

    def sender(self, name, families=(4, 6)):
        here = self.world.host(name)
        routers = [self.world.router(f"{name}-{place}") for place in ("home", "isp", "uplink")]
        self.world.link(here, routers[0], families, net4=_HOME)
        for one, other in zip(routers, [*routers[1:], self.core]):
            self.world.link(one, other)
        self._senders.append(Sender(here, *routers))
        return self._senders[-1]

    def receiver(self, domain, families=(4, 6), preference=10, **shape):
        """The next mail host of that domain, mx1.DOMAIN.ci.test and so on, behind an edge router of its own;
        with `shape`, over a Line. Gives (host, edge)."""
        known = self.records.setdefault((domain, "MX"), [])
        name = f"mx{len(known) + 1}-{domain.split('.')[0]}.ci.test"
        known.append(f"{preference} {name}")
        host, edge = self.world.host(name), self.world.router(f"edge of {name}")
        self.world.link(self.core, edge)
        make = self.world.line if shape else self.world.link
        make(edge, host, families, **shape)
        for kind, address in (("A", host.ip4), ("AAAA", host.ip6)):
            if address:
                self.records[name, kind] = [address]
        return host, edge

    def serve(self, host, *ports):
        """Mail service on those ports, over all of its addresses. On 443 nothing is said."""
        with host.entered():
            for port in ports:
                listeners = [f"{host.ip4}:{port}"] * bool(host.ip4) + [f"[{host.ip6}]:{port}"] * bool(host.ip6)
                quiet = {"serve": lambda conversation: conversation.wait_for_end()} if port == 443 else {}
                SmallSmtp(*listeners, host=host.name, chain=self._chain, **quiet)

    def open(self):
        """When all is attached: routes, known providers, names."""
        self.world.settle()
        for sender in self._senders:
            sender.home.postrouting(f"ip saddr {_HOME} masquerade")
            for router in (sender.home, sender.isp, sender.uplink):
                beyond = router.ends[1]
                out = next(link for link in self.world.links if link.one is beyond).other
                router.ip(f"route add default via {out.ip4}", f"route add default via {out.ip6}")
        for name, host in self._known.items():
            self.serve(host, 25, 587, 443)
            for known in KNOWN[name]:
                self.records[known, "A"], self.records[known, "AAAA"] = [host.ip4], [host.ip6]
        with self._dns.entered():
            SmallDns(self._dns.ip4, self.records)
        return self._dns.ip4

    def _attach(self, name):
        host = self.world.host(name)
        self.world.link(self.core, host)
        return host

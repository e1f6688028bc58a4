# SPDX-License-Identifier: Apache-2.0
"""What the system tells of a connection that fails: who said so, and from how far; by either family.

No row of table.tsv is at stake here: these are the facts that the diagnosis of connections stands on.
"""
import concurrent.futures

import situation
import isolation

isolation.enter()

import program  # noqa: E402
from servers.small_smtp import SmallSmtp  # noqa: E402
from world import World  # noqa: E402

OPEN, SWALLOWED, CLOSED, NO_PORT, FORBIDDEN = 25, 26, 27, 28, 29                 # by the mail host
CUT, RESET, FORBIDDEN_ON_THE_WAY, NO_NET, NO_HOST = 36, 37, 38, 39, 40           # by the second router
KEPT_BACK, REJECTED_HERE, FORBIDDEN_HERE, RESET_HERE = 46, 47, 48, 49            # by this machine
SHAKY = 56  # one packet of a connection that is up is answered with an ICMP error
IN_SHORT = ("--no-experiments", "--connect-timeout", "4s")


class ReachTest(program.ProbeTest):
    @classmethod
    def setUpClass(cls):
        world = World()
        cls.here = world.host("here")
        cls.routers = [world.router(name) for name in ("home", "provider", "core")]
        cls.mx, cls.off, cls.far, cls.there = (world.host(name) for name in ("mx", "off", "far", "there"))
        quiet = [world.router(f"quiet{number}") for number in range(1, 11)]
        for way in ([cls.here, *cls.routers, cls.mx], [cls.routers[2], cls.off], [cls.routers[0], *quiet, cls.far]):
            for one, other in zip(way, way[1:]):
                world.link(one, other)
        world.line(cls.there, cls.routers[1])  # a relay: answers come after the call that sent a packet has ended
        world.settle()
        for router in quiet:
            router.silent()
        cls.off_at = (cls.off.ip4, cls.off.ip6)
        cls.off.off()
        cls.mx.input(f"tcp dport {SWALLOWED} drop", f"tcp dport {NO_PORT} reject",
                     f"tcp dport {FORBIDDEN} reject with icmpx admin-prohibited")
        cls.routers[1].forward(f"tcp dport {CUT} drop", f"tcp dport {RESET} reject with tcp reset",
                               f"tcp dport {FORBIDDEN_ON_THE_WAY} reject with icmpx admin-prohibited",
                               f"tcp dport {NO_NET} reject with icmpx no-route",
                               f"tcp dport {NO_HOST} reject with icmpx host-unreachable",
                               f"tcp dport {SHAKY} tcp flags & psh == psh limit rate 1/day burst 1 packets "
                               "counter reject with icmpx host-unreachable")
        cls.here.output(f"tcp dport {KEPT_BACK} drop", f"tcp dport {REJECTED_HERE} reject",
                        f"tcp dport {FORBIDDEN_HERE} reject with icmpx admin-prohibited",
                        f"tcp dport {RESET_HERE} reject with tcp reset")
        cls._routes_that_forbid()
        cls._loop_between(cls.routers[1], cls.routers[2])
        for machine in (cls.mx, cls.far):
            with machine.entered():
                SmallSmtp(*(f"{address}:{port}" for address in (machine.ip4, f"[{machine.ip6}]")
                            for port in (OPEN, SHAKY)))

    @classmethod
    def _routes_that_forbid(cls):
        cls.here.ip("route add blackhole 6.1.0.0/16", "route add unreachable 6.2.0.0/16",
                    "route add prohibit 6.3.0.0/16", "route add blackhole 2a06:1::/32",
                    "route add unreachable 2a06:2::/32", "route add prohibit 2a06:3::/32")

    @classmethod
    def _loop_between(cls, near, far):
        """6.4.0.0/16 is sent to and fro for ever."""
        cls.routers[0].ip(f"route add 6.4.0.0/16 via {near.ip4}", f"route add 2a06:4::/32 via {near.ip6}")
        there, back = far.ends[0], near.ends[1]
        near.ip(f"route add 6.4.0.0/16 via {there.ip4}", f"route add 2a06:4::/32 via {there.ip6}")
        far.ip(f"route add 6.4.0.0/16 via {back.ip4}", f"route add 2a06:4::/32 via {back.ip6}")

    def side_by_side(self, work, items):
        """Each in a thread on the machine `here`."""
        def one(item):
            with self.here.entered():
                return work(item)
        with concurrent.futures.ThreadPoolExecutor(len(items)) as pool:
            return dict(zip(items, pool.map(one, items)))

    def faults(self, targets):
        """(kind, who sent an ICMP error of which type and code) for each."""
        def fault(target):
            broken = self.probe(target, *IN_SHORT).sessions[0]["transcript"][0]
            if broken["event"] != "broken":
                return broken["event"]
            icmp = broken["fault"].get("icmp")
            return broken["fault"]["kind"], icmp and (icmp["from"], icmp["type"], icmp["code"])
        return self.side_by_side(fault, targets)

    def traces(self, targets):
        """(answer, from) of each hop."""
        def trace(target):
            report = self.probe(target, "--trace", "--no-controls", "--connect-timeout", "1s")
            found = [experiment["trace"] for experiment in report.experiments if experiment["purpose"] == "trace"]
            self.assertEqual(len(found), 1, report)
            self.assertEqual([hop["ttl"] for hop in found[0]["hops"]], list(range(1, len(found[0]["hops"]) + 1)))
            return [(hop["answer"], hop.get("from")) for hop in found[0]["hops"]]
        return self.side_by_side(trace, targets)

    def ends_of(self, machine):
        """By both families."""
        return machine.ip4, machine.ip6

    def test_an_icmp_error_tells_who_sent_it(self):
        here, provider, mx = self.ends_of(self.here), self.ends_of(self.routers[1]), self.ends_of(self.mx)
        # Port, kind of fault, and the ICMP error by IPv4 and by IPv6.
        rows = [
            (OPEN, "connected", None, None),
            (CLOSED, "refused", None, None),
            (NO_PORT, "refused", (mx[0], 3, 3), (mx[1], 1, 4)),
            (FORBIDDEN, "host-unreachable", (mx[0], 3, 13), (mx[1], 1, 1)),
            (SWALLOWED, "timed-out", None, None),
            (CUT, "timed-out", None, None),
            (RESET, "refused", None, None),
            (FORBIDDEN_ON_THE_WAY, "host-unreachable", (provider[0], 3, 13), (provider[1], 1, 1)),
            (NO_NET, "network-unreachable", (provider[0], 3, 0), (provider[1], 1, 0)),
            (NO_HOST, "host-unreachable", (provider[0], 3, 1), (provider[1], 1, 3)),
            (KEPT_BACK, "prohibited", None, None),
            (REJECTED_HERE, "prohibited", (here[0], 3, 3), (here[1], 1, 4)),
            (FORBIDDEN_HERE, "prohibited", (here[0], 3, 13), (here[1], 1, 1)),
            (RESET_HERE, "refused", None, None),
        ]
        expected = {}
        for port, kind, *icmp in rows:
            for family in (0, 1):
                expected[f"[{mx[family]}]:{port}"] = kind if kind == "connected" else (kind, icmp[family])
        self.assertEqual(self.faults(list(expected)), expected)

    def test_routes_and_hosts_that_do_not_exist(self):
        here, home, core = self.ends_of(self.here), self.ends_of(self.routers[0]), self.ends_of(self.routers[2])
        neighbour = (here[0].rsplit(".", 1)[0] + ".77", here[1].rsplit(":", 1)[0] + ":77")
        rows = [
            (("6.1.0.1", "2a06:1::1"), "network-unreachable", None, None),
            (("6.2.0.1", "2a06:2::1"), "host-unreachable", None, None),
            (("6.3.0.1", "2a06:3::1"), "prohibited", None, None),
            (("7.0.0.1", "2a07::1"), "network-unreachable", (home[0], 3, 0), (home[1], 1, 0)),
            (("6.4.0.1", "2a06:4::1"), "host-unreachable", None, None),
            (self.off_at, "host-unreachable", (core[0], 3, 1), (core[1], 1, 3)),
            (neighbour, "host-unreachable", (here[0], 3, 1), (here[1], 1, 3)),
        ]
        expected = {}
        for addresses, kind, *icmp in rows:
            for family in (0, 1):
                expected[f"[{addresses[family]}]"] = (kind, icmp[family])
        found = self.faults(list(expected))
        # At which of the two a packet dies depends on the hops that it may take.
        for looped, family, time_exceeded in (("[6.4.0.1]", 0, 11), ("[2a06:4::1]", 1, 3)):
            kind, icmp = found[looped]
            ends = [end for router in self.routers[1:] for end in router.ends]
            self.assertIn(icmp[0], [(end.ip4, end.ip6)[family] for end in ends])
            self.assertEqual(icmp[1:], (time_exceeded, 0))
            found[looped] = kind, None
        self.assertEqual(found, expected)

    def test_an_icmp_error_does_not_end_a_connection_that_is_up(self):
        with self.there.entered():
            report = self.probe(f"[{self.mx.ip4}]:{SHAKY}", *IN_SHORT)
        self.assertEqual(report.replies("quit"), [221], report)
        rules = self.routers[1].run("nft", "list", "chain", "inet", "world", "forward")
        self.assertIn("counter packets 1 ", rules, "there was no such error")

    def test_a_trace_ends_where_the_packets_do(self):
        mx = self.ends_of(self.mx)
        targets = {(family, port): f"[{mx[family]}]:{port}" for family in (0, 1)
                   for port in (OPEN, CLOSED, SWALLOWED, CUT, RESET, FORBIDDEN_ON_THE_WAY, KEPT_BACK, REJECTED_HERE)}
        traces = self.traces(list(targets.values()))
        for (family, port), target in targets.items():
            ways = [("expired", self.ends_of(router)[family]) for router in self.routers]
            expected = {
                OPEN: ways + [("connected", mx[family])],
                CLOSED: ways + [("refused", mx[family])],
                SWALLOWED: ways + [("silent", None)] * 8,
                CUT: ways[:2] + [("silent", None)] * 8,
                RESET: ways[:2] + [("refused", mx[family])],
                FORBIDDEN_ON_THE_WAY: ways[:2] + [("unreachable", self.ends_of(self.routers[1])[family])],
                KEPT_BACK: [("failed", None)],
                REJECTED_HERE: [("refused", self.ends_of(self.here)[family])],
            }
            self.assertEqual(traces[target], expected[port], target)

    def test_a_trace_finds_a_destination_behind_routers_that_keep_silent(self):
        far = self.ends_of(self.far)
        traces = self.traces([f"[{address}]" for address in far])
        for family, address in enumerate(far):
            expected = [("expired", self.ends_of(self.routers[0])[family])] + [("silent", None)] * 10
            self.assertEqual(traces[f"[{address}]"], expected + [("connected", address)])

    def test_a_trace_in_a_loop_ends(self):
        trace = self.traces(["[6.4.0.1]"])["[6.4.0.1]"]
        self.assertEqual({answer for answer, _ in trace}, {"expired"})
        self.assertEqual(len(trace), 30)


if __name__ == "__main__":
    situation.main()

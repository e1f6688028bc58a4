# SPDX-License-Identifier: Apache-2.0
"""Connections that fail because of the other side, for every reason that there is; and ways that are slow."""
import situation

import isolation

isolation.enter()

import line  # noqa: E402
from networks import Networks  # noqa: E402

if not line.possible():
    isolation.leave_out("all of this module: lines with delay and loss")

# The first connection from each address is reset, all others are let in.
CROWD = """\
table inet crowd {
  set seen4 { type ipv4_addr; flags dynamic; size 99; }
  set seen6 { type ipv6_addr; flags dynamic; size 99; }
  chain in {
    type filter hook input priority -5;
    tcp flags syn tcp dport 25 ip saddr != @seen4 add @seen4 { ip saddr } reject with tcp reset
    tcp flags syn tcp dport 25 ip6 saddr != @seen6 add @seen6 { ip6 saddr } reject with tcp reset
  }
}
"""


def hosts(made):
    made.one("connect-healthy", 25)
    made.one("nothing-listens", 587, 443)
    made.one("nothing-listens-on-any-port")
    made.later(made.one("host-silent", 25)[0].input, "meta l4proto { tcp, icmp } drop")
    made.later(made.one("host-down", 25)[0].off)
    made.later(made.one("host-down-ipv6", 25, families=(6,))[0].off)
    made.later(made.one("refused-at-times", 25)[0].nft, CROWD)
    made.probe("neighbour-off", made.here, "[192.168.1.77]")


def firewalls(made):
    made.later(made.one("dropped-at-the-host", 25, 587)[0].input, "tcp dport 25 drop")
    made.later(made.one("prohibited-at-the-host", 25, 587)[0].input,
               "tcp dport 25 reject with icmpx admin-prohibited")
    made.later(made.one("port-unreachable-at-the-host", 25, 587)[0].input, "tcp dport 25 reject")
    made.later(made.one("dropped-before-the-host", 25, 443)[1].forward, "tcp dport 25 drop")
    made.later(made.one("prohibited-before-the-host", 25, 443)[1].forward,
               "tcp dport 25 reject with icmpx admin-prohibited")
    made.later(made.one("host-prohibited-before-the-host", 25, families=(4,))[1].forward,
               "tcp dport 25 reject with icmp host-prohibited")
    made.later(made.one("ipv6-policy-before-the-host", 25, 443, families=(6,))[1].forward,
               "tcp dport 25 reject with icmpv6 policy-fail")
    made.later(made.one("host-unreachable-said-by-a-firewall", 25, 443)[1].forward,
               "tcp dport 25 reject with icmpx host-unreachable")
    made.later(made.one("no-route-said-by-a-firewall", 25, 443)[1].forward,
               "tcp dport 25 reject with icmpx no-route")
    # The host is 0.2 s away from its firewall.
    made.later(made.one("reset-before-the-host", 25, 587, delay=0.1)[1].forward,
               "tcp dport 25 reject with tcp reset")


def ways(made):
    made.net.receiver("no-route-there.test")
    made.net.records["mx1-no-route-there.ci.test", "A"] = ["6.6.6.6"]
    made.net.records["mx1-no-route-there.ci.test", "AAAA"] = ["2a06:6::6"]
    made.probe("no-route-there", made.here, "no-route-there.test")
    swallowed = made.one("network-swallowed-on-the-way", 25)[0].ends[0]
    made.later(made.net.core.ip, f"route replace blackhole {swallowed.net4}",
               f"route replace blackhole {swallowed.net6}")
    looped, edge = made.one("routing-loop", 25)
    back = edge.ends[0].peer
    made.later(edge.ip, f"route add {looped.ip4} via {back.ip4}", f"route add {looped.ip6} via {back.ip6}")
    closed, _ = made.one("prohibited-on-the-way", 25)
    made.later(made.net.core.forward, f"ip daddr {closed.ip4} tcp dport 25 reject with icmp admin-prohibited",
               f"ip6 daddr {closed.ip6} tcp dport 25 reject with icmpv6 admin-prohibited")


def several_hosts(made):
    made.several("all-hosts-dead", "closed", "silent")
    made.several("preferred-host-closed", "closed", "open")
    made.several("backup-host-silent", "open", "silent")
    made.several("two-hosts-dead-of-three", "closed", "silent", "open")


def families(made):
    made.later(made.one("their-ipv6-silent", 25)[0].input, "meta nfproto ipv6 meta l4proto tcp drop")
    made.later(made.one("their-ipv4-silent", 25)[0].input, "meta nfproto ipv4 meta l4proto tcp drop")
    made.later(made.one("their-ipv6-port-dropped", 25, 443)[0].input, "meta nfproto ipv6 tcp dport 25 drop")
    made.later(made.one("their-ipv6-closed", 25, 587)[0].input, "meta nfproto ipv6 tcp dport 25 reject with tcp reset")


def slow_ways(made):
    made.one("slow-syn-lost", 25, lose=line.first_syn())
    made.one("slow-two-syns-lost", 25, lose=line.first_syn(2))
    made.one("slow-high-delay", 25, delay=0.3)
    made.one("slow-loss", 25, lose=line.every(9))
    made.one("slow-thin-line", 25, rate=1500)


def setUpModule():
    made = Networks()
    for fill in (hosts, firewalls, ways, several_hosts, families, slow_ways):
        fill(made)
    ConnectTest.runs = made.run()


class ConnectTest(situation.SituationTest):
    runs = {}

    def said(self, name):
        self.assertEqual(self.runs[name].err, "", name)
        return self.report(self.runs[name])

    def test_each_leads_to_its_cause(self):
        for name in self.runs:
            with self.subTest(name):
                situation.check(self, name, self.said(name))

    def test_what_was_tried_is_listed_with_its_time(self):
        report = self.said("dropped-at-the-host")
        tried = {(made["purpose"], made["contact"]["port"]) for made in report.experiments if "contact" in made}
        self.assertEqual(tried, {("other-port", 587), ("other-port", 465), ("other-port", 443), ("control", 25)})
        self.assertEqual({made["purpose"] for made in report.experiments if "trace" in made},
                         {"trace", "trace-compared"})
        for made in report.experiments:
            self.assertGreaterEqual(made["began"], 0)

    def test_controls_are_asked_only_where_nothing_answers(self):
        for name in ("connect-healthy", "preferred-host-closed", "their-ipv6-closed"):
            purposes = {made["purpose"] for made in self.said(name).experiments}
            self.assertFalse(purposes & {"control", "control-lookup"}, name)

    def test_one_control_over_a_family_that_is_dead(self):
        asked = [made["contact"] for made in self.said("their-ipv6-silent").experiments if made["purpose"] == "control"]
        self.assertEqual(len(asked), 1, asked)
        self.assertIn(":", asked[0]["address"])

    def test_who_said_no_is_named(self):
        self.assertIn("ICMP from", self.said("prohibited-before-the-host").findings[0]["decided_by"])
        self.assertIn("says: host administratively prohibited (ICMP type 3 code 10)",
                      self.said("host-prohibited-before-the-host").findings[0]["seen"])

    def test_the_trace_says_how_far_each_port_gets(self):
        seen = self.said("dropped-before-the-host").findings[0]["seen"]
        self.assertRegex(seen, r"SYNs to port 25 get as far as hop 5 \(.*\), those to port \d+ .* at hop 6")

    def test_slow_ways_are_healthy_and_told_with_figures(self):
        for name, wanted in (("slow-syn-lost", "connect.packets-lost"), ("slow-two-syns-lost", "connect.packets-lost"),
                             ("slow-high-delay", "connect.high-delay"), ("slow-thin-line", "connect.thin-line")):
            self.assert_found(self.said(name), wanted)

    def test_symptoms_are_folded_under_their_cause(self):
        report = self.said("host-silent")
        symptom = next(finding for finding in report.findings if finding["id"] == "fault.connect.timed-out")
        self.assertEqual(symptom["part_of"], "connect.host-silent")


if __name__ == "__main__":
    situation.main()

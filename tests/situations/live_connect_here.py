# SPDX-License-Identifier: Apache-2.0
"""Connections that fail because of our side: this machine, its network, its provider."""
import situation

import isolation

isolation.enter()

from networks import Networks  # noqa: E402


def providers(made):
    drops = made.net.sender("provider-drops")
    made.later(drops.isp.forward, "tcp dport 25 drop")
    made.one("provider-drops-25", 25, 587, sender=drops)
    made.one("provider-drops-25-host-has-no-other-port", 25, sender=drops)
    made.one("provider-drops-25-no-controls", 25, 443, sender=drops, arguments=("--no-controls",))
    made.one("provider-drops-25-nothing-known", 25, sender=drops, arguments=("--no-controls", "--no-trace"))
    made.one("provider-drops-25-own-controls", 25, 443, sender=drops,
             arguments=("--control", "smtp.gmail.com", "--control", "smtp.fastmail.com"))
    for name, rule in (("provider-resets-25", "reject with tcp reset"), ("provider-rejects-25", "reject"),
                       ("provider-prohibits-25", "reject with icmpx admin-prohibited")):
        sender = made.net.sender(name)
        made.later(sender.isp.forward, f"tcp dport 25 {rule}")
        made.one(name, 25, 587, sender=sender)
    uplink = made.net.sender("uplink-drops")
    made.later(uplink.uplink.forward, "tcp dport 25 drop")
    made.one("provider-s-second-router-drops-25", 25, 443, sender=uplink)
    sixth = made.net.sender("provider-drops-6")
    made.later(sixth.isp.forward, "meta nfproto ipv6 tcp dport 25 drop")
    made.one("provider-drops-25-over-ipv6", 25, 443, sender=sixth)
    submission = made.net.sender("provider-drops-587")
    made.later(submission.isp.forward, "tcp dport 587 drop")
    host, _ = made.net.receiver("submission.test")
    made.later(made.net.serve, host, 25, 587)
    made.probe("provider-drops-587", submission, f"{host.name}:587")
    nothing = made.net.sender("nothing-out")
    made.later(nothing.isp.forward, "meta l4proto tcp drop")
    made.one("nothing-but-dns-gets-out", 25, sender=nothing)
    web = made.net.sender("only-web-gets-out")
    made.later(web.isp.forward, "tcp dport { 25, 465, 587 } drop")
    made.one("only-web-gets-out", 25, sender=web)


def own_network(made):
    for name, rule in (("own-router-drops-25", "drop"), ("own-router-resets-25", "reject with tcp reset"),
                       ("own-router-prohibits-25", "reject with icmpx admin-prohibited")):
        sender = made.net.sender(name)
        made.later(sender.home.forward, f"tcp dport 25 {rule}")
        made.one(name, 25, 443, sender=sender)
    cut = made.net.sender("cut")
    made.later(cut.home.run, "ip", "-4", "route", "flush", "table", "main", "proto", "boot")
    made.probe("own-router-without-a-way-out", cut, "[5.200.200.200]")
    off = made.net.sender("gateway-off")
    made.later(off.home.off)
    made.probe("gateway-off", off, "[5.200.200.200]")
    speechless = made.net.sender("speechless")
    host, edge = made.one("dropped-and-few-routers-speak", 25, 443, sender=speechless, arguments=("--no-controls",))
    made.later(host.input, "tcp dport 25 drop")
    for router in (speechless.home, speechless.isp, speechless.uplink, edge):
        made.later(router.silent)


def own_machine(made):
    for name, rule in (("own-machine-drops-25", "drop"), ("own-machine-rejects-25", "reject"),
                       ("own-machine-prohibits-25", "reject with icmpx admin-prohibited")):
        sender = made.net.sender(name)
        made.later(sender.here.output, f"tcp dport 25 {rule}")
        made.one(name, 25, 443, sender=sender)
    routes = made.net.sender("routes")
    made.later(routes.here.ip, "route add blackhole 6.1.0.0/16", "route add unreachable 6.2.0.0/16",
               "route add prohibit 6.3.0.0/16")
    made.probe("blackhole-route-here", routes, "[6.1.0.1]")
    made.probe("unreachable-route-here", routes, "[6.2.0.1]")
    made.probe("prohibited-route-here", routes, "[6.3.0.1]")
    bare = made.net.sender("bare")
    made.later(bare.here.run, "ip", "route", "flush", "table", "main")
    made.probe("no-default-route", bare, "[5.200.200.200]")


def families(made):
    dead = made.net.sender("dead-ipv6")
    made.later(dead.isp.forward, "meta nfproto ipv6 drop")
    for preference in (10, 20, 30):
        host, _ = made.net.receiver("ipv6-leads-nowhere.test", preference=preference)
        made.later(made.net.serve, host, 25)
    made.probe("ipv6-leads-nowhere", dead, "ipv6-leads-nowhere.test")
    made.one("ipv6-leads-nowhere-one-host", 25, sender=dead)
    made.one("ipv6-leads-nowhere-only-ipv6-there", 25, sender=dead, families=(6,))
    lost = made.net.sender("lost-ipv6")
    made.later(lost.home.run, "ip", "-6", "route", "flush", "table", "main", "proto", "boot")
    made.one("ipv6-without-a-way-out", 25, sender=lost)
    without = made.net.sender("without-ipv6", families=(4,))
    made.one("only-ipv6-there-none-here", 25, sender=without, families=(6,))
    made.one("both-families-there-no-ipv6-here", 25, sender=without)


def setUpModule():
    made = Networks()
    for fill in (providers, own_network, own_machine, families):
        fill(made)
    HereTest.runs = made.run()


class HereTest(situation.SituationTest):
    runs = {}

    def said(self, name):
        self.assertEqual(self.runs[name].err, "", name)
        return self.report(self.runs[name])

    def test_each_leads_to_its_cause(self):
        for name in self.runs:
            with self.subTest(name):
                situation.check(self, name, self.said(name))

    def test_the_controls_that_decided_are_named_and_counted(self):
        lead = self.said("provider-drops-25").findings[0]
        self.assertEqual(lead["decided_by"], "0 of 3 controls answer, port 587 of the same host answers")
        self.assertIn("gmail-smtp-in.l.google.com:25 silent", lead["seen"])
        self.assertEqual(lead["confidence"], "sure")

    def test_controls_of_the_user_take_the_place_of_the_known_ones(self):
        asked = {made["contact"]["host"] for made in self.said("provider-drops-25-own-controls").experiments
                 if made["purpose"] == "control"}
        self.assertEqual(asked, {"smtp.gmail.com", "smtp.fastmail.com"})

    def test_controls_and_traces_can_be_switched_off(self):
        purposes = {made["purpose"] for made in self.said("provider-drops-25-nothing-known").experiments}
        self.assertFalse(purposes & {"control", "control-lookup", "trace", "trace-compared"})

    def test_a_trace_that_ends_at_our_own_router_says_so(self):
        self.assertRegex(self.said("own-router-drops-25").findings[0]["fix"][0],
                         r"^The trace ends at hop 1 \(.*\), your own router")

    def test_one_cause_on_our_side_is_told_once_for_all_endpoints(self):
        leads = [finding for finding in self.said("ipv6-leads-nowhere").findings
                 if finding["id"] == "connect.family-broken-here"]
        self.assertEqual(len(leads), 1)
        self.assertEqual(leads[0]["where"].count("[2a05:"), 3)


if __name__ == "__main__":
    situation.main()

# SPDX-License-Identifier: Apache-2.0
"""Our own name server with every fault, so that a domain in good order cannot be looked up, or only slowly."""
import situation  # noqa: F401

import isolation

isolation.enter()

import name_world  # noqa: E402
import odd_dns  # noqa: E402
import program  # noqa: E402
from name_world import CLOSED, MAIL, MAIL_2, NETWORK, UNBOUND, Row, Zone  # noqa: E402
from odd_dns import OddDns  # noqa: E402

# What a resolver in good order says of good.test.
TRUTH = odd_dns.table({("good.test", "MX"): ["10 mx.good.test"], ("mx.good.test", "A"): [MAIL],
                       ("mx.good.test", "AAAA"): ["2a05:5353::1"], ("good.test", "A"): [MAIL],
                       ("", "NS"): ["ns.root"]}, authoritative=False)
IPV4 = odd_dns.table({("good.test", "MX"): ["10 mx.good.test"], ("mx.good.test", "A"): [MAIL], ("", "NS"): ["ns.root"]},
                     authoritative=False)

RESOLVERS = {
    "silent": odd_dns.silent,
    "refuses": odd_dns.refuses,
    "fails": odd_dns.fails,
    "denies-all": odd_dns.denies,
    "captive-portal": odd_dns.address_for_everything(CLOSED),
    "drops-mx": odd_dns.drops("MX", IPV4),
    "drops-aaaa": odd_dns.drops("AAAA", IPV4),
    "lacks-mx": odd_dns.lacks("MX", IPV4),
    "formerr": odd_dns.always(odd_dns.FORMERR),
    "truncates-without-tcp": odd_dns.truncates(IPV4, kinds="MX", tcp=False),
    "garbage": odd_dns.garbage,
    "compression-loop": odd_dns.compression_loop,
    "wrong-id": odd_dns.wrong_id(IPV4),
    "wrong-question": odd_dns.wrong_question(IPV4),
    "slow": odd_dns.after(1.3, IPV4),
    "loses-first": odd_dns.loses_first(IPV4),
    "without-edns": odd_dns.rejects_edns(IPV4),
    "good": IPV4,
}
ADDRESSES = {name: f"{NETWORK}.3.{number}" for number, name in enumerate(RESOLVERS, 1)}
NOBODY = f"{NETWORK}.3.99"


def row(resolver, *beside, then=None, target="good.test"):
    servers = [ADDRESSES.get(resolver, resolver), *([ADDRESSES[then]] if then else [])]
    return Row(target, *beside, dns=" ".join(servers))


ROWS = {
    "resolver-silent": row("silent", "dns.mx.timed-out"),
    "resolver-closed": row(NOBODY),
    "resolver-refuses": row("refuses", "route.mx-lookup-failed"),
    "resolver-servfail-to-all": row("fails"),
    "resolver-nxdomain-to-all": row("denies-all", "dns.mx.no-such-domain"),
    "resolver-captive-portal": row("captive-portal"),
    "resolver-drops-mx": row("drops-mx", "dns.mx.timed-out"),
    "resolver-drops-aaaa": row("drops-aaaa", "dns.address.timed-out"),
    "resolver-notimp-for-mx": row("lacks-mx"),
    "resolver-formerr-to-all": row("formerr"),
    "resolver-truncates-no-tcp": row("truncates-without-tcp"),
    "resolver-garbage": row("garbage"),
    "resolver-compression-loop": row("compression-loop"),
    "resolver-wrong-id": row("wrong-id"),
    "resolver-wrong-question": row("wrong-question"),
    "resolver-slow": row("slow", "resolver.slow"),
    "resolver-loses-every-first-packet": row("loses-first", "resolver.lossy"),
    "resolver-without-edns": row("without-edns"),
    "resolver-first-of-two-silent": row("silent", then="good"),
    "resolver-first-of-two-closed": row(NOBODY, then="good"),
    "resolver-first-of-two-refuses": row("refuses", then="good"),
    "resolver-good-domain-missing": Row("nosuch.test"),
    "resolver-cannot-reach-servers": Row("good.test", dns=f"{NETWORK}.0.57"),
    "resolver-hides-the-domain": Row("good.test", "dns.mx.no-such-domain", dns=f"{NETWORK}.0.58"),
    "resolver-hides-the-mail-host": Row("good.test", "route.address-unspecified", dns=f"{NETWORK}.0.59"),
}


class ResolverTest(name_world.RowsTest):
    @classmethod
    def setUpClass(cls):
        name_world.add_network()
        for name, reply in RESOLVERS.items():
            OddDns(ADDRESSES[name], reply, tcp=name != "truncates-without-tcp")
        cls.names = name_world.Names(isolation.scratch("names"), {"good.test": Zone(f"@ MX 10 mx\nmx A {MAIL}\n")})
        cls.names.unbound(UNBOUND)
        # A resolver that has the root and knows who serves the zone, and cannot get through to them.
        cls.names.unbound(f"{NETWORK}.0.57", f"do-not-query-address: {name_world.CHILD}")
        # Filters: one denies what it does not like, one gives an address that is none.
        cls.names.unbound(f"{NETWORK}.0.58", 'local-zone: "good.test." always_nxdomain')
        cls.names.unbound(f"{NETWORK}.0.59", 'local-zone: "mx.good.test." redirect',
                          'local-data: "mx.good.test. A 0.0.0.0"')
        name_world.serve_mail()
        cls.probe_all(ROWS, ["--tls", "none", "--connect-timeout", "2", "--control", f"[{MAIL_2}]", "--no-trace"])

    @classmethod
    def tearDownClass(cls):
        cls.names.stop()


ResolverTest.add_tests(ROWS)

if __name__ == "__main__":
    program.main()

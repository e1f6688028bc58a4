# SPDX-License-Identifier: Apache-2.0
"""Name servers of the domain, and its DNSSEC, with every fault that a resolver turns into SERVFAIL or silence."""
import situation  # noqa: F401

import isolation

isolation.enter()

import name_world  # noqa: E402
import program  # noqa: E402
from name_world import CHILD, MAIL, MAIL_2, NETWORK, OTHER_CHILD, UNBOUND, UNBOUND_TELLING, UNBOUND_TRUSTING, Row, Zone  # noqa: E402
from odd_dns import (FORMERR, OddDns, always, compression_loop, drops, fails, garbage, refers_up, refuses, rejects_edns, silent,  # noqa: E402
                     passes_on, slow_about, table, truncates)

MX = f"@ MX 10 mx\nmx A {MAIL}\n"
ODD = f"{NETWORK}.2."
SLOW = f"{NETWORK}.0.56"


def spoil_signature(text):
    """Another last letter in every signature of an MX set."""
    lines = text.split("\n")
    for at, line in enumerate(lines):
        if "RRSIG\tMX " in line:
            end = line.rindex("=") if "=" in line else len(line)
            lines[at] = line[:end - 6] + ("A" if line[end - 6] != "A" else "B") + line[end - 5:]
    return "\n".join(lines)


def records(name, hosts=("mx",)):
    """What an odd server of that zone knows."""
    known = {(name, "MX"): [f"10 {host}.{name}" for host in hosts], (name, "NS"): [f"ns.{name}"]}
    known.update({(f"{host}.{name}", "A"): [MAIL] for host in hosts})
    return table(known, apex=name)


ZONES = {
    "good.test": Zone(MX),
    "expired.test": Zone(MX, begins=-60, ends=-9),
    "early.test": Zone(MX, begins=9, ends=60),
    "mismatch.test": Zone(MX, ds="wrong"),
    "unsigned.test": Zone(MX, signed=False, ds="wrong"),
    "spoilt.test": Zone(MX, spoil=spoil_signature),
    "host-expired.test": Zone("@ MX 10 mx.expired.test.\n"),
    "one-expired.test": Zone("@ MX 10 mx.good.test.\n@ MX 20 mx.expired.test.\n"),
    "insecure.test": Zone(MX, signed=False),
    "host-silent.test": Zone("@ MX 10 mx.silent.test.\n"),
    "one-silent.test": Zone("@ MX 10 mx.good.test.\n@ MX 20 mx.silent.test.\n"),
    "alias-silent.test": Zone("www CNAME silent.test.\n"),
    "addressless.test": Zone(MX, servers=[("ns1.nowhere.test", None), ("ns2.nowhere.test", None)]),
    "mixed.test": Zone(servers=[("ns1.mixed.test", f"{ODD}1"), ("ns2.mixed.test", f"{ODD}3"), ("ns3.nowhere.test", None)]),
    "half-dead.test": Zone(MX, servers=[("ns1.half-dead.test", OTHER_CHILD), ("ns2.half-dead.test", f"{ODD}1")]),
    "half-lame.test": Zone(MX, servers=[("ns1.half-lame.test", CHILD), ("ns2.half-lame.test", f"{ODD}3")]),
}

# Zones with one server each that has one fault.
ODDITIES = {
    "silent": silent, "refuses": refuses, "fails": fails, "lame": refers_up, "formerr": always(FORMERR), "garbage": garbage,
    "loop": compression_loop, "old": rejects_edns(records("old.test")),
    "short": truncates(records("short.test"), tcp=True), "no-tcp": truncates(records("no-tcp.test"), tcp=False),
    "only-addresses": drops("MX TXT", table({("only-addresses.test", "A"): [MAIL]}, apex="only-addresses.test")),
}
for _number, (_name, _reply) in enumerate(ODDITIES.items(), 1):
    ZONES[f"{_name}.test"] = Zone(servers=[(f"ns.{_name}.test", f"{ODD}{_number}")])
ZONES["closed.test"] = Zone(servers=[("ns.closed.test", f"{ODD}99")])

ROWS = {
    "zone-good": Row("good.test"),
    "zone-without-dnssec": Row("insecure.test"),
    "zone-servers-silent": Row("silent.test", "route.mx-lookup-failed"),
    "zone-servers-closed": Row("closed.test"),
    "zone-servers-refuse": Row("refuses.test"),
    "zone-servers-lame": Row("lame.test"),
    "zone-servers-servfail": Row("fails.test"),
    "zone-servers-formerr": Row("formerr.test"),
    "zone-servers-garbage": Row("garbage.test"),
    "zone-servers-compression-loop": Row("loop.test"),
    "zone-servers-without-edns": Row("old.test"),
    "zone-servers-without-address": Row("addressless.test"),
    "zone-servers-truncate": Row("short.test"),
    "zone-servers-truncate-no-tcp": Row("no-tcp.test"),
    "zone-servers-all-different": Row("mixed.test"),
    "zone-servers-answer-addresses-alone": Row("only-addresses.test"),
    "zone-one-server-of-two-dead": Row("half-dead.test", dns=SLOW),
    "zone-one-server-of-two-lame": Row("half-lame.test"),
    "zone-of-mx-host-silent": Row("host-silent.test", "route.mx-host-lookup-failed"),
    "zone-of-one-mx-host-silent": Row("one-silent.test", "route.mx-host-lookup-failed"),
    "zone-of-alias-silent": Row("www.alias-silent.test"),
    "dnssec-expired": Row("expired.test", "route.mx-lookup-failed"),
    "dnssec-expired-unchecked": Row("expired.test", dns=UNBOUND_TRUSTING),
    "dnssec-begins-later": Row("early.test"),
    "dnssec-ds-mismatch": Row("mismatch.test"),
    "dnssec-ds-but-unsigned": Row("unsigned.test"),
    "dnssec-signature-spoilt": Row("spoilt.test"),
    "dnssec-signature-spoilt-resolver-tells": Row("spoilt.test", dns=UNBOUND_TELLING),
    "dnssec-of-mx-host-expired": Row("host-expired.test"),
    "dnssec-of-one-mx-host-expired": Row("one-expired.test"),
}


class ZonesTest(name_world.RowsTest):
    @classmethod
    def setUpClass(cls):
        name_world.add_network()
        cls.names = name_world.Names(isolation.scratch("names"), ZONES)
        for number, reply in enumerate(ODDITIES.values(), 1):
            OddDns(f"{ODD}{number}", reply)
        cls.names.unbound(UNBOUND)
        cls.names.unbound(UNBOUND_TELLING, "ede: yes")
        cls.names.unbound(UNBOUND_TRUSTING, validating=False)
        # Unbound asks the good one first, or the dead one, by chance; and only the latter is seen.
        OddDns(SLOW, slow_about("half-dead.test", 1.3, passes_on(UNBOUND)))
        name_world.serve_mail()
        cls.probe_all(ROWS, ["--tls", "none", "--connect-timeout", "2", "--control", f"[{MAIL_2}]", "--no-trace"])

    @classmethod
    def tearDownClass(cls):
        cls.names.stop()


ZonesTest.add_tests(ROWS)

if __name__ == "__main__":
    program.main()

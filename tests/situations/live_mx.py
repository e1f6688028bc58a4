# SPDX-License-Identifier: Apache-2.0
"""MX records with every fault, published by Knot and looked up through Unbound."""
import subprocess

import situation  # noqa: F401

import isolation

isolation.enter()

import name_world  # noqa: E402
import program  # noqa: E402
from name_world import CLOSED, MAIL, MAIL_2, NETWORK, UNBOUND, Row, Zone  # noqa: E402

MAIL_6, CLOSED_6 = "2a05:5353::1", "2a05:5353::9"
PRIVATE, PRIVATE_CLOSED = "10.53.1.1", "10.53.1.9"

# Domains below mx.test, relative to it.
RECORDS = f"""\
mail A {MAIL}
mail2 A {MAIL_2}
dead A {CLOSED}
dead2 A {NETWORK}.1.8
one MX 10 mail
two MX 10 mail
two MX 20 mail2
backup-dead MX 10 mail
backup-dead MX 20 dead
preferred-dead MX 10 dead
preferred-dead MX 20 mail
all-dead MX 10 dead
all-dead MX 20 dead2
implicit A {MAIL}
implicit-dead A {CLOSED}
nothing TXT "neither mail nor address"
null MX 0 .
null-beside MX 0 .
null-beside MX 10 mail
null-preference MX 10 .
alias CNAME mail
to-alias MX 10 alias
chain CNAME alias
to-chain MX 10 chain
round CNAME about
about CNAME round
to-circle MX 10 round
gone CNAME nowhere.test.
to-gone MX 10 gone
www CNAME one
www-gone CNAME nowhere
www-circle CNAME round
text MX 10 {MAIL}.
text-in-zone MX 10 {MAIL}
missing MX 10 nowhere
missing-one MX 10 nowhere
missing-one MX 20 mail
addressless MX 10 nothing
local MX 10 localhost.
loop A 127.0.0.1
to-loopback MX 10 loop
link A 169.254.7.7
to-link-local MX 10 link
multi A 224.0.0.251
to-multicast MX 10 multi
zero A 0.0.0.0
to-unspecified MX 10 zero
inside A {PRIVATE}
to-private MX 10 inside
inside-dead A {PRIVATE_CLOSED}
to-private-dead MX 10 inside-dead
half A {MAIL}
half A {CLOSED}
to-half MX 10 half
six-dead A {MAIL}
six-dead AAAA {CLOSED_6}
to-six-dead MX 10 six-dead
four-dead A {CLOSED}
four-dead AAAA {MAIL_6}
to-four-dead MX 10 four-dead
six AAAA {MAIL_6}
to-six MX 10 six
twice MX 10 mail
twice MX 20 mail
other A {MAIL}
same-address MX 10 mail
same-address MX 20 other
under_score A {MAIL}
to-underscore MX 10 under_score
*.wild MX 10 mail
"""
RECORDS += "".join(f"dozens MX {number} host-with-a-rather-long-name-{number}\nhost-with-a-rather-long-name-{number} A {MAIL}\n"
                   for number in range(1, 31))
RECORDS += "".join(f"hundreds MX {number} another-host-with-a-rather-long-name-{number}\n"
                   f"another-host-with-a-rather-long-name-{number} A {MAIL}\n" for number in range(1, 121))

ZONES = {"mx.test": Zone(RECORDS),
         "doubled.test": Zone(f"@ MX 10 mx.doubled.test\nmx A {MAIL}\n"),
         "doubled-gone.test": Zone("@ MX 10 mx.doubled-gone.test\n")}

ROWS = {
    "mx-one": Row("one.mx.test"),
    "mx-two": Row("two.mx.test"),
    "mx-backup-dead": Row("backup-dead.mx.test"),
    "mx-preferred-dead": Row("preferred-dead.mx.test"),
    "mx-all-dead": Row("all-dead.mx.test"),
    "mx-none-but-address": Row("implicit.mx.test", "route.implicit-mx"),
    "mx-none-and-address-dead": Row("implicit-dead.mx.test", "route.implicit-mx"),
    "mx-none-and-no-address": Row("nothing.mx.test"),
    "mx-null": Row("null.mx.test"),
    "mx-null-beside-others": Row("null-beside.mx.test"),
    "mx-null-with-preference": Row("null-preference.mx.test", "route.null-mx"),
    "mx-is-alias": Row("to-alias.mx.test"),
    "mx-is-chain-of-aliases": Row("to-chain.mx.test"),
    "mx-is-circle-of-aliases": Row("to-circle.mx.test"),
    "mx-is-dangling-alias": Row("to-gone.mx.test"),
    "mx-of-aliased-domain": Row("www.mx.test", "route.domain-is-alias"),
    "mx-of-dangling-domain": Row("www-gone.mx.test"),
    "mx-of-circular-domain": Row("www-circle.mx.test"),
    "mx-is-address": Row("text.mx.test"),
    "mx-is-address-in-zone": Row("text-in-zone.mx.test", "route.mx-host-missing"),
    "mx-name-doubled": Row("doubled.test", "route.mx-host-missing"),
    "mx-name-doubled-and-missing": Row("doubled-gone.test", "route.mx-host-missing"),
    "mx-host-missing": Row("missing.mx.test"),
    "mx-one-host-missing": Row("missing-one.mx.test"),
    "mx-host-without-address": Row("addressless.mx.test"),
    "mx-localhost": Row("local.mx.test"),
    "mx-at-loopback": Row("to-loopback.mx.test"),
    "mx-at-link-local": Row("to-link-local.mx.test"),
    "mx-at-multicast": Row("to-multicast.mx.test"),
    "mx-at-unspecified": Row("to-unspecified.mx.test"),
    "mx-at-private": Row("to-private.mx.test", "route.address-private"),
    "mx-at-private-dead": Row("to-private-dead.mx.test"),
    "mx-one-address-of-two-dead": Row("to-half.mx.test"),
    "mx-ipv6-dead": Row("to-six-dead.mx.test"),
    "mx-ipv4-dead": Row("to-four-dead.mx.test"),
    "mx-ipv6-alone": Row("to-six.mx.test"),
    "mx-twice": Row("twice.mx.test", "route.mx-duplicate"),
    "mx-two-names-one-address": Row("same-address.mx.test", "route.address-duplicate"),
    "mx-with-underscore": Row("to-underscore.mx.test"),
    "mx-by-wildcard": Row("anything.wild.mx.test"),
    "mx-dozens": Row("dozens.mx.test"),
    "mx-hundreds": Row("hundreds.mx.test", "route.too-many-hosts"),
}


class MxTest(name_world.RowsTest):
    @classmethod
    def setUpClass(cls):
        name_world.add_network()
        for family, network in (("-4", "10.53.0.0/16"), ("-6", "2a05:5353::/32")):
            subprocess.run(["ip", family, "route", "add", "local", network, "dev", "lo"], check=True)
        cls.names = name_world.Names(isolation.scratch("names"), ZONES)
        cls.names.unbound(UNBOUND)
        with open("/proc/sys/net/ipv6/ip_nonlocal_bind", "w", encoding="ascii") as file:
            file.write("1")
        name_world.serve_mail(f"{PRIVATE}:25", f"[{MAIL_6}]:25")
        cls.probe_all(ROWS, ["--tls", "none", "--connect-timeout", "2", "--control", f"[{MAIL_2}]", "--no-trace"])

    @classmethod
    def tearDownClass(cls):
        cls.names.stop()


MxTest.add_tests(ROWS)

if __name__ == "__main__":
    program.main()

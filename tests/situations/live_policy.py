# SPDX-License-Identifier: Apache-2.0
"""What is not as it should be about a domain's SPF and DMARC records and its hosts' names, published by Knot,
resolved by Unbound, with Postfix as the mail host. Mail flows in nearly all of them: it is said, and does not alarm."""
import concurrent.futures
import subprocess

import situation

import isolation

isolation.enter()
isolation.leave_out("Knot, Unbound and Postfix")

import program  # noqa: E402
from certificates import Authority  # noqa: E402
from servers import postfix  # noqa: E402
from servers.names import Knot, Unbound  # noqa: E402

NETWORK = "5.251.1"  # nothing here can reach the real one
KNOT, UNBOUND = "127.0.0.53", "127.0.0.54"
GOOD, NO_PTR, WRONG_PTR, NO_NAME, OTHER_NAME = (f"{NETWORK}.{number}" for number in range(1, 6))
HELO = "probe.ci.test"

_GOOD_SPF, _GOOD_DMARC = ["v=spf1 mx -all"], ["v=DMARC1; p=reject; rua=mailto:dmarc@{name}.test"]


class Domain:
    """What is published of a domain, where it is not as usual, and the ids of the findings that must stand beside
    the leading one. `spf`, `dmarc`: None for no record; `to`: mailboxes, the first of which is asked about;
    `below`: the subdomain that is the target."""

    def __init__(self, *notes, spf=_GOOD_SPF, dmarc=_GOOD_DMARC, mx="MX 10 mx.ci.test.", more="", to=(), below="", dns=UNBOUND):
        self.notes = set(notes)
        self.spf, self.dmarc, self.mx, self.more = spf, dmarc, mx, more
        self.to, self.below, self.dns = to, below, dns

    def zone(self, name):
        """Lines of the zone `test.`, relative to it."""
        lines = [f"{name} {self.mx}"] if self.mx else []
        lines += [f"{name} TXT {_strings(text)}" for text in self.spf or ()]
        lines += [f"_dmarc.{name} TXT {_strings(text.format(name=name))}" for text in self.dmarc or ()]
        return "\n".join(lines + [self.more]) + "\n"


def _strings(text):
    return " ".join(f'"{text[at:at + 200]}"' for at in range(0, len(text), 200))


def _includes(count):
    return " ".join(f"include:i{number}.spf.test" for number in range(count))


SITUATIONS = {
    "policy-all-in-order": Domain("hygiene.single-mx"),
    "policy-no-records": Domain("spf.none", "dmarc.none", spf=None, dmarc=None),
    "spf-two-records": Domain(spf=["v=spf1 mx -all", "v=spf1 include:i1.spf.test ~all"]),
    "spf-typing-error": Domain(spf=["v=spf1 mx ipv4:5.251.1.9 -all"]),
    "spf-address-without-mechanism": Domain(spf=["v=spf1 mx 5.251.1.9 -all"]),
    "spf-error-in-include": Domain(spf=["v=spf1 mx include:broken.spf.test -all"]),
    "spf-eleven-lookups": Domain(spf=[f"v=spf1 mx {_includes(10)} -all"]),
    "spf-lookups-in-includes": Domain(spf=[f"v=spf1 {_includes(5)} include:many.spf.test -all"]),
    "spf-ten-lookups": Domain(spf=[f"v=spf1 {_includes(10)} -all"]),
    "spf-hosts-that-are-gone": Domain(spf=["v=spf1 a:gone1.ci.test a:gone2.ci.test mx:gone3.ci.test mx -all"]),
    "spf-include-of-nothing": Domain(spf=["v=spf1 mx include:gone.ci.test -all"]),
    "spf-redirect-to-nothing": Domain(spf=["v=spf1 redirect=gone.ci.test"]),
    "spf-includes-itself": Domain(spf=["v=spf1 include:loop.spf.test -all"]),
    "spf-everybody-may": Domain(spf=["v=spf1 mx +all"]),
    "spf-everybody-by-include": Domain(spf=["v=spf1 mx include:open.spf.test -all"]),
    "spf-mx-of-eleven-hosts": Domain(spf=["v=spf1 mx:crowd.spf.test -all"]),
    "spf-equals-for-colon": Domain(spf=["v=spf1 mx include=i1.spf.test -all"]),
    "spf-include-fails-for-now": Domain("spf.lookup-failed", spf=["v=spf1 mx include:spf.lame.example -all"]),
    "spf-by-macros": Domain(spf=["v=spf1 include:%{ir}.%{v}.%{d}.hosted.test exists:%{l}.users.test -all"]),
    "spf-untidy": Domain("spf.uses-ptr", "spf.behind-all", "spf.long-record",
                         spf=["v=spf1 ptr " + " ".join(f"ip4:5.251.9.{n}" for n in range(30)) + " -all a:mx.ci.test"]),
    "spf-without-end": Domain("spf.no-all", spf=["v=spf1 mx"]),
    "dmarc-two-records": Domain(dmarc=["v=DMARC1; p=reject", "v=DMARC1; p=none"]),
    "dmarc-without-policy": Domain("dmarc.no-reports", dmarc=["v=DMARC1; adkim=s"]),
    "dmarc-policy-misspelt": Domain("dmarc.no-reports", dmarc=["v=DMARC1; p=qurantine"]),
    "dmarc-untidy": Domain("dmarc.policy-late", "dmarc.malformed", "dmarc.report-address", "dmarc.part-only",
                           dmarc=["v=DMARC1; pct=20; p=reject; fo=7; rua=dmarc@ci.test, mailto:dmarc@{name}.test"]),
    "dmarc-of-the-organisation": Domain("dmarc.only-watching", mx="", spf=None, below="lists",
                                        dmarc=["v=DMARC1; p=none; rua=mailto:dmarc@{name}.test"],
                                        more="lists.dmarc-of-the-organisation MX 10 mx.ci.test.\n"
                                             'lists.dmarc-of-the-organisation TXT "v=spf1 mx -all"'),
    "dmarc-reports-without-consent": Domain("dmarc.report-without-consent",
                                            dmarc=["v=DMARC1; p=reject; rua=mailto:all@reports.test"]),
    "dmarc-reports-with-consent": Domain(dmarc=["v=DMARC1; p=reject; rua=mailto:all@reports.test"],
                                         more='dmarc-reports-with-consent.test._report._dmarc.reports TXT "v=DMARC1"'),
    "mx-without-ptr": Domain("hygiene.no-ptr", mx="MX 10 no-ptr.ci.test."),
    "mx-ptr-not-confirmed": Domain("hygiene.ptr-unconfirmed", mx="MX 10 wrong-ptr.ci.test."),
    "mx-banner-name-missing": Domain("hygiene.name-unresolved", mx="MX 10 no-name.ci.test."),
    "mx-banner-name-elsewhere": Domain("hygiene.name-elsewhere", mx="MX 10 other-name.ci.test."),
    "mx-not-to-be-cached": Domain("hygiene.ttl-zero", mx="0 MX 10 mx.ci.test."),
    # Many resolvers, Unbound too, shorten what is longer than a day.
    "mx-cached-for-a-week": Domain("hygiene.ttl-long", mx="604800 MX 10 mx.ci.test.", dns=KNOT),
    "postmaster-taken": Domain(to=("user", "postmaster")),
    "postmaster-refused": Domain(to=("user",)),
    "spf-broken-and-user-unknown": Domain("spf.several-records", to=("nobody",),
                                          spf=["v=spf1 mx -all", "v=spf1 ~all"]),
}

# What says nothing of the situation at hand: all of these domains have one host, without IPv6.
ORDINARY = {"ok.accepts", "ok.recipient-accepted", "hygiene.no-ipv6", "hygiene.single-mx"}

_HOSTS = f"""
mx.ci A {GOOD}
no-ptr.ci A {NO_PTR}
wrong-ptr.ci A {WRONG_PTR}
no-name.ci A {NO_NAME}
other-name.ci A {OTHER_NAME}
elsewhere.ci A {NETWORK}.99
probe.ci A {NETWORK}.200
ci TXT "v=spf1 -all"
broken.spf TXT "v=spf1 ip4:5.251.1 -all"
many.spf TXT "v=spf1 a:mx.ci.test mx:i1.spf.test a:elsewhere.ci.test a:probe.ci.test exists:mx.ci.test -all"
loop.spf TXT "v=spf1 include:back.spf.test -all"
back.spf TXT "v=spf1 include:loop.spf.test -all"
open.spf TXT "v=spf1 ip4:0.0.0.0/0 -all"
i1.spf MX 10 mx.ci.test.
""" + "".join(f'i{number}.spf TXT "v=spf1 ip4:5.251.2.{number} -all"\n' for number in range(10)) + \
    "".join(f"crowd.spf MX 10 h{number}.ci.test.\n" for number in range(11))

_POINTERS = f"""
1.1 PTR mx.ci.test.
3.1 PTR elsewhere.ci.test.
4.1 PTR no-name.ci.test.
5.1 PTR other-name.ci.test.
"""


class PolicySituations(situation.SituationTest):
    @classmethod
    def setUpClass(cls):
        subprocess.run(["ip", "address", "add", f"{NETWORK}.200/16", "dev", "lo"], check=True)
        zones = {"test.": _HOSTS + "".join(domain.zone(name) for name, domain in SITUATIONS.items()),
                 "251.5.in-addr.arpa.": _POINTERS}
        cls.knot = Knot(isolation.scratch("knot"), KNOT, zones)
        # Knot knows nothing of the last one, and refuses to answer for it.
        cls.unbound = Unbound(isolation.scratch("unbound"), UNBOUND, cls.knot, [*zones, "lame.example."])
        isolation.replace("/etc/resolv.conf", f"nameserver {UNBOUND}\n")
        authority = Authority(isolation.scratch("ca"))
        with_mail = [name for name, domain in SITUATIONS.items() if domain.to]
        cls.postfix = postfix.Postfix(
            isolation.scratch("postfix"), authority.issue(postfix.HOST),
            {f"{GOOD}:25": [], f"{NO_PTR}:25": ["myhostname=no-ptr.ci.test"],
             f"{WRONG_PTR}:25": ["myhostname=wrong-ptr.ci.test"], f"{NO_NAME}:25": ["myhostname=gone.ci.test"],
             f"{OTHER_NAME}:25": ["myhostname=elsewhere.ci.test"]},
            services=postfix.DELIVERY,
            settings="virtual_mailbox_domains = " + " ".join(f"{name}.test" for name in with_mail) + "\n"
                     "virtual_mailbox_maps = inline:{ " +
                     ", ".join(f"{user}@{name}.test=box" for name in with_mail for user in SITUATIONS[name].to
                               if user != "nobody") + " }\n")
        cls.trusted = authority.certificate
        # The verdict waits only briefly for what is asked here: no more at once than the machine keeps up with.
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            cls.done = dict(zip(SITUATIONS, pool.map(cls.look, SITUATIONS, SITUATIONS.values())))

    @classmethod
    def look(cls, name, domain):
        target = f"{domain.below}.{name}.test" if domain.below else f"{name}.test"
        if domain.to:
            target = f"{domain.to[0]}@{target}"
        return program.run(target, "--dns", domain.dns, "--helo", HELO, "--ca-file", cls.trusted, "--tls-name",
                           postfix.HOST, "--connect-timeout", "5s", "--format", "json")

    @classmethod
    def tearDownClass(cls):
        for server in (cls.postfix, cls.unbound, cls.knot):
            server.stop()

    def test_each_situation_is_told_as_its_row_says(self):
        for name, domain in SITUATIONS.items():
            with self.subTest(name):
                run = self.done[name]
                self.assertEqual(run.err, "", name)
                report = self.report(run)
                situation.check(self, name, report)
                beside = {finding["id"] for finding in report.json["findings"]} - {report.lead} - ORDINARY
                self.assertEqual(beside, domain.notes - ORDINARY, f"{name}\n{report}")


if __name__ == "__main__":
    situation.main()

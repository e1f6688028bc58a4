# SPDX-License-Identifier: Apache-2.0
"""Servers that refuse us for what we are: what they say is confirmed, or it is not so.

The servers look us up in one name server, the program in another, which is the truth as the world has it: so
that a server can be behind the times.
"""
import subprocess

import situation

import isolation

isolation.enter()
isolation.leave_out("Postfix, and addresses that are translated")

import correspondents  # noqa: E402
from certificates import Authority  # noqa: E402
from correspondents import DNS, HELO, SENDER, STRANGER, TO_USER, Scene  # noqa: E402
from servers import postfix  # noqa: E402
from servers.small_dns import SmallDns  # noqa: E402
from servers.small_smtp import SmallSmtp, converse  # noqa: E402

TRUTH = "127.0.1.53"
PRIVATE, PUBLIC = "10.0.0.5", "5.250.0.7"  # behind a router that translates; the second one has no reverse DNS
PRIVATE_TOO, PUBLIC_TOO = "10.0.0.6", "5.250.0.11"
DIALUP = "5.250.0.8"

# What the servers' resolver says, beside what the sender's own world has.
SERVERS_VIEW = {
    ("8.0.250.5.in-addr.arpa", "PTR"): ["5-250-0-8.dyn.provider.test"],
    ("5-250-0-8.dyn.provider.test", "A"): [DIALUP],
    # A list that still has us, and one that gives their resolver an error.
    ("1.0.250.5.bl.spamcop.net", "A"): ["127.0.0.2"],
    ("1.0.250.5.zen.spamhaus.org", "A"): ["127.255.255.254"],
    ("1.0.250.5.zen.spamhaus.org", "TXT"): ["Error: open resolver; https://check.spamhaus.org/returnc/pub/127.0.0.1/"],
    ("1.0.250.5.still.list.test", "A"): ["127.0.0.2"],
}
THE_TRUTH = {
    **correspondents._RECORDS,
    ("8.0.250.5.in-addr.arpa", "PTR"): ["5-250-0-8.dyn.provider.test"],
    ("5-250-0-8.dyn.provider.test", "A"): [DIALUP],
    ("11.0.250.5.in-addr.arpa", "PTR"): ["mail.nat.test"],
    ("mail.nat.test", "A"): [PUBLIC_TOO],
    ("nat.test", "MX"): ["10 mail.nat.test"],
    ("nat.test", "TXT"): ["v=spf1 mx -all"],
    ("_dmarc.nat.test", "TXT"): ["v=DMARC1; p=reject"],
    # Set an hour ago: the servers do not know yet.
    ("9.0.250.5.in-addr.arpa", "PTR"): ["new.sender.test"],
    ("new.sender.test", "A"): [STRANGER],
    ("new-domain.test", "MX"): ["10 new.sender.test"],
    ("1.0.250.5.still.list.test", "A"): ["127.0.0.2"],
    ("1.0.250.5.still.list.test", "TXT"): ["See https://list.test/?ip=5.250.0.1"],
}

_NO_PTR = ["smtpd_client_restrictions=reject_unknown_reverse_client_hostname"]
_BY_NAME = ["{ smtpd_client_restrictions = check_reverse_client_hostname_access "
            "regexp:{{/dyn/ 554 5.7.1 Dynamic address, use your provider's mail server}} }"]

# Name -> settings of the listener, and what the program is told beside its target.
SITUATIONS = {
    # What they say is so.
    "refused-for-now-without-reverse-name": (_NO_PTR, ("--source", "5.250.0.10")),
    "refused-behind-nat": (["unknown_client_reject_code=550", *_NO_PTR], ("--source", PRIVATE)),
    "refused-for-generic-name": (_BY_NAME, ("--source", DIALUP)),
    "refused-still-listed": (["smtpd_client_restrictions=reject_rbl_client,still.list.test"], ()),
    "refused-for-helo-localhost": (["smtpd_helo_restrictions=reject_non_fqdn_helo_hostname"], ("--helo", "localhost")),
    # It is not.
    "refused-reverse-name-is-there": (["unknown_client_reject_code=550", *_NO_PTR], ("--source", STRANGER)),
    "refused-listing-has-ended": (["smtpd_client_restrictions=reject_rbl_client,bl.spamcop.net"], ()),
    "refused-by-an-error-of-the-list": (["smtpd_client_restrictions=reject_rbl_client,zen.spamhaus.org"], ()),
    "refused-helo-is-right": (["smtpd_helo_restrictions=reject_unknown_helo_hostname",
                               "unknown_hostname_reject_code=550"],
                              ("--helo", "new.sender.test", "--source", STRANGER)),
    "refused-sender-domain-is-there": (["smtpd_sender_restrictions=reject_unknown_sender_domain",
                                        "unknown_address_reject_code=550"], ("--from", "x@new-domain.test")),
}

# Served by a small server, since no real one here says so: what it says to RCPT, and what the program is told.
SAID = {
    "refused-by-spf-rightly": (f"550 5.7.23 SPF check failed: {STRANGER} is not allowed to send for sender.test",
                               ("--source", STRANGER)),
    "refused-by-spf-wrongly": (f"550 5.7.23 SPF check failed: {SENDER} is not allowed to send for sender.test", ()),
    "refused-for-reputation": ("550 5.7.1 Mail from your IP address has a poor reputation and was rejected", ()),
}

LATE = "Thu, 01 Jan 2015 12:00:00 +0000"


class RefusedSituations(correspondents.CorrespondentTest):
    @classmethod
    def setUpClass(cls):
        cls.servers_dns = correspondents.settle(SERVERS_VIEW)
        cls.truth = SmallDns(TRUTH, {**cls.mail_hosts(), **THE_TRUTH})
        for address in (PRIVATE, PUBLIC, PRIVATE_TOO, PUBLIC_TOO, DIALUP, STRANGER, "5.250.0.10"):
            subprocess.run(["ip", "address", "add", f"{address}/32", "dev", "lo"], check=True)
        subprocess.run(["nft", "-f", "-"], text=True, check=True,
                       input="table ip t {\nchain out {\ntype nat hook postrouting priority 100;\n"
                             f"ip saddr {PRIVATE} snat to {PUBLIC}\nip saddr {PRIVATE_TOO} snat to {PUBLIC_TOO}\n}}\n}}\n")
        authority = Authority(isolation.scratch("ca"))
        chain = authority.issue(postfix.HOST)
        addresses = {name: f"5.250.1.{number}" for number, name in enumerate(SITUATIONS, 1)}
        cls.server = postfix.Postfix(
            isolation.scratch("postfix"), chain,
            {f"{addresses[name]}:25": settings for name, (settings, _) in SITUATIONS.items()})
        scenes = [Scene(name, f"[{addresses[name]}]", *TO_USER, *told) for name, (_, told) in SITUATIONS.items()]
        for number, (name, (said, told)) in enumerate(SAID.items(), 1):
            SmallSmtp(f"5.250.2.{number}:25", serve=lambda talk, said=said: converse(talk, rcpt=said))
            scenes.append(Scene(name, f"[5.250.2.{number}]", *TO_USER, *told))
        for number in (1, 2):
            SmallSmtp(f"5.250.3.{number}:25",
                      chain=chain, serve=lambda talk: converse(talk, greeting=f"220 mx ESMTP Exim 4.96 {LATE}"))
        scenes.append(Scene("clock-wrong", "clocks.test"))
        cls.look_at(scenes, dns=TRUTH, ca_file=authority.certificate, tls_name=postfix.HOST, timeout="5s")

    @staticmethod
    def mail_hosts():
        hosts = {(f"{number}.{network}.250.5.in-addr.arpa", "PTR"): [f"mx{number}.{network}.ci.test"]
                 for network in (1, 2) for number in range(1, 20)}
        return {**hosts, ("clocks.test", "MX"): ["10 one.clocks.test", "20 two.clocks.test"],
                ("one.clocks.test", "A"): ["5.250.3.1"], ("two.clocks.test", "A"): ["5.250.3.2"]}

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def test_each_situation_is_told_as_its_row_says(self):
        self.all_told()

    def test_behind_nat_a_server_tells_the_public_address(self):
        def tells(talk):
            talk.say("220 mx.control.test ESMTP")
            while (line := talk.hear()) and line.startswith("EHLO"):
                talk.say(f"250 mx.control.test Hello {line[5:]} [{talk.peer}]")
            talk.say("221 2.0.0 Bye")
        control = SmallSmtp("5.250.3.9:25", serve=tells)
        self.addCleanup(control.stop)
        self.situation("self-behind-nat-told", "self", "--source", PRIVATE_TOO, "--dns", TRUTH,
                       "--helo", "mail.nat.test", "--as", "nat.test", "--control", "[5.250.3.9]")


if __name__ == "__main__":
    situation.main()

# SPDX-License-Identifier: Apache-2.0
"""Domains with two mail hosts that do not say the same."""
import situation

import isolation

isolation.enter()
isolation.leave_out("Postfix")

import correspondents  # noqa: E402
from certificates import Authority  # noqa: E402
from correspondents import Scene  # noqa: E402
from servers import postfix  # noqa: E402
from servers.postgrey import Postgrey  # noqa: E402
from servers.small_smtp import SmallSmtp  # noqa: E402

TAKES = []
DEAD = None  # nothing listens
GREYLISTS = ["smtpd_recipient_restrictions=check_policy_service,inet:127.0.0.1:10023"]
UNKNOWN = ["local_recipient_maps=inline:{postmaster=1}"]
LISTS_US = ["smtpd_client_restrictions=reject_rbl_client,listed.test"]
FULL = ["{ smtpd_recipient_restrictions = check_recipient_access static:{452 4.2.2 Mailbox full} }"]
FILTERED = ["smtpd_milters=unix:/nonexistent/milter", "milter_default_action=reject"]
BLOCKS_US = ["smtpd_delay_reject=no", "smtpd_client_restrictions=check_client_access,inline:{5.250.0.1=REJECT}"]
CLOSES = "421 4.3.2 Service shutting down"  # of a small server of our own: a real one says it for a moment only


# Name -> the preferred host, the other one.
SITUATIONS = {
    "both-hosts-take": (TAKES, TAKES),
    "preferred-shuts-down": (CLOSES, TAKES),
    "preferred-refuses-at-greeting": (FILTERED, TAKES),
    "preferred-blocks-us": (BLOCKS_US, TAKES),
    "preferred-greylists": (GREYLISTS, TAKES),
    "preferred-dead-backup-greylists": (DEAD, GREYLISTS),
    "both-hosts-greylist": (GREYLISTS, GREYLISTS),
    "preferred-knows-no-user": (UNKNOWN, TAKES),
    "backup-knows-no-user": (TAKES, UNKNOWN),
    "mailbox-full-at-both-hosts": (FULL, FULL),
    "both-hosts-list-us": (LISTS_US, LISTS_US),
    "backup-lists-us": (TAKES, LISTS_US),
    "both-hosts-dead": (DEAD, DEAD),
    "both-hosts-shut-down": (CLOSES, CLOSES),
    "mx-knows-not-the-domain": (TAKES, TAKES),
}
STRANGE = "mx-knows-not-the-domain"  # the hosts were never told of it


class SeveralHosts(correspondents.CorrespondentTest):
    @classmethod
    def setUpClass(cls):
        records, listeners, closing = {(postfix.HOST, "A"): ["5.250.2.1"]}, {}, []
        for number, (name, hosts) in enumerate(SITUATIONS.items(), 1):
            domain = f"{name}.test"
            records[domain, "MX"] = [f"10 mx1.{domain}", f"20 mx2.{domain}"]
            records[domain, "TXT"] = ["v=spf1 mx -all"]
            records[f"_dmarc.{domain}", "TXT"] = [f"v=DMARC1; p=reject; rua=mailto:postmaster@{domain}"]
            for place, settings in enumerate(hosts, 1):
                host, network = f"mx{place}.{domain}", place + 1
                records[host, "A"] = [f"5.250.{network}.{number}"]
                records[f"{number}.{network}.250.5.in-addr.arpa", "PTR"] = [host]
                if settings is CLOSES:
                    closing.append(f"5.250.{network}.{number}:25")
                elif settings is not DEAD:
                    listeners[f"5.250.{network}.{number}:25"] = settings
        correspondents.settle(records)
        authority = Authority(isolation.scratch("ca"))
        cls.postgrey = Postgrey(isolation.scratch("postgrey"), 10023)
        cls.server = postfix.Postfix(
            isolation.scratch("postfix"), authority.issue(postfix.HOST), listeners,
            settings="mydestination = " + " ".join(f"{name}.test" for name in SITUATIONS if name != STRANGE) + "\n")
        cls.closing = SmallSmtp(*closing, serve=lambda conversation: conversation.say(CLOSES))
        cls.look_at([Scene(name, f"user@{name}.test") for name in SITUATIONS],
                    ca_file=authority.certificate, tls_name=postfix.HOST)

    @classmethod
    def tearDownClass(cls):
        cls.closing.stop()
        cls.server.stop()
        cls.postgrey.stop()

    def test_each_situation_is_told_as_its_row_says(self):
        self.all_told()


if __name__ == "__main__":
    situation.main()

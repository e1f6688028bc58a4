# SPDX-License-Identifier: Apache-2.0
"""Postfix refusing in all the ways that admins meet, and with parts of it broken."""
import socket

import situation

import isolation

isolation.enter()
isolation.leave_out("Postfix")

import correspondents  # noqa: E402
from certificates import Authority  # noqa: E402
from correspondents import STRANGER, TO_USER, Scene  # noqa: E402
from servers import postfix  # noqa: E402
from servers.postfix import Postscreen  # noqa: E402

# Name -> settings of the listener, and what the program is told beside its target.
SITUATIONS = {
    "postfix-accepts": ([], TO_USER),
    # The recipient.
    "user-unknown": ([], ("--to", "nobody@ci.test")),
    "relay-denied": ([], ("--to", "someone@elsewhere.test")),
    "mailbox-full-for-now": ("rcpt: 452 4.2.2 Mailbox full", TO_USER),
    "mailbox-full-for-good": ("rcpt: 552 5.2.2 Mailbox is over its quota", TO_USER),
    "mailbox-disabled": ("rcpt: 550 5.2.1 This account has been disabled", TO_USER),
    "mailbox-moved": ("rcpt: 551 5.1.6 User has moved; please try user@new.test", TO_USER),
    "one-recipient-unknown": ([], (*TO_USER, "--to", "nobody@ci.test")),
    # The sender.
    "sender-domain-unknown": (["smtpd_sender_restrictions=reject_unknown_sender_domain",
                               "unknown_address_reject_code=550"], (*TO_USER, "--from", "x@no-such-domain.test")),
    "sender-not-qualified": (["smtpd_sender_restrictions=reject_non_fqdn_sender"],
                             (*TO_USER, "--from", "root@laptop")),
    "sender-callout-failed": (["smtpd_sender_restrictions=reject_unverified_sender"],
                              (*TO_USER, "--from", "bounces@dead-end.test", "--timeout", "30s")),
    "sender-spf-refused": ("rcpt: 550 5.7.23 Message rejected due to: SPF fail - not authorized. Please see "
                           "http://www.openspf.net/Why?s=mfrom;id=x@elsewhere.test;ip=5.250.0.1",
                           (*TO_USER, "--from", "x@elsewhere.test")),
    "null-sender-refused": (["smtpd_sender_restrictions=check_sender_access,inline:{{<>=REJECT}}"],
                            (*TO_USER, "--from", "")),
    "null-sender-refused-at-mail": (["smtpd_delay_reject=no",
                                     "smtpd_sender_restrictions=check_sender_access,inline:{{<>=REJECT}}"],
                                    (*TO_USER, "--from", "")),
    "policy-at-mail": ("mail: 554 5.7.1 Not accepted for policy reasons", TO_USER),
    # The client.
    "helo-not-qualified": (["smtpd_delay_reject=no", "smtpd_helo_restrictions=reject_non_fqdn_helo_hostname"],
                           (*TO_USER, "--helo", "laptop")),
    "helo-unknown": (["smtpd_helo_restrictions=reject_unknown_helo_hostname", "unknown_hostname_reject_code=550"],
                     (*TO_USER, "--helo", "no-such-host.sender.test")),
    "client-refused-at-connect": (["smtpd_delay_reject=no",
                                   "smtpd_client_restrictions=check_client_access,inline:{5.250.0.1=REJECT}"],
                                  TO_USER),
    "client-refused-at-rcpt": (["smtpd_client_restrictions=check_client_access,inline:{5.250.0.1=REJECT}"], TO_USER),
    "client-without-reverse-name": (["smtpd_client_restrictions=reject_unknown_reverse_client_hostname",
                                     "unknown_client_reject_code=550"], (*TO_USER, "--source", STRANGER)),
    "client-listed": (["smtpd_client_restrictions=reject_rbl_client,listed.test"], TO_USER),
    "client-named-in-policy": ("rcpt: 550 5.7.1 Against our policy for 5.250.0.1", TO_USER),
    "policy-at-rcpt-for-all": ("rcpt: 554 5.7.1 Not accepted for policy reasons",
                               (*TO_USER, "--to", "postmaster@ci.test")),
    "postscreen-listed": (Postscreen(["postscreen_dnsbl_sites=listed.test", "postscreen_dnsbl_action=enforce"]),
                          TO_USER),
    "postscreen-denied": (Postscreen(["{ postscreen_access_list = cidr:{{5.250.0.0/16 reject}} }",
                                      "postscreen_denylist_action=drop"]), TO_USER),
    "postscreen-passed": (Postscreen(), TO_USER),
    # Limits.
    "too-many-errors": (["smtpd_hard_error_limit=2"], ("--to", "a@ci.test", "--to", "b@ci.test", "--to", "c@ci.test")),
    "too-many-recipients": (["smtpd_recipient_limit=2", "smtpd_recipient_overshoot_limit=1"],
                            (*TO_USER, "--to", "postmaster@ci.test", "--to", "user+a@ci.test")),
    "connection-count-limit": (["smtpd_client_connection_count_limit=1"], TO_USER),
    "connection-rate-limit": (["smtpd_client_connection_rate_limit=1"], TO_USER),
    "recipient-rate-limit": (["smtpd_client_recipient_rate_limit=1"], TO_USER),
    # What is broken.
    "filter-down-defers": (["smtpd_milters=unix:/nonexistent/milter", "milter_default_action=tempfail"], TO_USER),
    "filter-down-refuses": (["smtpd_milters=unix:/nonexistent/milter", "milter_default_action=reject"], TO_USER),
    "sasl-socket-missing": (["smtpd_sasl_auth_enable=yes", "smtpd_sasl_type=dovecot",
                             "smtpd_sasl_path=private/no-such-socket"], TO_USER),
    "lookup-table-missing": (["local_recipient_maps=hash:/nonexistent/map"], TO_USER),
    "policy-service-down": (["smtpd_recipient_restrictions=check_policy_service,unix:private/nothing"], TO_USER),
    "disk-full": (["queue_minfree=9000000000000000"], TO_USER),
    "server-puts-all-off": ("mail: 451 4.3.0 Temporary server error", TO_USER),
}

RECORDS = {
    # Its mail server is switched off.
    ("dead-end.test", "MX"): ["10 mail.dead-end.test"],
    ("dead-end.test", "TXT"): ["v=spf1 ip4:5.250.0.1 -all"],
    ("mail.dead-end.test", "A"): ["5.250.3.3"],
    # Sends from other addresses than ours.
    ("elsewhere.test", "MX"): ["10 mail.dead-end.test"],
    ("elsewhere.test", "TXT"): ["v=spf1 ip4:5.250.3.3 -all"],
}

# At these somebody of ours was just before us, and has left or is still there.
# Who came before, and what became of that. Where a process dies at its start, Postfix starts no other one for a minute.
BEFORE_US = {"connection-count-limit": "stays", "connection-rate-limit": "left", "recipient-rate-limit": "left",
             "sasl-socket-missing": "is hung up on"}


def settings_of(name, wanted):
    """`STEP: TEXT` stands for an access table that says so."""
    if isinstance(wanted, Postscreen):
        return Postscreen([f"postscreen_cache_map=btree:$data_directory/cache-{name}", *wanted])
    if isinstance(wanted, list):
        return wanted
    step, text = wanted.split(": ", 1)
    if step == "mail":
        return ["smtpd_delay_reject=no", f"{{ smtpd_sender_restrictions = check_sender_access static:{{{text}}} }}"]
    return [f"{{ smtpd_recipient_restrictions = check_recipient_access static:{{{text}}} }}"]


class PostfixSituations(correspondents.CorrespondentTest):
    @classmethod
    def setUpClass(cls):
        correspondents.settle(RECORDS)
        authority = Authority(isolation.scratch("ca"))
        addresses = {name: f"5.250.1.{number}" for number, name in enumerate(SITUATIONS, 1)}
        listeners = {f"{addresses[name]}:25": settings_of(name, wanted) for name, (wanted, _) in SITUATIONS.items()}
        cls.server = postfix.Postfix(
            isolation.scratch("postfix"), authority.issue(postfix.HOST), listeners, services=_VERIFY + postfix.DELIVERY,
            settings="smtpd_client_event_limit_exceptions =\naddress_verify_default_transport = smtp\n"
                     "address_verify_map =\nservice_throttle_time = 60s\n")
        before_us = [cls.be_there_first(addresses[name], then) for name, then in BEFORE_US.items()]
        cls.look_at([Scene(name, f"[{addresses[name]}]", *told) for name, (_, told) in SITUATIONS.items()],
                    ca_file=authority.certificate, tls_name=postfix.HOST, timeout="3s")
        for connection in before_us:
            connection.close()

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    @staticmethod
    def be_there_first(address, then):
        """A conversation of ours, as another program on this machine would hold it, as far as it is let."""
        connection = socket.create_connection((address, 25))
        with connection.makefile("rwb", 0) as lines:
            for command in ("HELO probe.sender.test", "MAIL FROM:<>", "RCPT TO:<user@ci.test>", "QUIT"):
                if not lines.readline().startswith(b"2") or (command == "QUIT" and then == "stays"):
                    break
                lines.write(command.encode() + b"\r\n")
        return connection

    def test_each_situation_is_told_as_its_row_says(self):
        self.all_told()


_VERIFY = "verify unix - - n - 1 verify\n"

if __name__ == "__main__":
    situation.main()

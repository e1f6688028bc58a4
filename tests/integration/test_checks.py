# SPDX-License-Identifier: Apache-2.0
"""--check against real servers: what is asked, what is found, and that no message goes out."""
import subprocess

import isolation

isolation.enter()
isolation.leave_out("Postfix and Exim")

import program  # noqa: E402
from certificates import Authority  # noqa: E402
from servers import exim, postfix  # noqa: E402
from servers.small_smtp import SmallSmtp  # noqa: E402

# Addresses that the world could have: who asks from 127.0.0.1 is a neighbour.
US, OPEN = "11.0.0.1", "11.0.0.2"
CLOSED, NO_VRFY, CATCH_ALL, ENFORCED, NO_BOUNCES = "127.0.11.1", "127.0.11.2", "127.0.11.3", "127.0.11.4", "127.0.11.5"
NEIGHBOURLY, NOBODY, EXIM, SMALL = "127.0.11.6", "127.0.11.7", "127.0.11.8", "127.0.11.9"
RELAYS = ["mynetworks=0.0.0.0/0", "smtpd_relay_restrictions=permit_mynetworks,reject_unauth_destination"]


class ChecksTest(program.ProbeTest):
    @classmethod
    def setUpClass(cls):
        for address in (US, OPEN):
            subprocess.run(["ip", "address", "add", f"{address}/32", "dev", "lo"], check=True)
        authority = Authority(isolation.scratch("ca"))
        cls.ca = authority.certificate
        cls.server = postfix.Postfix(isolation.scratch("postfix"), authority.issue(postfix.HOST), {
            f"{OPEN}:25": RELAYS,
            f"{NEIGHBOURLY}:25": RELAYS,
            f"{CLOSED}:25": [],
            f"{NO_VRFY}:25": ["disable_vrfy_command=yes"],
            f"{CATCH_ALL}:25": ["local_recipient_maps="],
            f"{ENFORCED}:587": ["smtpd_tls_security_level=encrypt"],
            f"{NO_BOUNCES}:25": ["smtpd_sender_restrictions=check_sender_access,inline:{<>=REJECT}"],
            f"{NOBODY}:25": ["smtpd_recipient_restrictions=check_recipient_access,inline:{postmaster@ci.test=REJECT}"],
        })
        cls.exim = exim.Exim(isolation.scratch("exim"), program.UNPACKED, authority.issue(exim.HOST), EXIM)
        cls.small = SmallSmtp(f"{SMALL}:25")

    @classmethod
    def tearDownClass(cls):
        log = cls.server.log()
        cls.server.stop()
        cls.exim.stop()
        cls.small.stop()
        assert "status=" not in log and "message-id=" not in log, log

    def check(self, address, *checks, port=25, arguments=()):
        report = self.probe(f"[{address}]:{port}", "--ca-file", self.ca, "--tls-name", postfix.HOST,
                            *(word for check in checks for word in ("--check", check)), *arguments)
        for session in self.experiments(report):
            said = [event["text"] for event in session["transcript"] if event["event"] == "sent"]
            self.assertFalse([line for line in said if line.split()[0] in ("DATA", "BDAT")], report)
            self.assertEqual(said[-1], "QUIT", report)
        return report

    def experiments(self, report):
        return [experiment["session"] for experiment in report.experiments if "session" in experiment]

    def finding(self, report, identifier):
        self.assert_found(report, identifier)
        return next(finding for finding in report.findings if finding["id"] == identifier)

    def test_an_open_relay_is_a_problem_found_with_the_first_envelope(self):
        report = self.check(OPEN, "relay", arguments=["--source", US])
        self.assertEqual((report.status, report.lead), (2, "check.relay-open"), report)
        self.assertEqual(len(self.experiments(report)), 1)
        self.assertIn("relay", report.headline)

    def test_who_relays_for_its_neighbours_may_be_right(self):
        self.assertEqual(self.finding(self.check(NEIGHBOURLY, "relay"), "check.relay-for-us")["severity"], "warning")

    def test_a_closed_server_refuses_all_forms(self):
        report = self.check(CLOSED, "relay")
        self.assertEqual(report.status, 0 if "tls.chain-untrusted" not in report.ids else 1, report)
        found = self.finding(report, "check.relay-closed")
        self.assertEqual((found["severity"], found["confidence"]), ("note", "sure"))
        self.assertIn("16 envelopes refused", found["seen"])
        self.assertEqual(len(self.experiments(report)), 6)

    def test_exim_refuses_all_forms(self):
        report = self.check(EXIM, "relay")
        self.assertNotIn("check.relay-open", report.ids)
        self.assertNotIn("check.relay-perhaps", report.ids)
        self.assert_found(report, "check.relay-closed")

    def test_the_user_may_give_an_address_of_his_own_to_relay_to(self):
        report = self.check(CLOSED, "relay", arguments=["--from", "me@home.example"])
        self.assertIn("RCPT TO:<me@home.example>", self.finding(report, "check.relay-closed")["seen"])

    def test_vrfy_tells_of_mailboxes_unless_it_is_off(self):
        self.assertEqual(self.finding(self.check(CLOSED, "vrfy"), "check.vrfy-tells")["severity"], "warning")
        self.assertEqual(self.finding(self.check(NO_VRFY, "vrfy"), "check.vrfy-silent")["severity"], "note")
        self.assert_found(self.check(EXIM, "vrfy"), "check.vrfy-silent")

    def test_a_catch_all_is_told_from_a_server_that_knows_its_users(self):
        to = ["--to", "user@ci.test"]
        self.assertEqual(self.finding(self.check(CATCH_ALL, "catch-all", arguments=to), "check.catch-all")["severity"],
                         "warning")
        self.assertEqual(self.finding(self.check(CLOSED, "catch-all", arguments=to), "check.no-catch-all")["severity"],
                         "note")

    def test_postmaster_and_abuse(self):
        report = self.check(CLOSED, "postmaster", arguments=["--to", "user@ci.test"])
        self.assertIn("<postmaster@ci.test>: 250", self.finding(report, "check.postmaster-taken")["seen"])
        self.assert_found(report, "check.abuse-refused")
        report = self.check(NOBODY, "postmaster", arguments=["--to", "user@ci.test"])
        self.assert_found(report, "check.postmaster-refused", "check.abuse-refused")

    def test_the_null_sender(self):
        to = ["--to", "user@ci.test", "--from", "me@ci.test"]
        self.assertEqual(self.finding(self.check(NO_BOUNCES, "null-sender", arguments=to),
                                      "check.null-sender-refused")["severity"], "problem")
        self.assert_found(self.check(CLOSED, "null-sender", arguments=to), "check.null-sender-taken")

    def test_starttls_enforced_or_not(self):
        self.assert_found(self.check(ENFORCED, "starttls-enforced", port=587), "check.starttls-enforced")
        self.assertEqual(self.finding(self.check(CLOSED, "starttls-enforced"), "check.mail-without-starttls")["severity"],
                         "note")
        self.assert_found(self.check(SMALL, "starttls-enforced"), "check.no-starttls")

    def test_a_size_limit_that_is_kept_and_one_that_is_not(self):
        self.assertIn("552 5.3.4", self.finding(self.check(CLOSED, "size"), "check.size-kept")["seen"])
        self.assert_found(self.check(EXIM, "size"), "check.size-kept")
        self.assertEqual(self.finding(self.check(SMALL, "size"), "check.size-ignored")["severity"], "warning")

    def test_all_that_is_safe_at_once_and_nothing_else(self):
        report = self.check(CLOSED, "all-safe", arguments=["--to", "user@ci.test"])
        asked = {experiment["purpose"] for experiment in report.experiments if "session" in experiment}
        self.assertEqual(asked & {"check-relay", "check-vrfy", "check-smuggling"}, set())
        self.assertEqual({name for name in asked if name.startswith("check-")},
                         {"check-catch-all", "check-postmaster", "check-null-sender", "check-starttls", "check-size"})

    def test_checks_are_made_though_experiments_are_not(self):
        self.assert_found(self.check(CLOSED, "size", arguments=["--no-experiments"]), "check.size-kept")

    def test_bad_usage_is_one_line(self):
        before = self.small.connections
        for words, says in ((("--check", "everything"), "is no check; say relay"),
                            (("--check", "catch-all"), "names none; add --to")):
            done = program.run(f"[{SMALL}]", *words)
            self.assertEqual((done.status, done.out, done.err.count("\n")), (3, "", 1), done.err)
            self.assertIn(says, done.err)
        self.assertEqual(self.small.connections, before)


if __name__ == "__main__":
    program.main()

# SPDX-License-Identifier: Apache-2.0
"""Logins at Postfix with Dovecot SASL, and at Dovecot's own submission server: passwords and tokens."""
import isolation

isolation.enter()
isolation.leave_out("Postfix with Dovecot SASL")

import program  # noqa: E402
from certificates import Authority  # noqa: E402
from login import LoginTest  # noqa: E402
from servers import dovecot_auth, postfix  # noqa: E402
from servers.dovecot_auth import PASSWORD, USER  # noqa: E402

SUBMISSION, POSTFIX, RELAY, BROKEN, BEHIND = "127.0.13.1", "127.0.13.2", "127.0.13.3", "127.0.13.4", "127.0.13.5"
MECHANISMS = "PLAIN LOGIN CRAM-MD5 DIGEST-MD5 SCRAM-SHA-1 SCRAM-SHA-256".split()
BEARERS = ("XOAUTH2", "OAUTHBEARER")
SERVERS = (f"[{POSTFIX}]:587", f"[{SUBMISSION}]:587")


class DovecotTest(LoginTest):
    host = postfix.HOST

    @classmethod
    def setUpClass(cls):
        authority = Authority(isolation.scratch("ca"))
        cls.ca = authority.certificate
        chain = authority.issue(postfix.HOST)
        cls.dovecot = dovecot_auth.DovecotAuth(isolation.scratch("dovecot"), chain, SUBMISSION, RELAY)
        cls.broken = dovecot_auth.DovecotAuth(isolation.scratch("broken"), chain, BROKEN, RELAY, broken=True)
        cls.server = postfix.Postfix(isolation.scratch("postfix"), chain, {
            f"{POSTFIX}:587": cls.dovecot.settings() + ["smtpd_tls_auth_only=yes"],
            f"{BEHIND}:587": cls.broken.settings(),
            f"{RELAY}:25": [],
        })

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()
        cls.dovecot.stop()
        cls.broken.stop()

    def test_each_mechanism_logs_in_with_the_right_password(self):
        for place in SERVERS:
            for mechanism in MECHANISMS:
                with self.subTest(f"{place} {mechanism}"):
                    self.assert_logs_in(self.login(place, mechanism, USER, PASSWORD))

    def test_each_mechanism_is_refused_with_a_wrong_password(self):
        for place in SERVERS:
            for mechanism in MECHANISMS:
                with self.subTest(f"{place} {mechanism}"):
                    self.assert_refused(self.login(place, mechanism, USER, "another word"), "535")

    def test_a_token_logs_in(self):
        for place in SERVERS:
            for mechanism in BEARERS:
                with self.subTest(f"{place} {mechanism}"):
                    self.assert_logs_in(self.login(place, mechanism, USER, dovecot_auth.token()))

    def test_a_token_that_has_run_out_is_told_from_a_wrong_password(self):
        for place in SERVERS:
            for mechanism in BEARERS:
                with self.subTest(f"{place} {mechanism}"):
                    report = self.login(place, mechanism, USER, dovecot_auth.token(lasts=-5))
                    self.assert_refused(report, "535", "auth.token-refused")

    def test_a_database_that_is_gone_is_told_by_dovecot_itself(self):
        report = self.login(f"[{BROKEN}]:587", "PLAIN", USER, PASSWORD)
        self.assert_refused(report, "454", "words.login-service-down")
        self.assertEqual((report.verdict, report.findings[0]["retry"]), ("defers", "later"), report)

    def test_postfix_in_front_of_it_does_not_say_so_and_neither_do_we(self):
        gone = self.login(f"[{BEHIND}]:587", "PLAIN", USER, PASSWORD)
        wrong = self.login(f"[{POSTFIX}]:587", "PLAIN", USER, "another word")
        self.assertEqual(self.auth(gone), self.auth(wrong))
        for report in (gone, wrong):
            self.assert_refused(report, "535", "vendor.postfix.dovecot-login")
            self.assertEqual(report.findings[0]["confidence"], "likely", report)

    def test_all_mechanisms_are_tried_and_the_tokens_fail_with_a_password(self):
        report = self.login(SERVERS[0], None, USER, PASSWORD)
        works = next(finding for finding in report.findings if finding["id"] == "auth.mechanisms-work")["seen"]
        self.assertEqual(sorted(works.split(", ")), sorted(MECHANISMS), report)


if __name__ == "__main__":
    program.main()

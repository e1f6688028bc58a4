# SPDX-License-Identifier: Apache-2.0
"""Logins at Postfix with Cyrus SASL, by every mechanism that it has."""
import isolation

isolation.enter()
isolation.leave_out("Postfix with Cyrus SASL")

import program  # noqa: E402
from certificates import Authority  # noqa: E402
from login import LoginTest  # noqa: E402
from servers import cyrus, postfix  # noqa: E402

ADDRESS = "127.0.12.1"
GOOD, IN_CLEAR, BROKEN = (f"[{ADDRESS}]:{port}" for port in (587, 25, 2525))
MECHANISMS = "PLAIN LOGIN CRAM-MD5 DIGEST-MD5 SCRAM-SHA-1 SCRAM-SHA-256 NTLM".split()


class CyrusTest(LoginTest):
    host = postfix.HOST

    @classmethod
    def setUpClass(cls):
        authority = Authority(isolation.scratch("ca"))
        cls.ca = authority.certificate
        accounts = cyrus.CyrusAccounts(isolation.scratch("cyrus"), " ".join(MECHANISMS))
        cls.server = postfix.Postfix(isolation.scratch("postfix"), authority.issue(postfix.HOST), {
            f"{ADDRESS}:587": accounts.settings() + ["smtpd_tls_auth_only=yes"],
            f"{ADDRESS}:25": accounts.settings(),
            f"{ADDRESS}:2525": accounts.settings(broken=True),
        }, files=accounts.files)

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def test_each_mechanism_logs_in_with_the_right_password(self):
        for mechanism in MECHANISMS:
            with self.subTest(mechanism):
                report = self.login(GOOD, mechanism, f"{cyrus.USER}@{cyrus.REALM}", cyrus.PASSWORD)
                self.assert_logs_in(report)
                self.assertIn(f"AUTH {mechanism}", report.text)

    def test_each_mechanism_is_refused_with_a_wrong_password(self):
        for mechanism in MECHANISMS:
            with self.subTest(mechanism):
                report = self.login(GOOD, mechanism, f"{cyrus.USER}@{cyrus.REALM}", "another word")
                self.assert_refused(report, "535")
                self.assertEqual(report.verdict, "refuses", report)
                self.assertEqual(report.findings[0]["who"], "you-setup", report)

    def test_an_unknown_user_is_refused(self):
        self.assert_refused(self.login(GOOD, "PLAIN", "nobody@ci.test", "another word"), "535")

    def test_the_strongest_comes_first_and_relaying_is_open_behind_it(self):
        report = self.login(GOOD, "any", f"{cyrus.USER}@{cyrus.REALM}", cyrus.PASSWORD, "--to", "someone@elsewhere.example")
        self.assert_logs_in(report)
        self.assertIn("AUTH SCRAM-SHA-256", report.text)
        self.assertEqual(report.replies("rcpt"), [250], report)

    def test_all_mechanisms_are_tried_one_by_one(self):
        report = self.login(GOOD, None, f"{cyrus.USER}@{cyrus.REALM}", cyrus.PASSWORD)
        self.assert_found(report, "auth.mechanisms-work")
        works = next(finding for finding in report.findings if finding["id"] == "auth.mechanisms-work")["seen"]
        self.assertEqual(sorted(works.split(", ")), sorted(MECHANISMS), report)

    def test_a_password_is_kept_back_without_tls(self):
        report = self.login(IN_CLEAR, "PLAIN", f"{cyrus.USER}@{cyrus.REALM}", cyrus.PASSWORD, "--tls", "none")
        self.assertEqual((report.status, report.verdict, report.lead), (3, "inconclusive", "auth.kept-back"), report)
        self.assertEqual(self.auth(report), "")
        self.assert_found(report, "smtp.auth-in-clear")

    def test_a_password_goes_in_the_clear_only_where_that_is_asked_for(self):
        report = self.login(IN_CLEAR, "PLAIN", f"{cyrus.USER}@{cyrus.REALM}", cyrus.PASSWORD, "--tls", "none",
                            "--auth-insecure")
        self.assertEqual(self.auth(report)[:3], "235", report)
        self.assert_found(report, "auth.logged-in", "smtp.auth-in-clear")

    def test_a_login_that_is_offered_only_within_tls_is_told_so(self):
        report = self.login(GOOD, "PLAIN", f"{cyrus.USER}@{cyrus.REALM}", cyrus.PASSWORD, "--tls", "none",
                            "--auth-insecure")
        self.assertEqual((report.verdict, report.lead), ("refuses", "auth.only-behind-tls"), report)
        self.assertNotIn("smtp.auth-in-clear", report.ids)

    def test_a_mechanism_that_is_not_offered_is_told_with_those_that_are(self):
        report = self.login(BROKEN, "SCRAM-SHA-256", f"{cyrus.USER}@{cyrus.REALM}", cyrus.PASSWORD)
        self.assertEqual((report.verdict, report.lead), ("refuses", "auth.mechanism-not-offered"), report)
        self.assertIn("PLAIN LOGIN", report.findings[0]["seen"])

    def test_a_login_service_that_is_down_is_not_taken_for_a_wrong_password(self):
        report = self.login(BROKEN, "PLAIN", f"{cyrus.USER}@{cyrus.REALM}", cyrus.PASSWORD)
        self.assert_refused(report, "454", "words.login-service-down", "words.login-not-now")
        self.assertEqual((report.verdict, report.findings[0]["retry"]), ("defers", "later"), report)


if __name__ == "__main__":
    program.main()

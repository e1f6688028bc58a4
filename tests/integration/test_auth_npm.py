# SPDX-License-Identifier: Apache-2.0
"""Logins at nodemailer's smtp-server: what it says of tokens, of locked accounts and of its own trouble."""
import os
import pathlib
import sys

import isolation

isolation.enter()
isolation.leave_out("nodemailer's smtp-server")

import program  # noqa: E402
from certificates import Authority  # noqa: E402
from login import LoginTest  # noqa: E402
from servers import nodemailer  # noqa: E402

ADDRESS = "127.0.15.1"
PLACE = f"[{ADDRESS}]:587"
INSTALLED = pathlib.Path(os.environ.get("SMTPPROBE_NPM_SERVERS", "/nonexistent"))
USER, PASSWORD = "user", "secret word"


class NodemailerTest(LoginTest):
    host = nodemailer.HOST

    @classmethod
    def setUpClass(cls):
        authority = Authority(isolation.scratch("ca"))
        cls.ca = authority.certificate
        cls.server = nodemailer.Nodemailer(isolation.scratch("npm"), INSTALLED, authority.issue(nodemailer.HOST), ADDRESS)

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def test_each_mechanism_logs_in_with_the_right_password(self):
        for mechanism in ("PLAIN", "LOGIN", "CRAM-MD5"):
            with self.subTest(mechanism):
                self.assert_logs_in(self.login(PLACE, mechanism, USER, PASSWORD))
        report = self.login(PLACE, "XOAUTH2", USER, "good")
        self.assert_logs_in(report)
        self.assert_found(report, "smtp.auth-in-clear")

    def test_each_mechanism_is_refused_with_a_wrong_password(self):
        for mechanism in ("PLAIN", "LOGIN", "CRAM-MD5"):
            with self.subTest(mechanism):
                self.assert_refused(self.login(PLACE, mechanism, USER, "another word"), "535")

    def test_what_the_server_says_of_a_token_is_read(self):
        report = self.login(PLACE, "XOAUTH2", USER, "a token that ran out")
        self.assert_refused(report, "535", "auth.token-refused")
        self.assertIn("401", report.findings[0]["seen"])
        report = self.login(PLACE, "XOAUTH2", USER, "narrow")
        self.assert_refused(report, "535", "auth.token-scope")

    def test_a_locked_account_an_app_password_and_a_broken_service_are_told_apart(self):
        self.assert_refused(self.login(PLACE, "PLAIN", "locked", PASSWORD), "535", "words.login-account-locked")
        self.assert_refused(self.login(PLACE, "PLAIN", "twofactor", PASSWORD), "534", "vendor.google.app-password",
                            "words.login-app-password")
        report = self.login(PLACE, "PLAIN", "backend", PASSWORD)
        self.assert_refused(report, "454", "words.login-service-down")
        self.assertEqual(report.verdict, "defers", report)


if __name__ == "__main__":
    if not (INSTALLED / "node_modules/smtp-server").is_dir():
        print("left out: nodemailer's smtp-server (not installed: see install_npm_servers)")
        sys.exit(77)
    program.main()

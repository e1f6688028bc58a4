# SPDX-License-Identifier: Apache-2.0
"""Logins with the smtpprobe under test, and what must hold for each of them."""
import base64

import program


class LoginTest(program.ProbeTest):
    """A test case that logs in. `ca` and `host` are those of the server."""

    ca = host = None

    def login(self, place, mechanism, user, secret, *arguments, names=None):
        """Logs in by that mechanism, or as --auth-all where there is none."""
        how = ("--auth", mechanism) if mechanism else ("--auth-all",)
        done = program.run(place, *how, "--auth-user", user, "--auth-password-env", "PROBE_SECRET", "--ca-file", self.ca,
                           "--tls-name", names or self.host, *arguments, "--format", "json",
                           env={"PROBE_SECRET": secret})
        self.assertEqual(done.err, "")
        for spelling in (secret, base64.b64encode(secret.encode()).decode(),
                         base64.b64encode(f"\0{user}\0{secret}".encode()).decode()):
            self.assertNotIn(spelling, done.out, "a secret in the report")
        return self.report(done)

    def auth(self, report, session=0):
        """What was said of AUTH: the last reply, in one line."""
        said = [event for event in report.sessions[session]["transcript"]
                if event["event"] == "received" and event["step"] == "auth"]
        return f"{said[-1]['code']} {' '.join(said[-1]['lines'])}" if said else ""

    def assert_logs_in(self, report):
        self.assertEqual(self.auth(report)[:3], "235", report)
        self.assert_found(report, "auth.logged-in")
        self.assertEqual(report.verdict, "accepts-with-problems" if "smtp.auth-in-clear" in report.ids else "accepts",
                         report)

    def assert_refused(self, report, code, *ids):
        self.assertEqual(self.auth(report)[:3], code, report)
        self.assertEqual(report.failed_step, "auth", report)
        self.assertNotIn("auth.logged-in", report.ids, report)
        self.assertEqual(report.replies("mail"), [], report)
        if ids:
            self.assertIn(report.lead, ids, report)

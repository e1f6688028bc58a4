# SPDX-License-Identifier: Apache-2.0
"""Logins by Kerberos: AUTH GSSAPI at Postfix with Cyrus SASL, with tickets of a real key server."""
import isolation

isolation.enter()
isolation.leave_out("Postfix with Kerberos")

import program  # noqa: E402
from certificates import Authority  # noqa: E402
from servers import cyrus, kerberos, postfix  # noqa: E402
from servers.small_smtp import SmallSmtp  # noqa: E402

ADDRESS, KEY_SERVER, NOBODY = "127.0.12.1", "127.0.12.88", "127.0.12.99"
HOST = postfix.HOST
SERVICE = f"smtp/{HOST}"
# Two more names of the server: Kerberos knows nothing of the one, and has for the other a key that the server lacks.
UNKNOWN, STALE = "unknown.ci.test", "stale.ci.test"
USER, BRIEF = "user", "brief"


def saying_to_a_token(reply):
    """A server that answers any Kerberos token with this reply."""
    def serve(talk):
        talk.say(f"220 {HOST} ESMTP")
        while (line := talk.hear()) is not None:
            if line.startswith("EHLO"):
                talk.say(f"250-{HOST}", "250 AUTH GSSAPI")
            elif line == "AUTH GSSAPI":
                talk.say("334 ")
            elif line == "*":
                talk.say("501 cancelled")
            elif line == "QUIT":
                return talk.say("221 bye")
            else:
                talk.say(reply)
    return serve


class GssapiTest(program.ProbeTest):
    @classmethod
    def setUpClass(cls):
        isolation.replace("/etc/hosts", f"127.0.0.1 localhost\n{ADDRESS} {HOST} {UNKNOWN} {STALE}\n")
        cls.kerberos = kerberos.Kerberos(isolation.scratch("kerberos"), program.UNPACKED, KEY_SERVER,
                                         [USER, BRIEF, SERVICE, f"smtp/{STALE}"], brief=[BRIEF])
        authority = Authority(isolation.scratch("ca"))
        cls.ca = authority.certificate
        accounts = cyrus.CyrusAccounts(isolation.scratch("cyrus"), "GSSAPI PLAIN")
        cls.server = postfix.Postfix(isolation.scratch("postfix"), authority.issue(HOST), {
            f"{ADDRESS}:587": accounts.settings() + ["smtpd_tls_auth_only=yes"],
        }, files=accounts.files, settings=cls.kerberos.postfix_settings(SERVICE))
        cls.ticket = cls.kerberos.ticket(USER, "ticket")

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()
        cls.kerberos.stop()

    def login(self, *arguments, cache=None, host=HOST, port=587, how=("--auth", "GSSAPI"), env=None):
        """Logs in with the ticket in that cache, the good one by default."""
        done = program.run(f"{host}:{port}", *how, "--ca-file", self.ca, "--tls-name", HOST, *arguments, "--format", "json",
                           env={**self.kerberos.client(cache or self.ticket), **(env or {})})
        self.assertEqual(done.err, "")
        return self.report(done)

    def said(self, report):
        """What was said of AUTH: (who, text, words) of each line."""
        return [(event["event"], event.get("text", event.get("code")), event.get("decoded"))
                for event in report.sessions[0]["transcript"]
                if event.get("step") == "auth" and event["event"] in ("sent", "received")]

    def assert_not_tried(self, report, *words):
        """Nothing was said of AUTH, since something is missing here; the words say what and what helps."""
        self.assertEqual((report.status, report.verdict, report.lead), (3, "inconclusive", "auth.not-possible-here"),
                         report)
        self.assertEqual(self.said(report), [], report)
        for word in words:
            self.assertIn(word, report.findings[0]["seen"], report)

    def test_a_ticket_logs_in_and_relaying_is_open_behind_it(self):
        report = self.login("--to", "someone@elsewhere.example")
        self.assertEqual(report.verdict, "accepts", report)
        self.assert_found(report, "auth.logged-in")
        self.assertEqual(report.replies("auth"), [334, 334, 334, 235], report)
        self.assertEqual(report.replies("rcpt"), [250], report)

    def test_the_tokens_are_told_in_words_and_ours_are_masked(self):
        report = self.login()
        sent = [line for line in self.said(report) if line[0] == "sent"]
        self.assertEqual(sent[0][1], "AUTH GSSAPI", report)
        self.assertEqual([text for _, text, _ in sent[1:]], ["********", "", "********"], report)
        self.assertRegex(sent[1][2], r"^a Kerberos token of \d+ octets$")
        self.assertEqual(sent[2][2], "nothing", report)

    def test_it_is_the_tickets_user_who_logs_in_whoever_is_named(self):
        self.assertEqual(self.login("--auth-user", "somebody", "--from", "a@ci.test", "--to", "user@ci.test")
                         .replies("auth")[-1], 235)
        self.server.wait_until(lambda: f"sasl_method=GSSAPI, sasl_username={USER}" in self.server.log(), "login")
        self.assertNotIn("sasl_username=somebody", self.server.log())

    def test_acting_as_another_user_is_the_servers_to_refuse(self):
        report = self.login("--auth-as", "boss")
        self.assertEqual(report.replies("auth")[-1], 535, report)
        self.assertEqual((report.verdict, report.failed_step), ("refuses", "auth"), report)

    def test_without_a_ticket_it_says_so_and_names_kinit(self):
        report = self.login(cache="FILE:/nonexistent/cache")
        self.assert_not_tried(report, "no Kerberos ticket", "FILE:/nonexistent/cache", "`kinit USER` gets one")

    def test_a_ticket_that_has_run_out_is_told_from_none(self):
        cache = self.kerberos.ticket(BRIEF, "brief")
        self.kerberos.wait_until_over(cache, SERVICE)
        self.assert_not_tried(self.login(cache=cache), "the Kerberos ticket has run out", "kinit")

    def test_a_name_that_kerberos_does_not_know_is_told_from_no_ticket(self):
        self.assert_not_tried(self.login(host=UNKNOWN), f"Kerberos knows no service smtp@{UNKNOWN}", "full host name")
        self.assert_not_tried(self.login(host=f"[{ADDRESS}]"), f"Kerberos knows no service smtp@{ADDRESS}")

    def test_a_key_server_that_is_down_is_told_from_no_ticket(self):
        cache = self.kerberos.ticket(USER, "fresh")  # without a ticket for the service yet
        elsewhere = self.kerberos.configuration_naming(NOBODY)
        self.assert_not_tried(self.login(cache=cache, env={"KRB5_CONFIG": elsewhere}),
                              "the Kerberos server (KDC) does not answer", kerberos.REALM)

    def test_a_ticket_for_a_key_that_the_server_lacks_is_refused_by_it(self):
        report = self.login(host=STALE)
        self.assertEqual(report.replies("auth")[-1], 535, report)
        self.assertEqual((report.verdict, report.failed_step), ("refuses", "auth"), report)

    def at_a_false_server(self, port, reply):
        server = SmallSmtp(f"{ADDRESS}:{port}", serve=saying_to_a_token(reply))
        self.addCleanup(server.stop)
        return self.login("--auth-insecure", port=port)

    def test_a_token_that_is_none_is_the_servers_fault_and_no_lack_of_a_ticket(self):
        report = self.at_a_false_server(2525, "334 YIGZBgkqhkiG9xIBAgICAG8=")
        self.assertEqual((report.lead, report.findings[0]["seen"]),
                         ("auth.challenge-unreadable", "AUTH GSSAPI: the server's Kerberos token does not hold"), report)

    def test_a_yes_before_the_server_has_shown_its_own_key_is_not_believed(self):
        report = self.at_a_false_server(2526, "235 welcome")
        self.assertEqual(report.lead, "auth.server-proof-missing", report)
        self.assertNotIn("auth.logged-in", report.ids)

    def test_trying_all_mechanisms_says_which_work(self):
        report = self.login("--auth-user", f"{cyrus.USER}@{cyrus.REALM}", "--auth-password-env", "PROBE_SECRET",
                            how=("--auth-all",), env={"PROBE_SECRET": cyrus.PASSWORD})
        works = next(finding for finding in report.findings if finding["id"] == "auth.mechanisms-work")["seen"]
        self.assertEqual(sorted(works.split(", ")), ["GSSAPI", "PLAIN"], report)

    def test_trying_all_mechanisms_without_a_ticket_says_what_is_missing_for_one(self):
        report = self.login("--auth-user", f"{cyrus.USER}@{cyrus.REALM}", "--auth-password-env", "PROBE_SECRET",
                            how=("--auth-all",), cache="FILE:/nonexistent/cache", env={"PROBE_SECRET": cyrus.PASSWORD})
        seen = {finding["id"]: (finding["severity"], finding["seen"]) for finding in report.findings}
        self.assertEqual(seen["auth.mechanisms-work"], ("note", "PLAIN"), report)
        self.assertEqual(seen["auth.not-possible-here"][0], "note", report)
        self.assertIn("no Kerberos ticket", seen["auth.not-possible-here"][1])
        self.assertEqual(report.verdict, "accepts", report)


if __name__ == "__main__":
    program.main()

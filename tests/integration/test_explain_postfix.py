# SPDX-License-Identifier: Apache-2.0
"""What real programs write: Postfix's log and bounces, the sessions of swaks and posttls-finger."""
import isolation

isolation.enter()
isolation.leave_out("Postfix")

import json  # noqa: E402
import subprocess  # noqa: E402

import program  # noqa: E402
from certificates import Authority  # noqa: E402
from servers import postfix  # noqa: E402
from servers.small_dns import SmallDns  # noqa: E402

SENDING, RECEIVING, CLOSED, DNS = "127.0.9.1", "127.0.9.2", "127.0.9.3", "127.0.9.53"

# Mail of user@sender.test is sent on; what fails comes back to a maildir.
_SETTINGS = """\
virtual_mailbox_domains = sender.test
virtual_mailbox_maps = inline:{{ user@sender.test=user/ }}
virtual_mailbox_base = {mail}
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{uid}
virtual_transport = virtual
default_transport = smtp
transport_maps = inline:{{ {{far.test = smtp:[{receiving}]:25}}, {{closed.test = smtp:[{closed}]:25}} }}
smtp_bind_address = {sending}
smtp_tls_security_level = none
disable_dns_lookups = yes
maximal_queue_lifetime = 0
bounce_queue_lifetime = 0
"""

_TEXTS = {
    "unknown@far.test": "550 5.1.1 User unknown here",
    "full@far.test": "552 5.2.2 This mailbox is over quota",
    "listed@far.test": "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org",
}


class RealTextTest(program.ProbeTest):
    @classmethod
    def setUpClass(cls):
        authority = Authority(isolation.scratch("ca"))
        chain = authority.issue(postfix.HOST)
        mail = isolation.scratch("maildir")
        mail.chmod(0o777)
        cls.mail = mail
        texts = ", ".join(f"{{ {address} = {text} }}" for address, text in _TEXTS.items())
        cls.server = postfix.Postfix(isolation.scratch("postfix"), chain, {
            f"{SENDING}:25": ["mynetworks=127.0.0.0/8", "{ smtpd_relay_restrictions = permit_mynetworks, reject }"],
            f"{RECEIVING}:25": ["myhostname=mx.far.test", "smtpd_relay_restrictions=",
                                f"{{ smtpd_recipient_restrictions = check_recipient_access inline:{{ {texts} }}, permit_mynetworks, reject }}",
                                "mynetworks=127.0.0.0/8"],
        }, _SETTINGS.format(sending=SENDING, receiving=RECEIVING, closed=CLOSED, mail=mail, uid=65534),
            postfix.DELIVERY)

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def swaks(self, server, recipient, *arguments):
        return subprocess.run(["swaks", "--server", server, "--from", "user@sender.test", "--to", recipient, *arguments],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60, check=False).stdout

    def explain(self, *arguments, stdin=None):
        done = program.run("explain", "--format", "json", *arguments, stdin=stdin)
        self.assertEqual(done.err, "")
        return [json.loads(line) for line in done.out.splitlines()]

    def bounce_of(self, recipient):
        self.swaks(SENDING, recipient)
        found = []

        def arrived():
            found[:] = [path for path in self.mail.glob("user/new/*") if f"<{recipient}>" in path.read_text(errors="replace")]
            return found

        self.server.wait_until(arrived, f"bounce of {recipient}")
        return found[0]

    def test_a_bounce_names_recipient_status_and_cause(self):
        for recipient, status, wanted in (("unknown@far.test", "5.1.1", "userunknown"), ("full@far.test", "5.2.2", "mailboxfull"),
                                          ("listed@far.test", "5.7.1", "blocked"), ("x@closed.test", "4.4.1", "networkerror")):
            with self.subTest(recipient):
                mentions = self.explain(self.bounce_of(recipient))
                self.assertEqual([(each["recipient"], each["status"], each["class"], each["action"]) for each in mentions],
                                 [(recipient, status, wanted, "failed")])

    def test_the_log_tells_what_failed_and_for_whom(self):
        for recipient in ("unknown@far.test", "full@far.test"):
            self.bounce_of(recipient)
        self.swaks(RECEIVING, "listed@far.test")
        log = self.server.log()
        mentions = self.explain(stdin=log.encode())
        told = {(each["recipient"], each["class"]) for each in mentions}
        self.assertLessEqual({("unknown@far.test", "userunknown"), ("full@far.test", "mailboxfull"),
                              ("listed@far.test", "blocked")}, told)
        self.assertNotIn("success", {each["class"] for each in mentions})
        shown = program.run("explain", stdin=log.encode()).out
        self.assertIn("unknown@far.test", shown)

    def test_a_session_of_swaks_is_read_step_by_step(self):
        mentions = self.explain(stdin=self.swaks(RECEIVING, "unknown@far.test"))
        self.assertEqual([(each["step"], each["code"]) for each in mentions][:4],
                         [("greeting", 220), ("ehlo", 250), ("mail", 250), ("rcpt", 550)])
        refused = mentions[3]
        self.assertEqual((refused["class"], refused["recipient"], refused["sender"]),
                         ("userunknown", "unknown@far.test", "user@sender.test"))
        shown = program.run("explain", stdin=self.swaks(RECEIVING, "unknown@far.test")).out
        self.assertIn("550 5.1.1", shown)
        self.assertNotIn("220 ", shown)

    def test_a_refused_connection_of_swaks_is_a_failure(self):
        mentions = self.explain(stdin=self.swaks(CLOSED, "x@closed.test"))
        self.assertEqual([(each["class"], each["code"]) for each in mentions], [("networkerror", None)])
        self.assertIn("refused", mentions[0]["title"])

    def test_a_session_of_posttls_finger_is_read(self):
        output = subprocess.run(["posttls-finger", "-c", "-t", "20", "-l", "may", "-w", f"[{RECEIVING}]:25"], capture_output=True,
                                timeout=60, check=False)
        mentions = self.explain("--input", "session", stdin=output.stdout + output.stderr)
        self.assertTrue(mentions)

    def test_the_cause_stands_while_the_server_says_the_same(self):
        names = SmallDns(DNS, {("far.test", "MX"): ["10 mx.far.test"], ("mx.far.test", "A"): [RECEIVING]})
        self.addCleanup(names.stop)
        done = program.run("explain", "--probe", "--format", "json", "--dns", DNS, "--allow-loopback",
                           self.bounce_of("unknown@far.test"))
        lines = [json.loads(line) for line in done.out.splitlines()]
        self.assertEqual((lines[-1]["recipient"], lines[-1]["standing"]), ("unknown@far.test", "stands"), done.out)
        self.assertEqual(lines[-1]["report"]["verdict"], "refuses")
        self.assertEqual(done.status, program.PROBLEM)


if __name__ == "__main__":
    program.main()

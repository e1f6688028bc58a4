# SPDX-License-Identifier: Apache-2.0
"""--check smuggling: which servers take something else than <CRLF>.<CRLF> for the end of a message."""
import isolation

isolation.enter()
isolation.leave_out("Postfix, Exim, Sendmail, OpenSMTPD and Dovecot")

import program  # noqa: E402
from certificates import Authority  # noqa: E402
from servers import dovecot, exim, opensmtpd, postfix, sendmail  # noqa: E402
from servers.small_smtp import SmallSmtp  # noqa: E402

ENDS = {
    "<LF>.<LF>": b"\n.\n", "<LF>.<CR><LF>": b"\n.\r\n", "<CR>.<CR>": b"\r.\r", "<CR>.<CR><LF>": b"\r.\r\n",
    "<CR><LF>.<LF>": b"\r\n.\n", "<CR><LF>.<CR>": b"\r\n.\r", "<CR><LF><NUL>.<CR><LF>": b"\r\n\0.\r\n",
}
NO, NORMALIZE, REJECT, DISCONNECT = "127.0.13.1", "127.0.13.2", "127.0.13.3", "127.0.13.4"
EXIM, SMALL, SENDMAIL, LOOSE_SENDMAIL, OPENSMTPD, DOVECOT = (f"127.0.13.{number}" for number in range(5, 11))
OPTIONS = ["--check", "smuggling", "--i-own-this-server", "--send", "--to"]


def takes(odd, messages, hangs_up=False):
    """A server that ends messages with these octets, too; what it was sent goes to `messages`."""
    def serve(talk):
        held = b""

        def until(*ends):
            nonlocal held
            while not any(end in held for end in ends):
                more = talk.hear_bytes()
                if not more:
                    return None
                held += more
            at, end = min((held.find(end), end) for end in ends if end in held)
            text, held = held[:at], held[at + len(end):]
            if end.endswith(b"\r"):
                held = held.removeprefix(b"\n")
            return text

        talk.say("220 small ESMTP")
        while (line := until(b"\r\n")) is not None:
            verb = line[:4].upper()
            if verb == b"EHLO":
                talk.say("250-small", "250 PIPELINING")
            elif verb == b"DATA":
                talk.say("354 go on")
                messages.append(until(b"\r\n.\r\n", *([odd] if odd else [])))
                talk.say("250 queued")
                if hangs_up:
                    return
            elif verb == b"QUIT":
                talk.say("221 bye")
                return
            else:
                talk.say("250 ok" if verb in (b"MAIL", b"RCPT", b"RSET") else "500 what?")
    return serve


class SmugglingTest(program.ProbeTest):
    ports = iter(range(2600, 2700))

    @classmethod
    def setUpClass(cls):
        authority = Authority(isolation.scratch("ca"))
        cls.ca = authority.certificate
        forbids = "smtpd_forbid_bare_newline="
        chain, unpacked = authority.issue(postfix.HOST), program.UNPACKED
        cls.server = postfix.Postfix(isolation.scratch("postfix"), chain, {
            f"{NO}:25": [forbids + "no"],
            f"{NORMALIZE}:25": [forbids + "yes"],
            f"{REJECT}:25": [forbids + "reject"],
            f"{DISCONNECT}:25": [forbids + "reject", "smtpd_forbid_bare_newline_reject_code=521"],
        })
        sendmail.name_this_machine()
        cls.others = [
            exim.Exim(isolation.scratch("exim"), unpacked, authority.issue(exim.HOST), EXIM),
            sendmail.Sendmail(isolation.scratch("sendmail"), unpacked, chain, SENDMAIL),
            sendmail.Sendmail(isolation.scratch("loose-sendmail"), unpacked, chain, LOOSE_SENDMAIL,
                              ["LOCAL_SRV_FEATURES\nR$*\t$# O U G\n"]),
            opensmtpd.OpenSmtpd(isolation.scratch("opensmtpd"), unpacked, chain, OPENSMTPD),
            dovecot.Dovecot(isolation.scratch("dovecot"), chain, DOVECOT),
        ]

    @classmethod
    def tearDownClass(cls):
        for server in (cls.server, *cls.others):
            server.stop()

    def check(self, place, to="user@ci.test", tls="may"):
        report = self.probe(place, *OPTIONS, to, "--ca-file", self.ca, "--tls-name", postfix.HOST, "--tls", tls)
        self.assertEqual([finding["severity"] for finding in report.findings
                          if finding["id"] == "message.accepted"], ["note"], report)
        return report

    def seen(self, report, identifier):
        self.assert_found(report, identifier)
        return next(finding for finding in report.findings if finding["id"] == identifier)["seen"]

    def sessions(self, report):
        return [experiment["session"] for experiment in report.experiments
                if experiment["purpose"] == "check-smuggling"]

    def against(self, odd, **how):
        """The report about a server that takes this end, and the messages that it took."""
        messages = []
        port = next(self.ports)
        server = SmallSmtp(f"{SMALL}:{port}", serve=takes(odd, messages, **how))
        try:
            return self.check(f"[{SMALL}]:{port}"), messages
        finally:
            server.stop()

    def test_each_odd_end_is_found_by_itself(self):
        for name, octets in ENDS.items():
            with self.subTest(name):
                report, messages = self.against(octets)
                seen = self.seen(report, "check.smuggling-possible")
                self.assertEqual((report.status, report.lead), (2, "check.smuggling-possible"), report)
                self.assertIn(name + ": 250 queued, then 500 what?", seen)
                # An end that another one holds is taken with it.
                self.assertEqual(seen.count("then 500"), sum(octets in each for each in ENDS.values()), seen)
                self.assertIn("7 messages may have arrived", seen)
                self.assertEqual(len(messages), 1 + len(ENDS))

    def test_a_strict_server_gets_each_odd_end_as_part_of_one_message(self):
        report, messages = self.against(None)
        self.assertIn("7 odd ends sent, none taken", self.seen(report, "check.smuggling-not-possible"))
        self.assertEqual(report.status, 1, report)  # no STARTTLS
        self.assertEqual(len(self.sessions(report)), len(ENDS))
        own, *odd = messages
        self.assertNotIn(b"smuggling", own)
        for (name, octets), message in zip(ENDS.items(), odd, strict=True):
            self.assertIn(b"Subject: smtpprobe --check smuggling: " + name.encode(), message)
            self.assertTrue(message.endswith(b"behind this line." + octets + b"XSMTPPROBE this line still belongs to the "
                                             b"message"), message)
            self.assertNotRegex(message, rb"(?m)^(MAIL|RCPT|DATA)")

    def test_a_server_that_hangs_up_behind_the_message_leaves_it_open(self):
        report, _ = self.against(None, hangs_up=True)
        self.assertIn("no answer to QUIT", self.seen(report, "check.unanswered"))

    def test_postfix_without_its_setting_takes_bare_line_feeds(self):
        seen = self.seen(self.check(f"[{NO}]"), "check.smuggling-possible")
        self.assertIn("<LF>.<LF>: 250 2.0.0 Ok: queued as", seen)
        self.assertIn("then 500 5.5.2 Error: command not recognized", seen)
        self.assertIn("<LF>.<CR><LF>: ", seen)
        self.assertIn("<CR><LF>.<LF>: ", seen)
        self.assertEqual(seen.count(", then "), 3, seen)

    def test_postfix_with_its_setting_takes_none(self):
        self.assertIn("7 messages may have arrived",
                      self.seen(self.check(f"[{NORMALIZE}]"), "check.smuggling-not-possible"))

    def test_postfix_may_refuse_bare_line_feeds(self):
        for place in (REJECT, DISCONNECT):
            seen = self.seen(self.check(f"[{place}]"), "check.smuggling-not-possible")
            self.assertIn("bare <LF> received", seen)

    def test_exim_of_debian_takes_none(self):
        self.seen(self.check(f"[{EXIM}]", "user@exim.test"), "check.smuggling-not-possible")

    def test_sendmail_of_debian_takes_none_unless_its_srv_features_let_it(self):
        strict = self.check(f"[{SENDMAIL}]", "user@sendmail.test")
        self.assertIn("<LF>.<LF>: 421 4.5.0 Bare linefeed (LF) not allowed; 1 message may have arrived",
                      self.seen(strict, "check.smuggling-not-possible"))
        loose = self.check(f"[{LOOSE_SENDMAIL}]", "user@sendmail.test")
        self.assertEqual(self.seen(loose, "check.smuggling-possible").count(", then 500 5.5.1 Command unrecognized"), 3)

    def test_opensmtpd_takes_bare_line_feeds_though_nothing_in_the_same_packet(self):
        seen = self.seen(self.check(f"[{OPENSMTPD}]", "mail@osmtpd.test", tls="none"), "check.smuggling-possible")
        for name in ("<LF>.<LF>", "<LF>.<CR><LF>", "<CR><LF>.<LF>"):
            self.assertIn(name + ": 500 5.5.1 Invalid command: Pipelining not supported;", seen)
        self.assertIn("4 messages may have arrived", seen)

    def test_lmtp_of_dovecot_takes_bare_line_feeds(self):
        seen = self.seen(self.check(f"lmtp://{DOVECOT}:24"), "check.smuggling-possible")
        self.assertEqual(seen.count(", then 500 5.5.1 Unknown command"), 3, seen)

    def test_it_is_refused_in_one_line_where_anything_is_missing(self):
        need = "needs --i-own-this-server, --send, and --to with a mailbox of your own"
        for words, says in ((["--send", "--to", "user@ci.test"], need),
                            (["--i-own-this-server", "--to", "user@ci.test"], need), (["--i-own-this-server"], need),
                            (["--i-own-this-server", "--send"], "--send needs a recipient")):
            done = program.run(f"[{SMALL}]", "--check", "smuggling", *words)
            self.assertEqual((done.status, done.out, done.err.count("\n")), (3, "", 1), done.err)
            self.assertIn(says, done.err)


if __name__ == "__main__":
    program.main()

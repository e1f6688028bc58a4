# SPDX-License-Identifier: Apache-2.0
"""smtpprobe swaks beside Debian's swaks: the same options, envelope, outcome and exit status at real servers."""
import os
import re
import subprocess

import isolation

isolation.enter()
isolation.leave_out("Postfix, Dovecot")

import program  # noqa: E402
from certificates import Authority  # noqa: E402
from servers import dovecot, postfix, small_smtp  # noqa: E402

MAIL, TLS_ONLY, NO_TLS, BEHIND, XCLIENT, LMTP, NOBODY, ODD = (f"127.0.10.{number}" for number in range(1, 9))
WHO = ("--helo", "client.ci.test", "--from", "sender@client.ci.test")


def greets_with(line):
    return lambda conversation: (conversation.say(line), conversation.hear())


def closes_behind(verb):
    def serve(conversation):
        conversation.say("220 odd.ci.test ESMTP")
        while (line := conversation.hear()) is not None:
            if line.upper().startswith(verb):
                return
            conversation.say("250 odd.ci.test")
    return serve


def answers(**replies):
    """A server that answers each verb with 250, but for these."""
    def serve(conversation):
        conversation.say("220 odd.ci.test ESMTP")
        while (line := conversation.hear()) is not None:
            reply = replies.get(line[:4].upper(), "250 odd.ci.test")
            conversation.say(reply)
            if line[:4].upper() == "DATA" and reply.startswith("3"):
                while (line := conversation.hear()) not in (".", None):
                    pass
                conversation.say(replies.get("DOT", "250 taken"))
            if line and line[:4].upper() == "QUIT":
                return
    return serve


class SwaksTest(program.ProbeTest):
    @classmethod
    def setUpClass(cls):
        authority = Authority(isolation.scratch("ca"))
        cls.ca = authority.certificate
        chain = authority.issue(postfix.HOST)
        cls.directory = isolation.scratch("postfix")
        cls.servers = [
            postfix.Postfix(cls.directory, chain, {
                f"{MAIL}:25": [],
                f"{MAIL}:465": ["smtpd_tls_wrappermode=yes"],
                f"{TLS_ONLY}:25": ["smtpd_tls_security_level=encrypt"],
                f"{NO_TLS}:25": ["smtpd_tls_security_level=none"],
                f"{BEHIND}:25": ["smtpd_upstream_proxy_protocol=haproxy"],
                f"{XCLIENT}:25": ["smtpd_authorized_xclient_hosts=127.0.0.0/8"],
            }),
            dovecot.Dovecot(isolation.scratch("dovecot"), authority.issue(dovecot.HOST), LMTP),
        ]

    @classmethod
    def tearDownClass(cls):
        for server in cls.servers:
            server.stop()

    def both(self, *arguments):
        """What swaks and we end with, which must be the same; and the envelopes."""
        arguments = [str(argument) for argument in arguments]
        theirs = subprocess.run(["swaks", *arguments], capture_output=True, text=True, timeout=60, check=False,
                                env=program.environment({"HOME": "/nonexistent"}), stdin=subprocess.DEVNULL)
        ours = program.run("swaks", *arguments)
        self.assertEqual(ours.status, theirs.returncode, f"{arguments}\n{theirs.stdout}{theirs.stderr}\n{ours.out}{ours.err}")
        self.assertEqual(_envelope(ours.out, "C:"), _envelope(theirs.stdout, "[-~]>"), f"{theirs.stdout}\n{ours.out}")
        return ours

    def ends(self, status, *arguments):
        self.assertEqual(self.both(*arguments).status, status, arguments)

    def test_mail_that_is_taken(self):
        for more in ((), ("-tls",), ("-tlso",), ("-tlsc",), ("--body", "two\\nlines", "--header", "Subject: it is us"),
                     ("-q", "RCPT"), ("-q", "MAIL"), ("-q", "EHLO"), ("-q", "CONNECT"), ("-tls", "-q", "TLS")):
            with self.subTest(more):
                self.ends(0, "--server", MAIL, "--to", "user@ci.test", *WHO, *more)

    def test_several_recipients_and_the_null_sender(self):
        self.ends(0, "-s", f"{MAIL}:25", "-t", "user@ci.test,postmaster@ci.test", "-f", "<>", "-h", "client.ci.test")
        self.ends(0, "-s", MAIL, "-t", "user@ci.test,nobody@ci.test", *WHO, "-q", "RCPT")

    def test_what_a_server_refuses(self):
        self.ends(24, "-s", MAIL, "-t", "nobody@ci.test", *WHO)
        self.ends(24, "-s", MAIL, "-t", "someone@elsewhere.test", *WHO)
        self.ends(23, "-s", TLS_ONLY, "-t", "user@ci.test", *WHO)
        self.ends(29, "-s", NO_TLS, "-t", "user@ci.test", *WHO, "-tls")
        self.ends(0, "-s", NO_TLS, "-t", "user@ci.test", *WHO, "-tlso")
        self.ends(28, "-s", MAIL, "-t", "user@ci.test", *WHO, "-a", "-au", "me", "-ap", "word")
        self.ends(33, "-s", MAIL, "-t", "user@ci.test", *WHO, "--xclient-addr", "192.0.2.1")
        self.ends(2, "-s", NOBODY, "-t", "user@ci.test", *WHO)

    def test_xclient_and_the_proxy_header(self):
        self.ends(0, "-s", XCLIENT, "-t", "user@ci.test", *WHO, "--xclient-addr", "192.0.2.1", "-q", "RCPT")
        for version in ("1", "2"):
            family = "TCP4" if version == "1" else "AF_INET"
            header = ("--proxy-version", version, "--proxy-family", family, "--proxy-source", "192.0.2.7",
                      "--proxy-source-port", "999", "--proxy-dest", "192.0.2.8", "--proxy-dest-port", "25")
            self.ends(0, "-s", BEHIND, "-t", "user@ci.test", *WHO, *header)

    def test_lmtp_a_socket_and_a_command(self):
        self.ends(0, "-s", LMTP, "--protocol", "LMTP", "-t", "user@ci.test", *WHO)
        self.ends(24, "--socket", isolation.SCRATCH / "dovecot/lmtp", "--protocol", "LMTP", "-t", "nobody@ci.test", *WHO)
        self.ends(0, "--pipe", f"/usr/sbin/sendmail -C {self.directory}/etc -bs", "-t", "user@ci.test", *WHO)

    def test_every_step_that_fails_has_its_number(self):
        cases = [
            (21, greets_with("554 no"), ()), (22, answers(EHLO="500 no", HELO="500 no"), ()),
            (23, answers(MAIL="550 no"), ()), (24, answers(RCPT="550 no"), ()), (25, answers(DATA="550 no"), ()),
            (26, answers(DATA="354 go", DOT="554 no"), ()), (6, closes_behind("EHLO"), ()), (6, closes_behind("MAIL"), ()),
            (29, answers(EHLO="250-odd\r\n250 STARTTLS", STAR="454 no"), ("-tls",)),
            (28, answers(EHLO="250-odd\r\n250 AUTH PLAIN", AUTH="535 no"), ("-a", "-au", "me", "-ap", "word")),
        ]
        for number, (status, serve, more) in enumerate(cases):
            with self.subTest(status=status, number=number):
                server = small_smtp.SmallSmtp(f"{ODD}:{2600 + number}", serve=serve)
                self.ends(status, "-s", ODD, "-p", 2600 + number, "-t", "user@ci.test", *WHO, *more)
                server.stop()

    def test_a_refused_quit_is_27_as_the_manual_of_swaks_has_it(self):
        server = small_smtp.SmallSmtp(f"{ODD}:2599", serve=answers(QUIT="500 no"))  # swaks itself forgets it, and says 0
        done = program.run("swaks", "-s", ODD, "-p", 2599, "-t", "user@ci.test", *WHO, "-q", "RCPT")
        server.stop()
        self.assertEqual(done.status, 27, done.out)

    def test_wrong_options_end_with_1_and_one_line(self):
        for arguments, said in ((("--nothing",), "unknown option: nothing"),
                                (("-s", MAIL, "-t", "user@ci.test", "--tls-cipher", "x"), "--tls-cipher is not done: "),
                                (("-s", MAIL), "no recipient"), (("--to", "user@ci.test", "-s", MAIL, "--timeout", "x"), "")):
            with self.subTest(arguments):
                done = program.run("swaks", *arguments)
                self.assertEqual((done.status, done.out), (1, ""), done.err)
                self.assertEqual(done.err.count("\n"), 1)
                self.assertIn(said, done.err)

    def test_explain_options_does_nothing_and_shows_no_password(self):
        done = program.run("swaks", "--explain-options", "-t", "user@ci.test", "-s", NOBODY, "-a", "-au", "me", "-ap", "word")
        self.assertEqual((done.status, done.err), (0, ""))
        self.assertNotIn("word\n", done.out.replace("password", ""))
        self.assertIn("-ap (not shown)", done.out)
        self.assertIn("\nsmtpprobe --auth-password-env NAME ", done.out)
        self.assertIn("--tls-cipher", program.run("swaks", "--explain-options").out)

    def test_the_name_swaks_is_enough(self):
        link = isolation.SCRATCH / "swaks"
        os.symlink(program.PROGRAM, link)
        done = subprocess.run([link, "--version"], capture_output=True, text=True, check=False)
        self.assertIn("with the options of swaks", done.stdout)

    def test_sysexits(self):
        for status, arguments in ((0, (f"[{MAIL}]", "--to", "user@ci.test")), (69, (f"[{MAIL}]", "--to", "nobody@ci.test")),
                                  (75, (f"[{NOBODY}]",)), (64, ("--nothing",))):
            self.assertEqual(program.run(*arguments, "--exit-style", "sysexits").status, status, arguments)


def _envelope(text, mark):
    """The commands that say who writes to whom, and for whom we are taken."""
    commands = re.findall(rf"{mark} *(EHLO|HELO|LHLO|MAIL|RCPT|DATA|XCLIENT|STARTTLS)(.*)", text)
    return [(verb, re.sub(r" (SIZE|BODY)=\S+", "", rest).strip()) for verb, rest in commands]


if __name__ == "__main__":
    program.main()

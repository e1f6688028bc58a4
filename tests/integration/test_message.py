# SPDX-License-Identifier: Apache-2.0
"""--send: what arrives is what was sent, octet for octet, and what became of it is told."""
import contextlib
import email.policy
import itertools
import pathlib
import re
import subprocess

import isolation

isolation.enter()
isolation.leave_out("Postfix and Dovecot")

import program  # noqa: E402
from certificates import Authority  # noqa: E402
from servers import dovecot, postfix  # noqa: E402
from servers.small_dns import SmallDns  # noqa: E402
from servers.small_smtp import SmallSmtp  # noqa: E402

POSTFIX, DOVECOT, SMALL = "127.0.11.1", "127.0.11.2", "127.0.11.3"
_NOBODY = 65534

_SETTINGS = """\
virtual_mailbox_domains = box.test
virtual_mailbox_maps = inline:{{ user@box.test=user/ }}
virtual_mailbox_base = {mail}
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{uid}
virtual_transport = virtual
"""

# A server adds what a header lacks.
_HEAD = b"From: a@here.test\nTo: user@box.test\nDate: Sun, 22 Nov 2026 06:20:52 +0000\nMessage-ID: <%s@here.test>\n"
_ODD = (_HEAD % b"odd" + b"Subject: odd\n\n"
        b".\n..\n.x\n\n8-bit: \xe4\xff\x80\xfe\n" + b"long " * 2000 + b"\nFrom here\n\ttab \x01\x02\x1b\nthe end, without a line end")


def serve_message(after_dot, *, at_data="354 go on", rcpt=("250 ok",), lmtp=False, offer=("250 8BITMIME",)):
    """A server whose answers are these; None closes instead."""
    def serve(conversation):
        recipients = list(rcpt)
        conversation.say("220 small ESMTP")
        while (line := conversation.hear()) is not None:
            verb = line[:4].upper()
            if verb in ("EHLO", "LHLO"):
                conversation.say("250-small", *offer)
            elif verb == "RCPT":
                conversation.say(recipients.pop(0) if len(recipients) > 1 else recipients[0])
            elif verb == "DATA":
                conversation.say(at_data)
                if not at_data.startswith("354"):
                    continue
                while conversation.hear() != ".":
                    pass
                if after_dot is None:
                    return
                conversation.say(*(after_dot if lmtp else after_dot[:1]))
            elif verb == "QUIT":
                conversation.say("221 bye")
                return
            else:
                conversation.say("250 ok")
    return serve


class MessageTest(program.ProbeTest):
    ports = itertools.count(2525)

    @classmethod
    def setUpClass(cls):
        authority = Authority(isolation.scratch("ca"))
        cls.ca = authority.certificate
        isolation.replace("/etc/hosts", f"127.0.0.1 localhost\n{DOVECOT} {dovecot.HOST}\n")
        mail = isolation.scratch("mail")
        cls.box = mail / "user"
        for part in ("new", "cur", "tmp"):
            (cls.box / part).mkdir(parents=True)
        subprocess.run(["chown", "-R", str(_NOBODY), mail], check=True)
        cls.postfix = postfix.Postfix(isolation.scratch("postfix"), authority.issue(postfix.HOST), {
            f"{POSTFIX}:25": [],
        }, _SETTINGS.format(mail=mail, uid=_NOBODY), postfix.DELIVERY)
        cls.dovecot = dovecot.Dovecot(isolation.scratch("dovecot"), authority.issue(dovecot.HOST), DOVECOT, imap=True)
        cls.password = isolation.scratch("password") / "file"
        cls.password.write_text("secret\n")
        cls.files = isolation.scratch("files")

    @classmethod
    def tearDownClass(cls):
        cls.postfix.stop()
        cls.dovecot.stop()

    def to_box(self):
        return (f"[{POSTFIX}]", "--ca-file", self.ca, "--tls-name", postfix.HOST, "--from", "probe@here.test",
                "--to", "user@box.test", "--send")

    def send(self, *arguments, place=None, patience="60s"):
        return self.probe(*self.to_box(), "--expect-in", place or f"maildir:{self.box}", "--expect-timeout", patience,
                          *arguments)

    def arrived(self, report):
        """The bytes of the message that this run has sent."""
        self.assertEqual(report.arrival["outcome"], "arrived", report)
        wanted = report.message["id"].encode()
        found = [path.read_bytes() for path in self.box.glob("new/*")]
        found = [text for text in found if wanted in text]
        self.assertEqual(len(found), 1, report)
        return found[0]

    def send_file(self, content, *arguments):
        path = self.files / "message.eml"
        path.write_bytes(content)
        return self.send("--message", path, *arguments)

    def assert_whole(self, content, arrived):
        """Behind what servers put before it; a maildir's lines end in LF, and the last line has an end."""
        expected = content.replace(b"\r\n", b"\n")
        if not expected.endswith(b"\n"):
            expected += b"\n"
        self.assertEqual(arrived[-len(expected):], expected)
        self.assertRegex(arrived[:-len(expected)].decode(), r"\A(\S+:.*\n(\s.*\n)*)*\Z")

    def test_a_test_message_arrives_with_its_marks_and_its_way(self):
        report = self.send()
        self.assertEqual((report.status, report.verdict, report.lead), (0, "accepts", "arrival.arrived"), report)
        self.assert_found(report, "arrival.arrived", "message.accepted")
        text = self.arrived(report).decode()
        for mark in ("Subject: Test of mail to", "From: probe@here.test", "To: user@box.test", "Auto-Submitted: auto-generated",
                     "X-Mailer: smtpprobe ", "Sent by:     root on "):
            self.assertIn(mark, text)
        hop = report.arrival["hops"][0]
        self.assertEqual((hop["by"], hop["with"]), (postfix.HOST, "ESMTPS"), report)
        self.assertLess(abs(hop["delay"]), 30)
        self.assertIn("arrived after", report.headline)

    def test_eight_bits_dots_long_lines_and_control_characters_arrive_as_they_are(self):
        report = self.send_file(_ODD)
        self.assert_whole(_ODD, self.arrived(report))
        self.assert_found(report, "message.long-lines")
        self.assertIn("BODY=8BITMIME", report.text)
        self.assertEqual((report.message["eight_bit"], report.message["longest_line"]), (True, 10000))

    def test_crlf_and_lf_make_no_difference(self):
        content = _ODD.replace(b"odd@", b"crlf@").replace(b"\n", b"\r\n")
        self.assert_whole(content, self.arrived(self.send_file(content)))

    def test_a_message_comes_from_standard_input(self):
        content = _ODD.replace(b"odd@", b"stdin@")
        done = program.run(*self.to_box(), "--message", "-", "--expect-in", f"maildir:{self.box}", "--format", "json",
                           stdin=content)
        self.assert_whole(content, self.arrived(self.report(done)))

    def test_an_empty_message_is_sent(self):
        path = self.files / "empty.eml"
        path.write_bytes(b"")
        report = self.probe(*self.to_box(), "--message", path)
        self.assertEqual((report.replies("data"), report.replies("message")), ([354], [250]), report)
        self.assertEqual(report.message["octets"], 0)

    def test_a_message_may_have_a_message_id_that_was_there_before(self):
        content = _HEAD % b"again" + b"\nthe same\n"
        self.arrived(self.send_file(content))
        self.assertEqual(self.send_file(content).arrival["outcome"], "arrived")
        self.assertEqual(len([path for path in self.box.glob("new/*") if b"<again@" in path.read_bytes()]), 2)

    def peak(self, *arguments):
        """The program's greatest size in memory, in KiB, and its report. Asked again and again, up to its end: what
        wait4() tells begins with the size of whoever started it."""
        out = self.files / "out.json"
        greatest = 0
        with open(out, "wb") as output, subprocess.Popen(
                [program.PROGRAM, *map(str, arguments), "--format", "json"], stdout=output, stdin=subprocess.DEVNULL,
                env=program.environment()) as process:
            status = pathlib.Path(f"/proc/{process.pid}/status")
            while process.poll() is None:
                size = re.search(r"VmHWM:\s+(\d+)", status.read_text())
                greatest = max(greatest, int(size[1]) if size else 0)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(0.02)
        return greatest, program.Report(out.read_text(), process.returncode)

    def test_twenty_megabytes_arrive_and_are_never_in_memory(self):
        line = b"%08d " + b"x" * 67 + b"\r\n"
        head = _HEAD.replace(b"\n", b"\r\n") + b"\r\n"
        path = self.files / "large.eml"
        lines = b"".join(line % number for number in range(20_000_000 // 78))
        path.write_bytes(head % b"large" + lines)
        send = [*self.to_box(), "--expect-in", f"maildir:{self.box}", "--message"]
        small = self.files / "small.eml"
        small.write_bytes(head % b"small")
        usual, _ = self.peak(*send, small)
        for transfer in ([], ["--bdat"]):
            peak, report = self.peak(*send, path, *transfer)
            print(f"peak {peak} KiB, of a small message {usual} KiB", *transfer)
            self.assertEqual(report.message["octets"], path.stat().st_size)
            self.assertEqual(report.arrival["outcome"], "arrived", report)
            # Half of the message: a short run may end between two looks, and then seems to be smaller than it was.
            self.assertLess(peak - usual, 10 * 1024)
            for arrived in self.box.glob("new/*"):
                if arrived.stat().st_size > 10_000_000:
                    self.assert_whole(path.read_bytes(), arrived.read_bytes())
                    arrived.unlink()

    def test_filler_and_attachments_arrive(self):
        attachment = self.files / "data.bin"
        attachment.write_bytes(bytes(range(256)) * 4000)
        report = self.send("--attach", attachment, "--subject", "Grüße", "--body", "see there")
        message = email.message_from_bytes(self.arrived(report), policy=email.policy.default)
        self.assertEqual(message["subject"], "Grüße")
        text, data = message.iter_parts()
        self.assertEqual(text.get_content(), "see there\n")
        self.assertEqual((data.get_filename(), data.get_content()), ("data.bin", attachment.read_bytes()))
        self.assertEqual(self.send("--size", "200k").message["octets"], 200_000)

    def test_a_message_that_does_not_arrive_is_said_to_be_with_the_server_that_took_it(self):
        other = self.files / "other"
        for part in ("new", "cur"):
            (other / part).mkdir(parents=True)
        report = self.send(patience="500ms", place=f"maildir:{other}")
        self.assertEqual((report.status, report.lead), (program.PROBLEM, "arrival.not-in-time"), report)
        self.assertIn("did not arrive within 500 ms", report.headline)
        queue_id = report.findings[0]["seen"].split(" as ")[-1]
        self.assertTrue(any(f"grep {queue_id} " in step for step in report.findings[0]["fix"]), report)

    def test_where_the_mailbox_cannot_be_read_nothing_is_sent(self):
        report = self.send(place="maildir:/nonexistent")
        self.assert_found(report, "arrival.cannot-look")
        self.assertEqual((report.replies("data"), report.status), ([], program.PROBLEM), report)

    def imap(self, scheme, password=None):
        return self.probe(f"lmtp://{DOVECOT}:24", "--ca-file", self.ca, "--tls-name", dovecot.HOST, "--to", "user@ci.test",
                          "--send", "--expect-in", f"{scheme}://user%40ci.test@{dovecot.HOST}/INBOX",
                          "--expect-password-file", password or self.password, "--expect-timeout", "60s")

    def test_a_message_arrives_in_an_imap_folder_and_is_not_marked_as_read(self):
        for scheme in ("imaps", "imap"):
            report = self.imap(scheme)
            self.assertEqual((report.arrival["outcome"], report.status), ("arrived", 0), report)
            self.assertEqual(report.arrival["hops"][-1]["by"], dovecot.HOST, report)
            self.assertNotIn("secret", report.text)
        seen = subprocess.run(["doveadm", "-c", self.dovecot.configuration, "fetch", "-u", "user@ci.test", "flags", "all"],
                              capture_output=True, text=True, check=True).stdout
        self.assertNotIn("Seen", seen)

    def test_a_mailbox_that_lets_nobody_in_is_told_before_anything_is_sent(self):
        wrong = self.files / "wrong-password"
        wrong.write_text("hunter2\n")
        report = self.imap("imaps", wrong)
        self.assert_found(report, "arrival.cannot-look")
        self.assertEqual(report.replies("data"), [], report)
        self.assertIn("refuses the login of user@ci.test", report.arrival["why"])
        self.assertNotIn("hunter2", report.text)

    def test_lmtp_with_one_known_and_one_unknown_recipient_delivers_to_the_one(self):
        report = self.probe(f"lmtp://{DOVECOT}:24", "--ca-file", self.ca, "--tls-name", dovecot.HOST, "--send",
                            "--to", "user@ci.test", "--to", "nobody@ci.test")
        self.assertEqual(report.replies("rcpt"), [250, 550], report)
        self.assertEqual(report.replies("message"), [250], report)
        self.assert_found(report, "message.accepted")
        self.assertEqual(report.status, program.PROBLEM, report)

    def against(self, serve, *arguments, scheme="smtp"):
        port = next(self.ports)
        server = SmallSmtp(f"{SMALL}:{port}", serve=serve)
        try:
            return self.probe(f"{scheme}://{SMALL}:{port}", "--tls", "none", "--to", "a@ci.test", "--send", *arguments)
        finally:
            server.stop()

    def test_lmtp_answers_for_each_recipient(self):
        report = self.against(serve_message(["250 2.0.0 <a@ci.test> Xy12345 Saved", "452 4.2.2 mailbox full"], lmtp=True),
                              "--to", "b@ci.test", scheme="lmtp")
        self.assertEqual(report.replies("message"), [250, 452], report)
        told = {finding["id"]: finding["seen"] for finding in report.findings}
        self.assertIn("a@ci.test: 250", told["message.accepted"])
        self.assertTrue(any(seen.startswith("b@ci.test: 452") for seen in told.values()), report)
        self.assertEqual(report.status, program.PROBLEM, report)

    def test_a_connection_that_dies_behind_the_final_dot_leaves_it_unknown(self):
        report = self.against(serve_message(None))
        self.assertEqual(report.fault(), ("message", "closed"), report)
        self.assertIn("not known whether", report.headline)
        self.assertIn("may have been delivered or not", report.findings[0]["title"])
        self.assertEqual((report.verdict, report.status), ("inconclusive", program.PROBLEM), report)

    def test_a_refusal_at_data_and_one_behind_the_dot_are_told_apart(self):
        report = self.against(serve_message(["550 5.7.1 This is spam"]))
        self.assertEqual((report.verdict, report.failed_step), ("refuses", "message"), report)
        report = self.against(serve_message([], at_data="554 5.5.1 Error: no valid recipients"))
        self.assertEqual((report.verdict, report.failed_step), ("refuses", "data"), report)

    def test_eight_bits_are_not_sent_to_a_server_that_does_not_offer_them(self):
        path = self.files / "eight.eml"
        path.write_bytes(b"Subject: x\n\n\xe4\n")
        report = self.against(serve_message(["250 2.0.0 Ok"], offer=("250 SIZE",)), "--message", path)
        self.assert_found(report, "message.eight-bit-not-offered")
        self.assertEqual(report.replies("data"), [], report)
        composed = self.against(serve_message(["250 2.0.0 Ok"], offer=("250 SIZE",)), "--body", "\u00e4\n")
        self.assert_found(composed, "message.accepted")  # as quoted-printable

    def test_a_message_is_delivered_once_whatever_other_hosts_there_are(self):
        dns = SmallDns("127.0.11.53", {("two.test", "MX"): ["10 a.two.test", "20 b.two.test"],
                                       ("a.two.test", "A"): [SMALL], ("b.two.test", "A"): ["127.0.11.4"]})
        servers = [SmallSmtp(f"{address}:25", serve=serve_message(["250 queued as 12345"]))
                   for address in (SMALL, "127.0.11.4")]
        report = self.probe("user@two.test", "--dns", "127.0.11.53", "--allow-loopback", "--send")
        for server in (*servers, dns):
            server.stop()
        self.assertEqual([session["not_tried"] for session in report.sessions], ["tried", "first-worked"], report)

    def test_the_strings_that_scanners_look_for_are_not_in_the_program(self):
        binary = pathlib.Path(program.PROGRAM).read_bytes()
        for text in (b"EICAR-STANDARD", b"GTUBE-STANDARD", b"ANTI-UBE", b"ANTIVIRUS-TEST-FILE"):
            self.assertNotIn(text, binary)


class UsageTest(program.ProbeTest):
    def refused(self, *arguments):
        done = program.run(*arguments)
        self.assertEqual((done.status, done.out), (3, ""))
        self.assertEqual(done.err.count("\n"), 1, done.err)
        return done.err

    def test_what_is_wrong_is_told_in_one_line_and_nothing_is_sent(self):
        for arguments, words in (
                (("ci.test", "--send"), "--send needs a recipient"),
                (("a@ci.test", "--subject", "x"), "nothing is sent without --send"),
                (("a@ci.test", "--expect-in", "maildir:/x"), "nothing is sent without --send"),
                (("a@ci.test", "--send", "--message", "/nonexistent"), "--message /nonexistent: No such file"),
                (("a@ci.test", "--send", "--message", "/x", "--subject", "x"), "leave out --subject"),
                (("a@ci.test", "--send", "--attach", "/nonexistent"), "--attach /nonexistent: No such file"),
                (("a@ci.test", "--send", "--header", "no colon"), "is no header field"),
                (("a@ci.test", "--send", "--size", "many"), "is no size"),
                (("a@ci.test", "--send", "--size", "10"), "is less than the message has"),
                (("a@ci.test", "--send", "--test-body", "virus"), "say plain, eicar or gtube"),
                (("a@ci.test", "--send", "--expect-in", "imaps://u@h/"), "--expect-password-file FILE"),
                (("a@ci.test", "--send", "--expect-in", "/var/mail/x"), "is no mailbox"),
                (("a@ci.test", "--send", "--quit-after", "rcpt"), "--quit-after ends")):
            self.assertIn(words, self.refused(*arguments), arguments)


if __name__ == "__main__":
    program.main()

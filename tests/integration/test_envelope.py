# SPDX-License-Identifier: Apache-2.0
"""Groups of commands, parameters of the envelope, other verbs and XCLIENT, on servers that take them."""
import isolation

isolation.enter()
isolation.leave_out("Postfix, Dovecot and Exim")

import program  # noqa: E402
from certificates import Authority  # noqa: E402
from servers import dovecot, exim, postfix  # noqa: E402
from servers.small_smtp import SmallSmtp  # noqa: E402

POSTFIX, ALONE, DOVECOT, EXIM, SMALL = "127.0.21.1", "127.0.21.2", "127.0.21.3", "127.0.21.4", "127.0.21.5"
_VERBS = ("NOOP", "VRFY user@ci.test", "HELP", "ETRN ci.test", "VERB ON", "rcpt:RSET")


def forgetful(conversation):
    """Offers PIPELINING, and answers one command of each segment."""
    conversation.say("220 small ESMTP")
    while segment := conversation.hear_bytes():
        verb = segment[:4].upper()
        if verb == b"EHLO":
            conversation.say("250-small", "250 PIPELINING")
        else:
            conversation.say("221 bye" if verb == b"QUIT" else "250 ok")


def closing(conversation):
    """Offers PIPELINING, and closes behind the first reply."""
    conversation.say("220 small ESMTP")
    conversation.hear()
    conversation.say("250-small", "250 PIPELINING")
    conversation.hear()
    conversation.say("250 ok")


class EnvelopeTest(program.ProbeTest):
    @classmethod
    def setUpClass(cls):
        authority = Authority(isolation.scratch("ca"))
        cls.postfix = postfix.Postfix(isolation.scratch("postfix"), authority.issue(postfix.HOST), {
            f"{POSTFIX}:25": ["smtpd_tls_security_level=none", "smtpd_authorized_xclient_hosts=127.0.0.0/8",
                              "smtpd_authorized_xforward_hosts=127.0.0.0/8"],
            f"{ALONE}:25": ["smtpd_tls_security_level=none", "smtpd_discard_ehlo_keywords=pipelining,dsn,chunking"],
        })
        cls.dovecot = dovecot.Dovecot(isolation.scratch("dovecot"), authority.issue(dovecot.HOST), DOVECOT)
        cls.exim = exim.Exim(isolation.scratch("exim"), program.UNPACKED, authority.issue(exim.HOST), EXIM,
                             settings="pipelining_advertise_hosts =\n")

    @classmethod
    def tearDownClass(cls):
        for server in (cls.postfix, cls.dovecot, cls.exim):
            server.stop()

    def order(self, report):
        """`C mail`, `S mail` …: what was said and heard, in order, between EHLO and QUIT."""
        events = [f"{'C' if event['event'] == 'sent' else 'S'} {event['step']}"
                  for event in report.sessions[0]["transcript"] if event["event"] in ("sent", "received")]
        return [event for event in events if event[2:] not in ("greeting", "ehlo", "lhlo", "starttls")]

    def said(self, report, step):
        return [event["text"] for event in report.sessions[0]["transcript"]
                if event["event"] == "sent" and event["step"] == step]

    def test_commands_go_out_in_groups_and_the_replies_find_their_recipients(self):
        report = self.probe(f"[{POSTFIX}]", "--to", "user@ci.test", "--to", "nobody@ci.test", "--to",
                            "postmaster@ci.test")
        self.assertEqual(self.order(report), ["C mail", "C rcpt", "C rcpt", "C rcpt", "S mail", "S rcpt", "S rcpt",
                                              "S rcpt", "C rset", "C quit", "S rset", "S quit"], report)
        self.assertEqual(report.replies("rcpt"), [250, 550, 250])
        self.assertIn("nobody@ci.test", report.findings[0]["seen"])

    def test_without_the_offer_or_with_no_pipelining_each_reply_is_awaited(self):
        alone = ["C mail", "S mail", "C rcpt", "S rcpt", "C rset", "S rset", "C quit", "S quit"]
        for target, *arguments in ((ALONE,), (POSTFIX, "--no-pipelining"), (EXIM,)):
            user = "user@exim.test" if target == EXIM else "user@ci.test"
            report = self.probe(f"[{target}]", "--tls", "none", "--to", user, *arguments)
            self.assertEqual(self.order(report), alone, report)
            self.assertEqual(report.verdict, "accepts", report)

    def test_every_parameter_that_postfix_offers_is_taken(self):
        report = self.probe(f"[{POSTFIX}]", "--tls", "none", "--from", "probe@ci.test", "--to", "user@ci.test",
                            "--mail-size", "1000", "--body-type", "8bitmime", "--smtputf8", "--ret", "hdrs",
                            "--notify", "success,delay", "--envid", "id+1 x", "--orcpt", "rfc822;first+tag@ci.test")
        self.assertEqual((report.status, report.verdict), (0, "accepts"), report)
        self.assertEqual(self.said(report, "mail"),
                         ["MAIL FROM:<probe@ci.test> SIZE=1000 BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=id+2B1+20x"])
        self.assertEqual(self.said(report, "rcpt"),
                         ["RCPT TO:<user@ci.test> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;first+2Btag@ci.test"])

    def test_a_size_above_the_limit_is_refused_at_mail(self):
        report = self.probe(f"[{POSTFIX}]", "--to", "user@ci.test", "--mail-size", "30000000")
        self.assertEqual((report.replies("mail"), report.failed_step), ([552], "mail"), report)

    def test_what_is_not_offered_is_left_out_and_told_or_said_all_the_same(self):
        arguments = (f"[{ALONE}]", "--to", "user@ci.test", "--notify", "never")
        left_out = self.probe(*arguments)
        self.assertEqual(self.said(left_out, "rcpt"), ["RCPT TO:<user@ci.test>"])
        self.assert_found(left_out, "envelope.not-offered")
        self.assertEqual(left_out.status, program.WARNING, left_out)
        said = self.probe(*arguments, "--unoffered")
        self.assertEqual(self.said(said, "rcpt"), ["RCPT TO:<user@ci.test> NOTIFY=NEVER"])
        needed = self.probe(f"[{POSTFIX}]", "--to", "user@ci.test", "--requiretls")
        self.assertEqual((needed.lead, self.said(needed, "mail")), ("envelope.needed-not-offered", []), needed)

    def test_a_message_goes_by_data_and_by_chunks(self):
        for target, arguments, last in ((POSTFIX, (), "."), (POSTFIX, ("--bdat",), "BDAT"), (ALONE, ("--bdat",), "."),
                                        (EXIM, (), "."), (EXIM, ("--bdat",), "BDAT")):
            user = "user@exim.test" if target == EXIM else "user@ci.test"
            report = self.probe(f"[{target}]", "--tls", "none", "--to", user, "--send", "--size", "400k", *arguments)
            self.assertEqual(report.replies("message"), [250], report)
            self.assertTrue(self.said(report, "message")[0].startswith(last), report)
            self.assertEqual(self.said(report, "rset"), [], report)
            chunks = self.said(report, "bdat")
            self.assertEqual(len(chunks) > 1, last == "BDAT", report)

    def test_a_message_to_nobody_is_not_sent(self):
        report = self.probe(f"[{POSTFIX}]", "--to", "nobody@ci.test", "--send")
        self.assertEqual((report.failed_step, report.replies("message")), ("rcpt", []), report)
        # Postfix answers DATA of such a group by 554.
        self.assertEqual(report.replies("data"), [554], report)

    def test_lmtp_answers_for_each_recipient(self):
        report = self.probe(f"lmtp://{DOVECOT}:24", "--tls", "none", "--to", "user@ci.test", "--to", "nobody@ci.test",
                            "--send")
        self.assertEqual((report.replies("rcpt"), report.replies("message")), ([250, 550], [250]), report)
        self.assertEqual((report.status, report.verdict), (2, "accepts-with-problems"), report)

    def test_other_verbs_are_answered_and_mail_flows_all_the_same(self):
        arguments = [part for verb in _VERBS for part in ("--verb", verb)]
        report = self.probe(f"[{POSTFIX}]", "--tls", "none", "--to", "user@ci.test", *arguments)
        self.assertEqual((report.status, report.verdict), (0, "accepts"), report)
        self.assertEqual([report.replies(step)[0] for step in ("noop", "vrfy", "help", "etrn", "command", "rset")],
                         [250, 252, 500, 459, 500, 250], report)
        self.assertEqual(report.replies("rset"), [250], "nothing was open any more")
        self.assert_found(report, "verb.answered")

    def test_xclient_makes_postfix_take_us_for_somebody_else(self):
        report = self.probe(f"[{POSTFIX}]", "--to", "someone@elsewhere.example", "--xclient", "NAME=there.example",
                            "--xclient", "ADDR=198.51.100.9", "--xforward", "NAME=behind.example")
        self.assertEqual((report.replies("xclient"), report.replies("ehlo")), ([220], [250, 250]), report)
        self.assertEqual(report.failed_step, "rcpt")
        self.assertIn("RCPT from there.example[198.51.100.9]", self.postfix.log())

    def test_a_server_that_does_not_offer_xclient_is_told_nothing_more(self):
        report = self.probe(f"[{ALONE}]", "--to", "user@ci.test", "--xclient", "NAME=there.example")
        self.assertEqual((report.replies("mail"), self.said(report, "xclient")), ([], []), report)

    def test_a_server_that_gets_pipelining_wrong_is_told(self):
        arguments = (f"[{SMALL}]:25", "--tls", "none", "--to", "a@ci.test", "--to", "b@ci.test", "--timeout", "1s")
        for port, serve, finding in ((25, forgetful, "pipelining.replies-lost"),
                                     (26, closing, "pipelining.connection-closed")):
            server = SmallSmtp(f"{SMALL}:{port}", serve=serve)
            self.addCleanup(server.stop)
            broken = self.probe(f"[{SMALL}]:{port}", *arguments[1:])
            self.assert_found(broken, finding)
            self.assertEqual(broken.status, program.PROBLEM, broken)
        self.assertEqual(self.probe(*arguments, "--no-pipelining").verdict, "accepts")


if __name__ == "__main__":
    program.main()

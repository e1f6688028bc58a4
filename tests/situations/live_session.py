# SPDX-License-Identifier: Apache-2.0
"""Servers that say nothing, hang up, stop in the middle, or are no mail servers at all."""
import http.server
import ssl
import threading

import situation

import isolation

isolation.enter()

import correspondents  # noqa: E402
from certificates import Authority  # noqa: E402
from correspondents import Scene  # noqa: E402
from servers.small_smtp import SmallSmtp, converse  # noqa: E402

HOST = "small.ci.test"


def says(*lines, then="wait"):
    """A server that says that much by itself."""
    def serve(talk):
        talk.say(*lines)
        if then == "wait":
            talk.wait_for_end()
        elif then == "refuse":
            while talk.hear() is not None:
                talk.say(lines[-1])
    return serve


def bytes_first(data):
    def serve(talk):
        talk.say_raw(data)
        talk.wait_for_end()
    return serve


def knows_nothing(greeting, refusal):
    """Greets, and answers every command alike."""
    def serve(talk):
        talk.say(greeting)
        while talk.hear() is not None:
            talk.say(refusal)
    return serve


def ends_once(then):
    """Hangs up on the first connection; the next ones are served."""
    def serve(talk):
        if talk.server.connections > 1:
            then(talk)
    return serve


def greets(talk):
    talk.say(f"220 {HOST} ESMTP")


def dribbles(talk):
    pause = threading.Event()
    for byte in f"220 {HOST} ESMTP at your service\r\n".encode():
        pause.wait(0.1)
        talk.say_raw(bytes([byte]))


def until(verb, end, greet=greets):
    """Healthy until that verb is heard the first time, or any verb behind TLS."""
    def serve(talk):
        greet(talk)
        secured = False
        while (line := talk.hear()) is not None:
            said = line[:8].upper().split(" ")[0]
            if said == verb or (verb == "behind TLS" and secured):
                return end(talk)
            if said == "EHLO":
                talk.say(f"250-{HOST}", "250-STARTTLS", "250 SIZE 1000000")
            elif said == "STARTTLS":
                talk.say("220 2.0.0 Go ahead")
                if verb == "handshake":
                    return end(talk)
                talk.secure()
                secured = True
            elif said == "QUIT":
                talk.say("221 2.0.0 Bye")
                return None
            else:
                talk.say("250 2.0.0 Ok")
        return None
    return serve


def hangs_up(_):
    pass


def resets(talk):
    talk.reset()


def falls_silent(talk):
    talk.wait_for_end()


def hears_and_hangs_up(talk):
    talk.hear_bytes()


def answers_in_plain(talk):
    talk.hear_bytes()
    talk.say("500 5.5.2 Error: bad syntax")
    talk.wait_for_end()


MYSQL = (b"\x5b\x00\x00\x00\x0a5.5.5-10.11.6-MariaDB-0+deb12u1\x00\x08\x00\x00\x00abcdefgh\x00\xfe\xf7\x2d\x02\x00\xff"
         b"\x81\x15\x00\x00\x00\x00\x00\x00\x1d\x00\x00\x00ijklmnopqrst\x00mysql_native_password\x00")

# Name -> what serves there, and what the program is told beside its target.
SITUATIONS = {
    "silent-after-accept": (falls_silent, ()),
    "closed-at-once": (hangs_up, ()),
    "reset-before-greeting": (resets, ()),
    "fails-at-times": (ends_once(converse), ()),
    "process-dies": (ends_once(falls_silent), ()),
    "closed-then-too-many-connections": (ends_once(says("421 4.7.0 Too many connections from your host", then="end")),
                                         ()),
    "greeting-dribbles": (until("nothing", hangs_up, dribbles), ("--timeout", "8s")),
    "greeting-never-ends": (bytes_first(b"220-small.ci.test ESMTP\r\n220-please wait\r\n"), ()),
    "greeting-then-closed": (says(f"220 {HOST} ESMTP", then="end"), ()),
    "hello-closed": (until("EHLO", hangs_up), ()),
    "hello-reset": (until("EHLO", resets), ()),
    "hello-silent": (until("EHLO", falls_silent), ()),
    "starttls-closed": (until("STARTTLS", hangs_up), ()),
    "handshake-closed": (until("handshake", hears_and_hangs_up), ()),
    "handshake-answered-in-plain": (until("handshake", answers_in_plain), ()),
    "first-command-behind-tls-closed": (until("behind TLS", hangs_up), ()),
    "first-command-behind-tls-reset": (until("behind TLS", resets), ()),
    "first-command-behind-tls-silent": (until("behind TLS", falls_silent), ()),
    # Other services.
    "service-ssh": (bytes_first(b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n"), ()),
    "service-imap": (says("* OK [CAPABILITY IMAP4rev1 STARTTLS] Dovecot (Debian) ready."), ()),
    "service-pop3": (says("+OK Dovecot (Debian) ready."), ()),
    "service-managesieve": (says('"IMPLEMENTATION" "Dovecot (Debian) Pigeonhole"', 'OK "ready."'), ()),
    "service-ftp": (knows_nothing("220 (vsFTPd 3.0.3)", "530 Please login with USER and PASS."), ()),
    "service-news": (knows_nothing("200 news.ci.test InterNetNews NNRP server INN 2.7.1 ready (posting ok)",
                                   "500 What?"), ()),
    "service-telnet": (bytes_first(b"\xff\xfd\x18\xff\xfd\x20\xff\xfd\x23\xff\xfd\x27"), ()),
    "service-vnc": (bytes_first(b"RFB 003.008\n"), ()),
    "service-mysql": (bytes_first(MYSQL), ()),
    "service-http": ("http", ()),
    "service-https": ("https", ()),
}


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def web_server(address, chain=None):
    server = http.server.ThreadingHTTPServer((address, 25), Quiet, bind_and_activate=True)
    if chain:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chain)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


class SessionSituations(correspondents.CorrespondentTest):
    @classmethod
    def setUpClass(cls):
        correspondents.settle()
        authority = Authority(isolation.scratch("ca"))
        chain = authority.issue(HOST)
        addresses = {name: f"5.250.1.{number}" for number, name in enumerate(SITUATIONS, 1)}
        cls.servers = []
        for name, (serve, _) in SITUATIONS.items():
            if isinstance(serve, str):
                cls.servers.append(web_server(addresses[name], chain if serve == "https" else None))
            else:
                cls.servers.append(SmallSmtp(f"{addresses[name]}:25", chain=chain, serve=serve, host=HOST))
        cls.look_at([Scene(name, f"[{addresses[name]}]", *told) for name, (_, told) in SITUATIONS.items()],
                    ca_file=str(authority.certificate), tls_name=HOST, timeout="3s")

    def test_each_is_told_apart(self):
        self.all_told()

    def test_what_decided_is_said(self):
        report = self.told("closed-at-once")
        self.assertEqual(report.findings[0]["decided_by"], "a second session", report)
        self.assertEqual([made["purpose"] for made in report.experiments], ["fresh-session", "implicit-tls"], report)

    def test_each_further_session_ends_early(self):
        for name in self.done:
            for made in self.told(name).experiments:
                said = [event for event in made.get("session", {}).get("transcript", []) if event["event"] == "sent"]
                self.assertNotIn("mail", [event["step"] for event in said], name)


if __name__ == "__main__":
    situation.main()

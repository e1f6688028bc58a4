# SPDX-License-Identifier: Apache-2.0
"""A device between clients and a mail server that reads and changes SMTP, as firewalls and virus scanners do."""
import re
import socket
import struct
import threading


class Middlebox:
    """Listens at `listen` and passes everything on to `server`, both `ADDRESS:PORT`. What it does on the way:

    greeting   called with the lines of the greeting, gives others
    hello      the same for replies to EHLO
    replies    the same for every reply
    command    called with each command; gives the one that goes on in its place, None to swallow it, CUT to
               end the connection with a reset, or Answer(text) to answer it itself
    handshake  "reset", "swallow" or "close": what becomes of the client's ClientHello

    Behind STARTTLS it passes bytes on as they come.
    """

    def __init__(self, listen, server, *, greeting=None, hello=None, replies=None, command=None, handshake=None):
        self.server = _place(server)
        self.greeting, self.hello, self.replies = greeting or _same, hello or _same, replies or _same
        self.command = command or _same
        self.handshake = handshake
        self._listening = socket.create_server(_place(listen), backlog=64,
                                               family=socket.AF_INET6 if listen.startswith("[") else socket.AF_INET)
        threading.Thread(target=self._accept, daemon=True).start()

    def stop(self):
        self._listening.close()

    def _accept(self):
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._pass, args=(client,), daemon=True).start()

    def _pass(self, client):
        try:
            with client, socket.create_connection(self.server) as server:
                _Passage(self, client, server).hold()
        except OSError:
            pass  # one side went away


class Answer:
    """What the device says itself."""

    def __init__(self, text):
        self.text = text


CUT = object()


class _Passage:
    """One connection through the device."""

    def __init__(self, box, client, server):
        self.box, self.client, self.server = box, client, server
        self.commands, self.answers = client.makefile("rb"), server.makefile("rb")

    def hold(self):
        self._answer(self.box.greeting)
        for line in self.commands:
            said = line.rstrip(b"\r\n").decode("latin-1")
            wanted = self.box.command(said)
            if wanted is CUT:
                return _reset(self.client)
            if isinstance(wanted, Answer):
                self.client.sendall(wanted.text.encode() + b"\r\n")
                continue
            if wanted is None:
                continue
            self.server.sendall(wanted.encode("latin-1") + b"\r\n")
            code = self._answer(self.box.hello if said[:4].upper() == "EHLO" else _same)
            if said.upper() == "STARTTLS" and code == "220":
                return self._tunnel()

    def _answer(self, change):
        """Passes one reply on; gives its code."""
        lines = []
        for line in self.answers:
            lines.append(line.rstrip(b"\r\n").decode("latin-1"))
            if lines[-1][3:4] != "-":
                break
        if not lines:
            raise ConnectionError
        texts = self.box.replies(change([line[4:] for line in lines]))
        code = lines[-1][:3]
        dashed = [f"{code}-{text}" for text in texts[:-1]] + [f"{code} {texts[-1]}"]
        self.client.sendall("".join(line + "\r\n" for line in dashed).encode("latin-1"))
        return code

    def _tunnel(self):
        if self.box.handshake:
            self.client.recv(65536)
            if self.box.handshake == "reset":
                _reset(self.client)
            if self.box.handshake == "swallow":
                while self.client.recv(65536):
                    pass
            return
        back = threading.Thread(target=_copy, args=(self.server, self.client), daemon=True)
        back.start()
        _copy(self.client, self.server)
        back.join()


# What such devices do.

def starred(lines):
    """A Cisco ASA's greeting: nothing but stars, and what looks like digits of the code."""
    return ["*" * len(line) for line in lines]


def masked(*keywords):
    """Overwrites these keywords with X, as long as they are."""
    def change(lines):
        return [re.sub(rf"^({'|'.join(keywords)})\b", lambda found: "X" * (len(found[0]) - 1) + "A", line)
                for line in lines]
    return change


def without(keyword):
    """Takes that line out."""
    return lambda lines: [line for line in lines if line.split()[:1] != [keyword]]


def capitals(lines):
    return [line.upper() for line in lines]


def crossed(*verbs):
    """Overwrites these verbs with X."""
    def change(command):
        verb, _, rest = command.partition(" ")
        return ("X" * len(verb) + " " + rest).strip() if verb.upper() in verbs else command
    return change


def refusing(verb, text):
    return lambda command: Answer(text) if command[:len(verb)].upper() == verb else command


def swallowing(verb):
    return lambda command: None if command[:len(verb)].upper() == verb else command


def cutting(verb):
    return lambda command: CUT if command[:len(verb)].upper() == verb else command


def _reset(connection):
    """It ends with RST when it is closed."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _same(what):
    return what


def _copy(source, sink):
    while data := source.recv(65536):
        sink.sendall(data)
    sink.shutdown(socket.SHUT_WR)


def _place(text):
    address, port = text.rsplit(":", 1)
    return address.strip("[]"), int(port)

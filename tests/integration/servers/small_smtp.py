# SPDX-License-Identifier: Apache-2.0
"""An SMTP server in this process, for behaviour that no real server shows on demand."""
import select
import socket
import ssl
import struct
import threading


class SmallSmtp:
    """Serves one or several addresses (`127.0.0.1:25`, `[::1]:25`), TCP_NODELAY set, TLS where a chain is given.

    `serve` may replace the whole conversation: it is called with a Conversation. What was seen is
    counted: `connections`, and `peak`, the most that were open at one time.
    """

    def __init__(self, *listeners, chain=None, serve=None, host="small.ci.test"):
        self.host = host
        self.connections = 0
        self.peak = 0
        self.reached = threading.Condition()
        self._open = set()
        self._serve = serve or converse
        self.tls = None
        if chain:
            self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.tls.load_cert_chain(chain)
        self._sockets = []
        for listener in listeners:
            address, port = listener.rsplit(":", 1)
            family = socket.AF_INET6 if address.startswith("[") else socket.AF_INET
            self._sockets.append(socket.create_server((address.strip("[]"), int(port)), family=family, backlog=256))
        for listening in self._sockets:
            threading.Thread(target=self._accept, args=(listening,), daemon=True).start()

    def wait_for_connections(self, count, patience=60):
        with self.reached:
            if not self.reached.wait_for(lambda: self.connections >= count, timeout=patience):
                raise RuntimeError(f"{self.connections} connections after {patience} s, not {count}")

    def stop(self):
        for listening in self._sockets:
            listening.close()

    def _accept(self, listening):
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._run, args=(connection,), daemon=True).start()

    def _run(self, connection):
        with self.reached:
            self.connections += 1
            conversation = Conversation(connection, self)
            self._open.add(conversation)
            self.peak = max(self.peak, sum(not other.is_left() for other in self._open))
            self.reached.notify_all()
        try:
            self._serve(conversation)
        except OSError:
            pass  # the client went away
        finally:
            conversation.close()
            with self.reached:
                self._open.remove(conversation)


class Conversation:
    def __init__(self, connection, server):
        self.server = server
        self.peer = connection.getpeername()[0]
        self._connection = connection
        self._bytes = b""

    def is_left(self):
        """Has the client hung up, though this end may not have come to that yet?"""
        try:
            poll = select.poll()
            poll.register(self._connection, select.POLLRDHUP)
            return bool(poll.poll(0))
        except (OSError, ValueError):
            return True  # closed here

    def say(self, *lines):
        """All lines in one write."""
        self._connection.sendall("".join(line + "\r\n" for line in lines).encode())

    def say_raw(self, data):
        self._connection.sendall(data)

    def hear(self):
        """One command; None when the client is gone."""
        while b"\n" not in self._bytes:
            more = self._connection.recv(65536)
            if not more:
                return None
            self._bytes += more
        line, self._bytes = self._bytes.split(b"\n", 1)
        return line.rstrip(b"\r").decode(errors="replace")

    def hear_bytes(self):
        """Whatever comes next."""
        return self._connection.recv(65536)

    def secure(self):
        self._connection = self.server.tls.wrap_socket(self._connection, server_side=True)

    def wait_for_end(self):
        """Says nothing until the client goes away."""
        while self._connection.recv(65536):
            pass

    def reset(self):
        """Ends with RST in place of FIN."""
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def close(self):
        if isinstance(self._connection, ssl.SSLSocket):
            self._connection.setblocking(False)
            try:
                self._connection.unwrap()  # says close_notify, and does not wait for the other one
            except OSError:
                pass
        self._connection.close()


def converse(conversation, *, greeting=None, rcpt="250 2.1.5 Ok"):
    """A plain healthy server."""
    host, secured = conversation.server.host, False
    conversation.say(greeting or f"220 {host} ESMTP ready")
    while (line := conversation.hear()) is not None:
        verb = line[:4].upper()
        if verb == "EHLO":
            offer = ["250-STARTTLS"] if conversation.server.tls and not secured else []
            conversation.say(f"250-{host}", "250-PIPELINING", *offer, "250-ENHANCEDSTATUSCODES", "250 SIZE 10000000")
        elif verb == "STAR" and not conversation.server.tls:
            conversation.say("502 5.5.1 Not offered")
        elif verb == "STAR":
            conversation.say("220 2.0.0 Go ahead")
            conversation.secure()
            secured = True
        elif verb == "RCPT":
            conversation.say(rcpt)
        elif verb == "QUIT":
            conversation.say("221 2.0.0 Bye")
            return
        else:
            conversation.say("250 2.0.0 Ok")

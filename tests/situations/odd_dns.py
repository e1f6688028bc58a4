# SPDX-License-Identifier: Apache-2.0
"""Name servers that misbehave as no real one does on demand: a function makes each answer.

    OddDns("5.53.2.1", refuses)                      # REFUSED to everything
    OddDns("5.53.2.2", drops("MX", table(RECORDS)))  # a good answer to all but MX
"""
import socket
import struct
import threading

TYPES = {"A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "MX": 15, "TXT": 16, "AAAA": 28}
NOERROR, FORMERR, SERVFAIL, NXDOMAIN, NOTIMP, REFUSED = range(6)
_OPT = 41


class Query:
    def __init__(self, packet, over_tcp):
        self.packet = packet
        self.over_tcp = over_tcp
        labels, at = [], 12
        while packet[at]:
            labels.append(packet[at + 1:at + 1 + packet[at]].decode().lower())
            at += packet[at] + 1
        self.name = ".".join(labels)
        number = struct.unpack_from("!H", packet, at + 1)[0]
        self.kind = next((kind for kind, known in TYPES.items() if known == number), str(number))
        self.question = packet[12:at + 5]
        self.edns = struct.unpack_from("!H", packet, 10)[0] > 0
        self.recursive = bool(packet[2] & 1)

    def answer(self, rcode=NOERROR, answers=(), authority=(), authoritative=True, truncated=False):
        """Records are (NAME, TYPE, VALUE)."""
        flags = (0x8000 | (0x0400 if authoritative else 0) | (0x0200 if truncated else 0) |
                 (0x0180 if self.recursive else 0) | rcode)
        records = b"" if truncated else b"".join(map(_record, (*answers, *authority)))
        counts = (0, 0) if truncated else (len(answers), len(authority))
        opt = struct.pack("!BHHIH", 0, _OPT, 1232, 0, 0) if self.edns else b""
        return (self.packet[:2] + struct.pack("!HHHHH", flags, 1, *counts, bool(opt)) + self.question +
                records + opt)


class OddDns:
    """`reply` gets a Query and gives bytes, or None for silence (over TCP: to close). `tcp=False`: that port is closed."""

    def __init__(self, address, reply, tcp=True):
        self._reply = reply
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self._udp = socket.socket(family, socket.SOCK_DGRAM)
        self._udp.bind((address, 53))
        threading.Thread(target=self._serve_udp, daemon=True).start()
        if tcp:
            self._tcp = socket.create_server((address, 53), family=family, backlog=64)
            threading.Thread(target=self._serve_tcp, daemon=True).start()

    def _serve_udp(self):
        while True:
            packet, client = self._udp.recvfrom(4096)
            threading.Thread(target=self._answer_udp, args=(packet, client), daemon=True).start()

    def _answer_udp(self, packet, client):
        answer = self._reply(Query(packet, False))
        if answer is not None:
            self._udp.sendto(answer, client)

    def _serve_tcp(self):
        while True:
            connection, _ = self._tcp.accept()
            threading.Thread(target=self._answer_tcp, args=(connection,), daemon=True).start()

    def _answer_tcp(self, connection):
        with connection:
            try:
                while True:  # resolvers put several questions on one connection
                    length = struct.unpack("!H", connection.recv(2, socket.MSG_WAITALL))[0]
                    answer = self._reply(Query(connection.recv(length, socket.MSG_WAITALL), True))
                    if answer is None:
                        return
                    connection.sendall(struct.pack("!H", len(answer)) + answer)
            except (OSError, struct.error):
                pass  # the client went away


def table(records, apex="", authoritative=True):
    """Answers as `records` has it, {(NAME, TYPE): [VALUE]}: other types of a known name have none, other names do not
    exist. `apex`: the zone, whose SOA comes with a negative answer. As a resolver, it knows the root as well."""
    names = {name for name, _ in records} | {apex, ""}
    names |= {name[at + 1:] for name in names for at in range(len(name)) if name[at] == "."}

    def reply(query):
        found = records.get((query.name, query.kind), [])
        if not found and (query.name, "CNAME") in records:
            target = records[query.name, "CNAME"][0]
            answers = [(query.name, "CNAME", target)]
            answers += [(target, query.kind, value) for value in records.get((target, query.kind), [])]
            return query.answer(answers=answers, authoritative=authoritative)
        soa = [] if found else [(apex, "SOA", f"ns.{apex or 'root'}")]
        return query.answer(NOERROR if query.name in names else NXDOMAIN, [(query.name, query.kind, value) for value in found], soa,
                            authoritative=authoritative)
    return reply


def always(rcode, authoritative=False):
    return lambda query: query.answer(rcode, authoritative=authoritative)


refuses, fails, denies = always(REFUSED), always(SERVFAIL), always(NXDOMAIN)


def silent(query):
    return None


def drops(kinds, then):
    return lambda query: None if query.kind in kinds.split() else then(query)


def lacks(kinds, then):
    return lambda query: query.answer(NOTIMP) if query.kind in kinds.split() else then(query)


def address_for_everything(address):
    def reply(query):
        answers = [(query.name, "A", address)] if query.kind == "A" else []
        return query.answer(answers=answers, authoritative=False)
    return reply


def truncates(then, kinds="", tcp=True):
    """Says over UDP that the answer does not fit; to those types alone, where some are named."""
    def reply(query):
        if query.over_tcp:
            return then(query) if tcp else None
        return query.answer(truncated=True) if not kinds or query.kind in kinds.split() else then(query)
    return reply


def garbage(query):
    return b"this is no DNS message"


def compression_loop(query):
    """A name in the answer that points at itself."""
    head = query.packet[:2] + struct.pack("!HHHHH", 0x8180, 1, 1, 0, 0) + query.question
    return head + struct.pack("!H", 0xC000 | len(head)) + struct.pack("!HHIH", TYPES.get(query.kind, 1), 1, 60, 0)


def wrong_id(then):
    def reply(query):
        answer = then(query)
        return bytes([answer[0] ^ 0xFF]) + answer[1:]
    return reply


def wrong_question(then):
    """A good answer, to a question that nobody asked."""
    def reply(query):
        query.question = _name("elsewhere") + query.question[-4:]
        return then(query)
    return reply


def after(seconds, then):
    def reply(query):
        threading.Event().wait(seconds)
        return then(query)
    return reply


def passes_on(address):
    """A forwarder: asks that name server, over UDP."""
    def reply(query):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
            asking.connect((address, 53))
            asking.send(query.packet)
            return asking.recv(65535)
    return reply


def slow_about(zone, seconds, then):
    """As a resolver is that asks a dead name server first."""
    slowly = after(seconds, then)
    return lambda query: (slowly if query.name.endswith(zone) and query.kind != "NS" else then)(query)


def loses_first(then):
    """Every question is heard only when it is asked again."""
    asked = set()

    def reply(query):
        if query.question in asked:
            return then(query)
        asked.add(query.question)
        return None
    return reply


def rejects_edns(then):
    """FORMERR to EDNS, as name servers of the last century."""
    def reply(query):
        if not query.edns:
            return then(query)
        query.edns = False
        return query.answer(FORMERR)
    return reply


def refers_up(query):
    """An answer without authority that sends the asker back to the root."""
    return query.answer(authority=[("", "NS", "ns.root")], authoritative=False)


def _record(record):
    name, kind, value = record
    data = _data(kind, value)
    return _name(name) + struct.pack("!HHIH", TYPES[kind], 1, 60, len(data)) + data


def _data(kind, value):
    if kind == "MX":
        preference, host = value.split()
        return struct.pack("!H", int(preference)) + _name(host)
    if kind == "A":
        return socket.inet_pton(socket.AF_INET, value)
    if kind == "AAAA":
        return socket.inet_pton(socket.AF_INET6, value)
    if kind == "SOA":
        return _name(value) + _name("hostmaster") + struct.pack("!IIIII", 1, 3600, 600, 86400, 60)
    if kind == "TXT":
        return bytes([len(value)]) + value.encode()
    return _name(value)


def _name(name):
    labels = [label.encode() for label in name.rstrip(".").split(".") if label]
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"

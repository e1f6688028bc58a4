# SPDX-License-Identifier: Apache-2.0
"""A DNS server in this process that answers at once from a table, like a resolver's cache."""
import socket
import struct
import threading

_TYPES = {"A": 1, "CNAME": 5, "PTR": 12, "MX": 15, "TXT": 16, "AAAA": 28}


class SmallDns:
    """`records` maps (NAME, TYPE) to values: "192.0.2.1", "10 mx.test", a text of at most 255 bytes.
    Other types of a known name have no records; other names do not exist. `questions` lists what was asked."""

    def __init__(self, address, records, port=53):
        self._records = {(name.lower(), kind): values for (name, kind), values in records.items()}
        self._names = {name for name, _ in self._records} | {""}
        self.questions = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((address, port))
        threading.Thread(target=self._run, daemon=True).start()

    def stop(self):
        self._socket.close()

    def _run(self):
        while True:
            try:
                query, client = self._socket.recvfrom(4096)
                self._socket.sendto(self._answer(query), client)
            except OSError:
                return

    def _answer(self, query):
        name, end = _read_name(query, 12)
        number = struct.unpack_from("!H", query, end)[0]
        kind = next((kind for kind, known in _TYPES.items() if known == number), str(number))
        self.questions.append((name, kind))
        values = self._records.get((name, kind), [])
        rcode = 0 if name in self._names else 3
        answers = b"".join(b"\xc0\x0c" + struct.pack("!HHI", number, 1, 60) + _data(kind, value) for value in values)
        head = query[:2] + struct.pack("!HHHHH", 0x8180 | rcode, 1, len(values), 0, 0)
        return head + query[12:end + 4] + answers


def _data(kind, value):
    if kind == "MX":
        preference, host = value.split()
        data = struct.pack("!H", int(preference)) + _write_name(host)
    elif kind in ("CNAME", "PTR"):
        data = _write_name(value)
    elif kind == "TXT":
        data = bytes([len(value)]) + value.encode()
    else:
        data = socket.inet_pton(socket.AF_INET if kind == "A" else socket.AF_INET6, value)
    return struct.pack("!H", len(data)) + data


def _read_name(packet, at):
    labels = []
    while (length := packet[at]) != 0:
        labels.append(packet[at + 1:at + 1 + length].decode().lower())
        at += length + 1
    return ".".join(labels), at + 1


def _write_name(name):
    labels = [label.encode() for label in name.rstrip(".").split(".") if label]
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"

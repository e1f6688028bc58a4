// SPDX-License-Identifier: Apache-2.0
// https://www.haproxy.org/download/2.6/doc/proxy-protocol.txt, sections 2.1 and 2.2.
#include "ways/proxy_header.hpp"

namespace smtpprobe {
namespace {

constexpr std::string_view kSignature("\r\n\r\n\0\r\nQUIT\n", 12);
constexpr char kVersion2 = 0x20;
constexpr char kProxied = 0x01;
constexpr char kStreamIpv4 = 0x11;
constexpr char kStreamIpv6 = 0x21;
constexpr std::uint16_t kSomePort = 40000;

void put_number(std::string& bytes, std::size_t number)
{
    bytes += static_cast<char>(number >> 8 & 0xff);
    bytes += static_cast<char>(number & 0xff);
}

void put_address(std::string& bytes, const IpAddress& address)
{
    const std::size_t size = address.family() == Family::ipv4 ? 4 : 16;
    for (std::size_t i = 0; i < size; ++i)
        bytes += static_cast<char>(address.bytes()[i]);
}

} // namespace

ProxyHeaderBytes proxy_header(const ProxyHeader& header, const IpAddress& local, const IpAddress& there,
                              std::uint16_t port)
{
    const auto source = header.source.value_or(local);
    const auto destination = header.destination.value_or(there);
    const auto from = header.source_port != 0 ? header.source_port : kSomePort;
    const auto to = header.destination_port != 0 ? header.destination_port : port;
    const bool unknown = header.local || source.family() != destination.family();
    const bool four = source.family() == Family::ipv4;
    const auto ends =
        source.text() + ' ' + destination.text() + ' ' + std::to_string(from) + ' ' + std::to_string(to);
    ProxyHeaderBytes made;
    if (header.version == 1) {
        made.shown = unknown ? "PROXY UNKNOWN" : std::string("PROXY ") + (four ? "TCP4 " : "TCP6 ") + ends;
        made.bytes = made.shown + "\r\n";
        return made;
    }
    made.bytes = kSignature;
    made.bytes += static_cast<char>(kVersion2 | (unknown ? 0 : kProxied));
    if (unknown) {
        made.bytes += '\0';
        put_number(made.bytes, 0);
        made.shown = "PROXY version 2: LOCAL";
        return made;
    }
    made.bytes += four ? kStreamIpv4 : kStreamIpv6;
    put_number(made.bytes, four ? 12 : 36);
    put_address(made.bytes, source);
    put_address(made.bytes, destination);
    put_number(made.bytes, from);
    put_number(made.bytes, to);
    made.shown = std::string("PROXY version 2: ") + (four ? "TCP4 " : "TCP6 ") + ends;
    return made;
}

} // namespace smtpprobe

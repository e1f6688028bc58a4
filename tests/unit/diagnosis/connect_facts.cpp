// SPDX-License-Identifier: Apache-2.0
#include "connect_facts.hpp"

#include <cerrno>
#include <stdexcept>

#include "base/ascii.hpp"
#include "diagnosis/controls.hpp"

namespace smtpprobe::test {
namespace {

std::string word(std::string_view& text)
{
    const auto end = std::min(text.find(' '), text.size());
    std::string first(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    return first;
}

struct Came {
    std::optional<Fault> fault;
    Duration after = std::chrono::milliseconds(10);
};

Fault fault_of(const std::string& name, std::string_view& rest)
{
    Fault fault;
    if (name == "refused") {
        fault.kind = FaultKind::refused;
    } else if (name == "silent") {
        fault.kind = FaultKind::timed_out;
    } else if (name == "unreachable") {
        fault.kind = FaultKind::host_unreachable;
    } else if (name == "no-route") {
        fault.kind = FaultKind::network_unreachable;
    } else if (name == "forbidden") {
        fault.kind = FaultKind::prohibited;
    } else if (name == "blackhole") {
        fault.kind = FaultKind::network_unreachable;
        fault.system_error = EINVAL;
    } else if (name == "icmp") {
        const auto from = IpAddress::parse(word(rest)).value();
        const auto type = static_cast<std::uint8_t>(std::stoi(word(rest)));
        const auto code = static_cast<std::uint8_t>(std::stoi(word(rest)));
        fault.kind = FaultKind::host_unreachable;
        fault.icmp = IcmpError{from, type, code};
    } else {
        throw std::invalid_argument("how did it come: " + name);
    }
    return fault;
}

Came came_of(std::string_view text)
{
    Came came;
    const auto name = word(text);
    if (name != "open")
        came.fault = fault_of(name, text);
    if (name == "silent")
        came.after = std::chrono::seconds(20);
    if (word(text) == "after")
        came.after = std::chrono::milliseconds(std::stoi(word(text)));
    return came;
}

Contact contact_of(const std::string& host, const IpAddress& address, std::uint16_t port,
                   std::string_view text)
{
    auto came = came_of(text);
    Contact contact;
    contact.host = host;
    contact.address = address;
    contact.port = port;
    contact.connected_after = came.after;
    contact.fault = std::move(came.fault);
    return contact;
}

HopAnswer answer_of(std::string_view text) { return from_name<HopAnswer>(text).value(); }

} // namespace

ConnectFacts& ConnectFacts::endpoint(const std::string& address, std::string_view text,
                                     const std::string& host)
{
    if (!host.empty() || builder_.facts.route.hosts.empty())
        builder_.mx(host.empty() ? "mx.example.com" : host);
    auto came = came_of(text);
    if (!came.fault) {
        builder_.talk(address,
                      {"connected", "greeting 220 mx ESMTP", "ehlo 250 mx.example.com|STARTTLS",
                       "starttls 220 ready", "tls trusted matches valid", "ehlo 250 mx.example.com"});
        return *this;
    }
    builder_.talk(address, {"broken connect timed-out"});
    auto& session = builder_.facts.sessions.back();
    session.took = came.after;
    session.transcript.back().at = came.after;
    std::get<Broken>(session.transcript.back().what).fault = std::move(*came.fault);
    return *this;
}

ConnectFacts& ConnectFacts::untried(const std::string& address, NotTried why)
{
    if (builder_.facts.route.hosts.empty())
        builder_.mx("mx.example.com");
    builder_.untried(address, why);
    return *this;
}

ConnectFacts& ConnectFacts::ports(const std::string& address, std::initializer_list<const char*> came)
{
    for (std::string_view text : came) {
        const auto port = static_cast<std::uint16_t>(std::stoi(word(text)));
        builder_.experiment(Purpose::other_port,
                            contact_of("mx.example.com", IpAddress::parse(address).value(), port, text));
    }
    return *this;
}

ConnectFacts& ConnectFacts::controls(std::initializer_list<const char*> came, Family family,
                                     std::uint16_t port)
{
    int number = 0;
    for (const std::string_view text : came) {
        const auto& provider = kKnownProviders[number];
        const auto address = family == Family::ipv4 ? "9.0." + std::to_string(number) + ".1"
                                                    : "2a09:0:" + std::to_string(number) + "::1";
        const std::string host(port == 25 ? provider.mail_host : provider.submission);
        builder_.experiment(Purpose::control,
                            contact_of(host, IpAddress::parse(address).value(), port, text));
        ++number;
    }
    return *this;
}

ConnectFacts& ConnectFacts::trace(const std::string& address, std::uint16_t port,
                                  std::initializer_list<const char*> hops)
{
    Trace trace{IpAddress::parse(address).value(), port, {}};
    for (std::string_view text : hops) {
        Hop hop;
        hop.ttl = std::stoi(word(text));
        hop.answer = answer_of(word(text));
        auto who = word(text);
        if (who == "after") {
            hop.took = std::chrono::milliseconds(std::stoi(word(text)));
            who.clear();
        }
        if (!who.empty())
            hop.from = IpAddress::parse(who).value();
        trace.hops.push_back(hop);
    }
    builder_.experiment(port == 25 ? Purpose::trace : Purpose::trace_compared, std::move(trace));
    return *this;
}

ConnectFacts& ConnectFacts::own(const std::string& address)
{
    builder_.facts.own_addresses.push_back(IpAddress::parse(address).value());
    return *this;
}

ConnectFacts& ConnectFacts::control_lookup(const std::string& host, RecordType type,
                                           const std::string& address)
{
    Lookup lookup;
    lookup.name = host;
    lookup.type = type;
    lookup.outcome = address.empty() ? LookupOutcome::failed : LookupOutcome::found;
    lookup.failure = address.empty() ? LookupFailure::timed_out : LookupFailure::none;
    if (!address.empty()) {
        Record record;
        record.type = type;
        record.owner = host;
        record.address = IpAddress::parse(address).value();
        lookup.records.push_back(record);
    }
    builder_.experiment(Purpose::control_lookup, std::move(lookup));
    return *this;
}

} // namespace smtpprobe::test

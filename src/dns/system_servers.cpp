// SPDX-License-Identifier: Apache-2.0
#include "dns/system_servers.hpp"

#include <algorithm>

#include <fcntl.h>
#include <unistd.h>

#include "base/ascii.hpp"
#include "dns/resolver.hpp"

namespace smtpprobe {
namespace {

constexpr std::size_t kMaxFile = 1 << 20;

/// The words of a line before its comment.
std::vector<std::string_view> line_words(std::string_view line, std::string_view comment_marks)
{
    line = line.substr(0, line.find_first_of(comment_marks));
    while (!line.empty() && line.back() == '\r')
        line.remove_suffix(1);
    return words_of(line);
}

bool is_localhost(std::string_view name)
{
    return equal_ignoring_case(name, "localhost") || to_lower(name).ends_with(".localhost");
}

void add_address(Lookup& lookup, const IpAddress& address)
{
    const auto family = lookup.type == RecordType::a ? Family::ipv4 : Family::ipv6;
    const bool known = std::any_of(lookup.records.begin(), lookup.records.end(),
                                   [&](const Record& record) { return record.address == address; });
    if (address.family() != family || known)
        return;
    Record record;
    record.type = lookup.type;
    record.owner = lookup.name;
    record.address = address;
    lookup.records.push_back(std::move(record));
}

} // namespace

std::string read_small_file(const std::string& path)
{
    std::string text;
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0)
        return text;
    char buffer[4096];
    while (text.size() < kMaxFile) {
        const auto count = ::read(file, buffer, sizeof buffer);
        if (count <= 0)
            break;
        text.append(buffer, static_cast<std::size_t>(count));
    }
    ::close(file);
    return text;
}

std::vector<NameServer> parse_resolv_conf(std::string_view text)
{
    std::vector<NameServer> servers;
    for (const auto line : split(text, '\n')) {
        const auto words = line_words(line, "#;");
        if (words.size() < 2 || words[0] != "nameserver" || servers.size() == kMaxSystemServers)
            continue;
        if (const auto address = IpAddress::parse(words[1]))
            servers.push_back({*address, 53});
    }
    return servers;
}

std::vector<NameServer> system_name_servers()
{
    return parse_resolv_conf(read_small_file("/etc/resolv.conf"));
}

Lookup find_in_hosts_file(std::string_view text, const Question& question)
{
    Lookup lookup;
    lookup.name = question.name;
    lookup.type = question.type;
    lookup.outcome = LookupOutcome::no_records;
    if (question.type != RecordType::a && question.type != RecordType::aaaa)
        return lookup;

    bool named = false;
    for (const auto line : split(text, '\n')) {
        const auto words = line_words(line, "#");
        const bool here = std::any_of(words.begin() + (words.empty() ? 0 : 1), words.end(), [&](auto word) {
            return equal_ignoring_case(word.ends_with('.') ? word.substr(0, word.size() - 1) : word,
                                       question.name);
        });
        if (!here)
            continue;
        if (const auto address = IpAddress::parse(words[0])) {
            named = true;
            add_address(lookup, *address);
        }
    }
    if (!named && is_localhost(question.name)) {
        for (const char* loopback : {"127.0.0.1", "::1"})
            add_address(lookup, *IpAddress::parse(loopback));
    }
    if (!lookup.records.empty()) {
        lookup.outcome = LookupOutcome::found;
        lookup.from_hosts_file = true;
    }
    return lookup;
}

Lookup look_up_hosts_file(const Question& question)
{
    return find_in_hosts_file(read_small_file("/etc/hosts"), question);
}

} // namespace smtpprobe

// SPDX-License-Identifier: Apache-2.0
#include "lab/dns_zone.hpp"

#include <algorithm>
#include <utility>

#include "base/ascii.hpp"

namespace smtpprobe {
namespace {

// So many aliases are followed before the chain is handed out as it is, loop or not.
constexpr int kMaxAliases = 16;
constexpr std::uint32_t kNegativeTtl = 60;

Record record_of(RecordType type, std::string_view owner, std::uint32_t ttl)
{
    Record record;
    record.type = type;
    record.owner = to_lower(owner);
    record.ttl = ttl;
    return record;
}

/// The last two labels: a lab needs no finer idea of where a zone begins.
std::string apex_of(const std::string& name)
{
    const auto last = name.rfind('.');
    if (last == std::string::npos || last == 0)
        return name;
    const auto before = name.rfind('.', last - 1);
    return before == std::string::npos ? name : name.substr(before + 1);
}

Record soa_of(const std::string& name)
{
    auto soa = record_of(RecordType::soa, apex_of(name), kNegativeTtl);
    soa.name = "ns." + soa.owner;
    return soa;
}

} // namespace

Record mx_record(std::string_view owner, std::uint16_t preference, std::string_view host, std::uint32_t ttl)
{
    auto record = record_of(RecordType::mx, owner, ttl);
    record.preference = preference;
    record.name = to_lower(host);
    return record;
}

Record address_record(std::string_view owner, std::string_view address, std::uint32_t ttl)
{
    const auto parsed = IpAddress::parse(address).value_or(IpAddress());
    auto record = record_of(parsed.family() == Family::ipv4 ? RecordType::a : RecordType::aaaa, owner, ttl);
    record.address = parsed;
    return record;
}

Record cname_record(std::string_view owner, std::string_view to, std::uint32_t ttl)
{
    auto record = record_of(RecordType::cname, owner, ttl);
    record.name = to_lower(to);
    return record;
}

Record txt_record(std::string_view owner, std::string_view text, std::uint32_t ttl)
{
    auto record = record_of(RecordType::txt, owner, ttl);
    record.data = text;
    return record;
}

Record ptr_record(std::string_view address, std::string_view name, std::uint32_t ttl)
{
    const auto parsed = IpAddress::parse(address).value_or(IpAddress());
    auto record = record_of(RecordType::ptr, parsed.reverse_name(), ttl);
    record.name = to_lower(name);
    return record;
}

void DnsZone::add(Record record) { records_.push_back(std::move(record)); }

ZoneAnswer DnsZone::answer(const Question& question) const
{
    ZoneAnswer answer;
    auto name = to_lower(question.name);
    for (int aliases = 0; aliases <= kMaxAliases; ++aliases) {
        const Record* alias = nullptr;
        bool found = false;
        for (const auto& record : records_) {
            if (record.owner != name)
                continue;
            if (record.type == question.type) {
                answer.answers.push_back(record);
                found = true;
            } else if (record.type == RecordType::cname) {
                alias = &record;
            }
        }
        if (found)
            return answer;
        if (!alias) {
            answer.rcode = exists(name) ? 0 : 3;
            answer.soa = soa_of(name);
            return answer;
        }
        answer.answers.push_back(*alias);
        name = alias->name;
    }
    return answer;
}

bool DnsZone::exists(std::string_view name) const
{
    if (name.empty()) // the root: whatever there is stands below it
        return true;
    const auto below = "." + std::string(name);
    return std::any_of(records_.begin(), records_.end(), [&](const Record& record) {
        return record.owner == name || record.owner.ends_with(below);
    });
}

} // namespace smtpprobe

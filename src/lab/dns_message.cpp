// SPDX-License-Identifier: Apache-2.0
#include "lab/dns_message.hpp"

#include <algorithm>
#include <utility>

#include "base/ascii.hpp"

namespace smtpprobe {
namespace {

constexpr std::size_t kHeader = 12;
constexpr std::size_t kAnswers = 6; // where the header counts records
constexpr std::size_t kAuthorities = 8;
constexpr std::size_t kAdditionals = 10;
constexpr std::uint16_t kOptType = 41;

constexpr std::pair<RecordType, std::uint16_t> kTypes[] = {
    {RecordType::a, 1},     {RecordType::ns, 2},  {RecordType::cname, 5},  {RecordType::soa, 6},
    {RecordType::ptr, 12},  {RecordType::mx, 15}, {RecordType::txt, 16},   {RecordType::aaaa, 28},
    {RecordType::tlsa, 52}, {RecordType::ds, 43}, {RecordType::rrsig, 46}, {RecordType::dnskey, 48},
};

std::uint16_t number_of(RecordType type)
{
    for (const auto& [known, number] : kTypes)
        if (known == type)
            return number;
    return 0;
}

std::size_t byte_at(std::string_view bytes, std::size_t at) { return static_cast<unsigned char>(bytes[at]); }

std::size_t u16_at(std::string_view bytes, std::size_t at)
{
    return byte_at(bytes, at) << 8 | byte_at(bytes, at + 1);
}

/// A client's question is never compressed.
std::optional<std::string> name_at(std::string_view bytes, std::size_t& at)
{
    std::string name;
    while (at < bytes.size()) {
        const auto length = byte_at(bytes, at++);
        if (length == 0)
            return to_lower(name);
        if (length > 63 || at + length > bytes.size())
            return std::nullopt;
        if (!name.empty())
            name += '.';
        name += bytes.substr(at, length);
        at += length;
    }
    return std::nullopt;
}

} // namespace

std::optional<DnsQuery> read_query(std::string_view bytes)
{
    if (bytes.size() < kHeader || (byte_at(bytes, 2) & 0x80) != 0 || u16_at(bytes, 4) != 1)
        return std::nullopt;
    DnsQuery query;
    query.id = static_cast<std::uint16_t>(u16_at(bytes, 0));
    query.recursion_desired = (byte_at(bytes, 2) & 1) != 0;
    query.authentic_data = (byte_at(bytes, 3) & 0x20) != 0;

    std::size_t at = kHeader;
    auto name = name_at(bytes, at);
    if (!name || at + 4 > bytes.size())
        return std::nullopt;
    query.question.name = *name;
    const auto number = u16_at(bytes, at);
    const auto type = std::find_if(std::begin(kTypes), std::end(kTypes),
                                   [&](const auto& known) { return known.second == number; });
    if (type == std::end(kTypes))
        return std::nullopt;
    query.question.type = type->first;
    at += 4;
    query.question_bytes = bytes.substr(kHeader, at - kHeader);

    // The only record that a query carries is OPT: the root's name, type, and the size as its class.
    if (u16_at(bytes, kAdditionals) != 0 && at + 11 <= bytes.size() && byte_at(bytes, at) == 0 &&
        u16_at(bytes, at + 1) == kOptType) {
        query.edns = true;
        query.udp_size = static_cast<std::uint16_t>(std::max<std::size_t>(512, u16_at(bytes, at + 3)));
    }
    return query;
}

DnsWriter::DnsWriter(const DnsQuery& query, int rcode, bool authenticated)
{
    u16(query.id);
    u16(0x8080U | (query.recursion_desired ? 0x0100U : 0U) | (authenticated ? 0x0020U : 0U) |
        (static_cast<unsigned>(rcode) & 15U));
    u16(1);
    u16(0);
    u16(0);
    u16(0);
    bytes_ += query.question_bytes;
    names_[query.question.name] = kHeader;
}

void DnsWriter::answer(const Record& written)
{
    record(written);
    count(kAnswers);
}

void DnsWriter::authority(const Record& written)
{
    record(written);
    count(kAuthorities);
}

void DnsWriter::edns(std::uint16_t udp_size)
{
    u8(0);
    u16(kOptType);
    u16(udp_size);
    u32(0);
    u16(0);
    count(kAdditionals);
}

void DnsWriter::set_truncated() { bytes_[2] = static_cast<char>(bytes_[2] | 2); }

void DnsWriter::record(const Record& written)
{
    name(written.owner);
    u16(number_of(written.type));
    u16(1);
    u32(written.ttl);
    const auto length_at = bytes_.size();
    u16(0);
    data_of(written);
    const auto length = bytes_.size() - length_at - 2;
    bytes_[length_at] = static_cast<char>(length >> 8);
    bytes_[length_at + 1] = static_cast<char>(length);
}

void DnsWriter::data_of(const Record& written)
{
    switch (written.type) {
    case RecordType::a:
    case RecordType::aaaa:
        for (std::size_t i = 0; i < (written.type == RecordType::a ? 4U : 16U); ++i)
            u8(written.address.bytes()[i]);
        return;
    case RecordType::mx:
        u16(written.preference);
        name(written.name);
        return;
    case RecordType::cname:
    case RecordType::ptr:
    case RecordType::ns: name(written.name); return;
    case RecordType::txt:
        // Its strings hold at most 255 bytes each.
        for (std::size_t from = 0; from == 0 || from < written.data.size(); from += 255) {
            const auto part = std::string_view(written.data).substr(from, 255);
            u8(part.size());
            bytes_ += part;
        }
        return;
    case RecordType::soa:
        name(written.name);
        name("hostmaster." + written.owner);
        for (const std::uint32_t value : {1U, 3600U, 600U, 86400U})
            u32(value);
        u32(written.ttl); // RFC 2308: how long a negative answer holds
        return;
    case RecordType::ds:
    case RecordType::dnskey:
    case RecordType::rrsig:
    case RecordType::tlsa: bytes_ += written.data; return;
    }
}

void DnsWriter::name(std::string_view rest)
{
    while (!rest.empty()) {
        if (const auto known = names_.find(rest); known != names_.end()) {
            u16(0xc000U | known->second);
            return;
        }
        if (bytes_.size() < 0x4000)
            names_.emplace(rest, bytes_.size());
        const auto label = rest.substr(0, std::min<std::size_t>(rest.find('.'), 63));
        u8(label.size());
        bytes_ += label;
        rest.remove_prefix(std::min(label.size() + 1, rest.size()));
    }
    u8(0);
}

void DnsWriter::u8(std::size_t value) { bytes_ += static_cast<char>(value & 255); }

void DnsWriter::u16(std::size_t value)
{
    u8(value >> 8);
    u8(value);
}

void DnsWriter::u32(std::uint32_t value)
{
    u16(value >> 16);
    u16(value & 0xffff);
}

void DnsWriter::count(std::size_t at)
{
    const auto counted = u16_at(bytes_, at) + 1;
    bytes_[at] = static_cast<char>(counted >> 8);
    bytes_[at + 1] = static_cast<char>(counted);
}

} // namespace smtpprobe

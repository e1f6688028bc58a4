// SPDX-License-Identifier: Apache-2.0
#include "dns/message.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "base/ascii.hpp"
#include "dns/packet_reader.hpp"

namespace smtpprobe {
namespace {

constexpr std::size_t kHeader = 12;
constexpr std::size_t kMaxName = 253;
constexpr std::size_t kMaxLabel = 63;
constexpr unsigned kOpt = 41;
constexpr unsigned kInternet = 1;
constexpr unsigned kMaxTtl = 0x7fffffff; // RFC 2181 section 8: a larger one counts as zero

struct Number {
    RecordType type;
    std::uint16_t number;
};

constexpr Number kNumbers[] = {
    {RecordType::a, 1},     {RecordType::aaaa, 28}, {RecordType::mx, 15},    {RecordType::cname, 5},
    {RecordType::ptr, 12},  {RecordType::txt, 16},  {RecordType::ns, 2},     {RecordType::soa, 6},
    {RecordType::tlsa, 52}, {RecordType::ds, 43},   {RecordType::rrsig, 46}, {RecordType::dnskey, 48},
};

std::uint16_t number_of(RecordType type)
{
    for (const auto& known : kNumbers)
        if (known.type == type)
            return known.number;
    return 0;
}

std::optional<RecordType> type_of(unsigned number)
{
    for (const auto& known : kNumbers)
        if (known.number == number)
            return known.type;
    return std::nullopt;
}

void append_u16(std::string& bytes, unsigned value)
{
    bytes += static_cast<char>(value >> 8 & 255);
    bytes += static_cast<char>(value & 255);
}

/// What stands before every record's data.
struct RecordHead {
    std::string owner;
    unsigned type = 0;
    unsigned record_class = 0;
    std::uint32_t ttl = 0;
    std::size_t end = 0;
};

RecordHead read_head(PacketReader& packet)
{
    RecordHead head;
    head.owner = packet.name();
    head.type = packet.u16();
    head.record_class = packet.u16();
    head.ttl = packet.u32();
    head.end = packet.u16();
    head.end += packet.at();
    return head;
}

IpAddress read_address(PacketReader& packet, Family family)
{
    if (family == Family::ipv4) {
        std::array<std::uint8_t, 4> bytes{};
        const auto raw = packet.take_bytes(bytes.size());
        std::copy(raw.begin(), raw.end(), bytes.begin());
        return IpAddress::v4(bytes);
    }
    std::array<std::uint8_t, 16> bytes{};
    const auto raw = packet.take_bytes(bytes.size());
    std::copy(raw.begin(), raw.end(), bytes.begin());
    return IpAddress::v6(bytes);
}

std::string read_strings(PacketReader& packet, std::size_t end)
{
    std::string text;
    while (packet.good() && packet.at() < end) {
        const auto part = packet.take_bytes(packet.u8());
        text.append(part.begin(), part.end());
    }
    return text;
}

std::string read_hex(PacketReader& packet, std::size_t end)
{
    constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (const auto byte : packet.take_bytes(end - std::min(end, packet.at()))) {
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

/// The data must take up exactly the length that was announced.
Record read_record(PacketReader& packet, const RecordHead& head, RecordType type)
{
    Record record;
    record.type = type;
    record.owner = head.owner;
    record.ttl = head.ttl > kMaxTtl ? 0 : head.ttl;
    switch (type) {
    case RecordType::a: record.address = read_address(packet, Family::ipv4); break;
    case RecordType::aaaa: record.address = read_address(packet, Family::ipv6); break;
    case RecordType::mx:
        record.preference = static_cast<std::uint16_t>(packet.u16());
        record.name = packet.name();
        break;
    case RecordType::cname:
    case RecordType::ptr:
    case RecordType::ns: record.name = packet.name(); break;
    case RecordType::txt: record.data = read_strings(packet, head.end); break;
    case RecordType::ds:
    case RecordType::dnskey:
    case RecordType::rrsig:
    case RecordType::tlsa: record.data = read_hex(packet, head.end); break;
    case RecordType::soa:
        record.name = packet.name();
        packet.name();
        packet.take_bytes(16);
        // How long a negative answer holds (RFC 2308 section 5).
        record.ttl = std::min(record.ttl, packet.u32());
        break;
    }
    if (packet.at() != head.end)
        packet.seek(std::numeric_limits<std::size_t>::max());
    return record;
}

void read_answers(PacketReader& packet, unsigned count, DnsAnswer& answer)
{
    for (unsigned i = 0; i < count && packet.good(); ++i) {
        const auto head = read_head(packet);
        const auto type = type_of(head.type);
        if (!packet.good() || !type || head.record_class != kInternet ||
            answer.records.size() >= kMaxRecords) {
            packet.seek(head.end);
            continue;
        }
        auto record = read_record(packet, head, *type);
        if (packet.good())
            answer.records.push_back(std::move(record));
    }
}

void keep_referral(Record record, DnsAnswer& answer)
{
    if (answer.referral.size() < kMaxReferral)
        answer.referral.push_back(std::move(record));
}

void read_authority(PacketReader& packet, unsigned count, ReadDepth depth, DnsAnswer& answer)
{
    for (unsigned i = 0; i < count && packet.good(); ++i) {
        const auto head = read_head(packet);
        const auto type = type_of(head.type);
        if (packet.good() && type == RecordType::soa) {
            const auto soa = read_record(packet, head, RecordType::soa);
            answer.negative_ttl = soa.ttl;
        } else if (packet.good() && type == RecordType::ns && depth == ReadDepth::referral) {
            keep_referral(read_record(packet, head, RecordType::ns), answer);
        } else {
            packet.seek(head.end);
        }
    }
}

/// The options of an OPT record (RFC 6891 6.1.2). One that does not fit ends the reading, not the answer.
void read_options(PacketReader packet, std::size_t end, DnsAnswer& answer)
{
    constexpr unsigned kExtendedError = 15;
    while (packet.good() && packet.at() + 4 <= end) {
        const auto code = packet.u16();
        const std::size_t length = packet.u16();
        const auto data = packet.take_bytes(length);
        if (!packet.good() || packet.at() > end || code != kExtendedError || length < 2)
            continue;
        if (answer.extended_error < 0)
            answer.extended_error = data[0] << 8 | data[1];
        if (answer.extended_text.empty())
            answer.extended_text.assign(
                data.begin() + 2,
                data.begin() + 2 + static_cast<std::ptrdiff_t>(std::min(length - 2, kMaxExtendedText)));
    }
}

bool is_glue(const RecordHead& head, const DnsAnswer& answer)
{
    const auto type = type_of(head.type);
    return (type == RecordType::a || type == RecordType::aaaa) &&
           std::any_of(answer.referral.begin(), answer.referral.end(), [&](const Record& record) {
               return record.type == RecordType::ns && record.name == head.owner;
           });
}

void read_additional(PacketReader& packet, unsigned count, DnsAnswer& answer)
{
    for (unsigned i = 0; i < count && packet.good(); ++i) {
        const auto head = read_head(packet);
        if (packet.good() && head.type == kOpt) {
            answer.edns = true;
            answer.rcode |= static_cast<int>(head.ttl >> 24) << 4;
            read_options(packet, head.end, answer);
        } else if (packet.good() && is_glue(head, answer)) {
            keep_referral(read_record(packet, head, *type_of(head.type)), answer);
        }
        packet.seek(head.end);
    }
}

} // namespace

std::optional<std::string> encode_query(const Question& question, std::uint16_t id, const QueryFlags& flags)
{
    constexpr unsigned kRecursionDesired = 0x0100;
    constexpr unsigned kAuthenticData = 0x0020;
    constexpr unsigned kCheckingDisabled = 0x0010;
    constexpr unsigned kSignaturesWanted = 0x8000;
    if (question.name.size() > kMaxName)
        return std::nullopt;
    std::string bytes;
    bytes.reserve(kHeader + question.name.size() + 17);
    append_u16(bytes, id);
    append_u16(bytes, kAuthenticData | (flags.recursion ? kRecursionDesired : 0) |
                          (flags.checking_disabled ? kCheckingDisabled : 0));
    for (const unsigned count : {1U, 0U, 0U, flags.edns ? 1U : 0U})
        append_u16(bytes, count);
    if (!question.name.empty()) { // the root has no label
        for (const auto label : split(question.name, '.')) {
            if (label.empty() || label.size() > kMaxLabel)
                return std::nullopt;
            bytes += static_cast<char>(label.size());
            bytes += label;
        }
    }
    bytes += '\0';
    append_u16(bytes, number_of(question.type));
    append_u16(bytes, kInternet);
    if (flags.edns) {
        bytes += '\0';
        append_u16(bytes, kOpt);
        append_u16(bytes, kEdnsPayload);
        append_u16(bytes, 0); // version 0
        append_u16(bytes, flags.signatures ? kSignaturesWanted : 0);
        append_u16(bytes, 0); // no options
    }
    return bytes;
}

bool looks_like_answer(std::string_view bytes)
{
    PacketReader packet(bytes);
    packet.u16();
    const auto flags = packet.u16();
    const auto questions = packet.u16();
    return bytes.size() >= kHeader && (flags & 0xf800U) == 0x8000U && questions == 1;
}

std::optional<DnsAnswer> decode_answer(std::string_view bytes, const Question& question, ReadDepth depth)
{
    if (!looks_like_answer(bytes) || bytes.size() > 0xffff)
        return std::nullopt;
    PacketReader packet(bytes);
    packet.u16();
    const auto flags = packet.u16();
    packet.u16();
    const auto answers = packet.u16();
    const auto authorities = packet.u16();
    const auto additionals = packet.u16();

    const auto name = packet.name();
    const auto type = packet.u16();
    packet.u16();
    if (!packet.good() || name != to_lower(question.name) || type != number_of(question.type))
        return std::nullopt;

    DnsAnswer answer;
    answer.rcode = static_cast<int>(flags & 15U);
    answer.truncated = (flags & 0x0200U) != 0;
    answer.authenticated = (flags & 0x0020U) != 0;
    answer.authoritative = (flags & 0x0400U) != 0;
    if (answer.truncated)
        return answer;
    read_answers(packet, answers, answer);
    read_authority(packet, authorities, depth, answer);
    read_additional(packet, additionals, answer);
    if (!packet.good())
        return std::nullopt;
    return answer;
}

} // namespace smtpprobe

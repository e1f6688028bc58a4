// SPDX-License-Identifier: Apache-2.0
// Any bytes are an answer or not; what is read from them is bounded, and holds together.
//
// The first byte of an input chooses the record type asked for; the rest is the packet.
#include <iterator>

#include "base/ascii.hpp"
#include "dns/message.hpp"
#include "dns/reading.hpp"
#include "property.hpp"

namespace {

using namespace smtpprobe;

// An octet of a name takes at most four characters, escaped: \DDD.
constexpr std::size_t kMaxNameText = std::size_t{4} * 255;

void check_record(const Record& record)
{
    require(record.owner.size() <= kMaxNameText && record.name.size() <= kMaxNameText, "a name has bounds");
    require(is_free_of_control_bytes(record.owner, false) && is_free_of_control_bytes(record.name, false),
            "a name is printable");
    require(to_lower(record.owner) == record.owner && to_lower(record.name) == record.name,
            "names come in lower case");
}

/// What only experiments look at.
void check_extras(const DnsAnswer& answer)
{
    require(answer.extended_error >= -1 && answer.extended_error <= 0xffff, "an INFO-CODE has 16 bits");
    require(answer.extended_text.size() <= kMaxExtendedText, "an EXTRA-TEXT has bounds");
    require(answer.referral.size() <= kMaxReferral, "a referral has bounds");
    for (const auto& record : answer.referral) {
        require(record.type == RecordType::ns || record.type == RecordType::a ||
                    record.type == RecordType::aaaa,
                "a referral is of name servers and their addresses");
        check_record(record);
    }
}

void check_reading(const DnsAnswer& answer, const Question& question)
{
    const auto reading = read_answer(answer, question, {});
    require(reading.aliases.size() <= kMaxAliases, "an alias chain has bounds");
    require((reading.outcome == LookupOutcome::found) == !reading.records.empty(), "found means records");
    require((reading.outcome == LookupOutcome::failed) == (reading.failure != LookupFailure::none),
            "a failure has a reason");
    require(!reading.ask_next || (reading.records.empty() && !reading.aliases.empty()),
            "only an alias asks for more");
    for (const auto& record : reading.records)
        require(record.type == question.type, "only the type asked for counts");
    // The same, as the end of a chain that began elsewhere.
    read_answer(answer, question, reading.aliases);
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0)
        return 0;
    constexpr auto types = std::size(Names<RecordType>::all);
    const Question question{"example.com", static_cast<RecordType>(data[0] % types)};
    const auto packet = as_text(data + 1, size - 1);
    const auto answer = decode_answer(packet, question, ReadDepth::referral);
    require(decode_answer(packet, question).has_value() == answer.has_value() || !answer,
            "who reads less finds no more fault");
    if (!answer)
        return 0;
    check_extras(*answer);
    require(looks_like_answer(packet), "what is read looks like an answer");
    require(answer->records.size() <= kMaxRecords, "the number of records has bounds");
    require(answer->rcode >= 0 && answer->rcode < 4096, "an RCODE has 12 bits");
    for (const auto& record : answer->records)
        check_record(record);
    check_reading(*answer, question);
    return 0;
}

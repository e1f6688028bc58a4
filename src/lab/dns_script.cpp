// SPDX-License-Identifier: Apache-2.0
#include "lab/dns_script.hpp"

#include "base/ascii.hpp"

namespace smtpprobe {
namespace {

constexpr std::uint16_t kEdnsSize = 1232; // DNS flag day 2020

int rcode_of(DnsTrouble trouble, const DnsQuery& query)
{
    switch (trouble) {
    case DnsTrouble::server_failure: return 2;
    case DnsTrouble::refused: return 5;
    case DnsTrouble::not_implemented: return 4;
    case DnsTrouble::format_error: return 1;
    case DnsTrouble::format_error_with_edns: return query.edns ? 1 : 0;
    case DnsTrouble::other_rcode: return 9;
    case DnsTrouble::none:
    case DnsTrouble::silence:
    case DnsTrouble::garbage:
    case DnsTrouble::broken_answer:
    case DnsTrouble::compression_loop:
    case DnsTrouble::wrong_id:
    case DnsTrouble::wrong_question:
    case DnsTrouble::truncated:
    case DnsTrouble::truncated_tcp_closed:
    case DnsTrouble::first_alias_only:
    case DnsTrouble::empty_answer: return 0;
    }
    return 0;
}

std::string bare(const DnsQuery& query, int rcode) { return DnsWriter(query, rcode, false).bytes(); }

std::string truncated(const DnsQuery& query)
{
    DnsWriter writer(query, 0, false);
    writer.set_truncated();
    return writer.bytes();
}

/// The header announces a record, and then comes this.
std::string with_broken_record(const DnsQuery& query, std::string_view record)
{
    auto bytes = bare(query, 0);
    bytes[7] = 1;
    bytes += record;
    return bytes;
}

} // namespace

void DnsScript::trouble(std::string_view name, DnsTrouble trouble, std::optional<RecordType> type)
{
    troubles_[{to_lower(name), type}] = trouble;
}

void DnsScript::delay(std::string_view name, Duration delay) { delays_[to_lower(name)] = delay; }

std::optional<std::string> DnsScript::reply_to(const DnsQuery& query, bool over_tcp) const
{
    const auto trouble = trouble_of(query.question);
    if (const auto rcode = rcode_of(trouble, query); rcode != 0)
        return bare(query, rcode);

    auto answer = zone_.answer(query.question);
    switch (trouble) {
    case DnsTrouble::silence: return std::nullopt;
    case DnsTrouble::garbage: return std::string(40, '\xff');
    case DnsTrouble::broken_answer: return with_broken_record(query, {"\xc0\x0c\x00", 3});
    case DnsTrouble::compression_loop:
        return with_broken_record(query,
                                  std::string("\xc0") + static_cast<char>(12 + query.question_bytes.size()));
    case DnsTrouble::empty_answer: return bare(query, 0);
    case DnsTrouble::truncated_tcp_closed:
        if (over_tcp)
            return std::nullopt;
        return truncated(query);
    case DnsTrouble::truncated:
        if (!over_tcp)
            return truncated(query);
        break;
    case DnsTrouble::first_alias_only:
        if (answer.answers.size() > 1 && answer.answers[0].type == RecordType::cname)
            answer.answers.resize(1);
        break;
    case DnsTrouble::none:
    case DnsTrouble::server_failure:
    case DnsTrouble::refused:
    case DnsTrouble::not_implemented:
    case DnsTrouble::format_error:
    case DnsTrouble::format_error_with_edns:
    case DnsTrouble::other_rcode:
    case DnsTrouble::wrong_id:
    case DnsTrouble::wrong_question: break;
    }

    auto bytes = whole_answer(query, answer);
    if (!over_tcp && bytes.size() > query.udp_size)
        return truncated(query);
    if (trouble == DnsTrouble::wrong_id)
        bytes[0] = static_cast<char>(bytes[0] ^ 0x55);
    if (trouble == DnsTrouble::wrong_question)
        bytes[13] = bytes[13] == 'q' ? 'z' : 'q';
    return bytes;
}

DnsTrouble DnsScript::trouble_of(const Question& question) const
{
    using Key = std::pair<std::string, std::optional<RecordType>>;
    for (const auto& key : {Key{question.name, question.type}, Key{question.name, std::nullopt},
                            Key{"", question.type}, Key{"", std::nullopt}})
        if (const auto found = troubles_.find(key); found != troubles_.end())
            return found->second;
    return DnsTrouble::none;
}

Duration DnsScript::delay_of(const std::string& name) const
{
    if (const auto found = delays_.find(name); found != delays_.end())
        return found->second;
    const auto all = delays_.find("");
    return all == delays_.end() ? Duration::zero() : all->second;
}

std::string DnsScript::whole_answer(const DnsQuery& query, const ZoneAnswer& answer) const
{
    DnsWriter writer(query, answer.rcode, authenticated_);
    for (const auto& record : answer.answers)
        writer.answer(record);
    if (answer.soa)
        writer.authority(*answer.soa);
    if (query.edns)
        writer.edns(kEdnsSize);
    return writer.bytes();
}

} // namespace smtpprobe

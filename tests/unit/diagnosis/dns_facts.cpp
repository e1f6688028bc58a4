// SPDX-License-Identifier: Apache-2.0
#include "dns_facts.hpp"

#include <map>
#include <stdexcept>

#include <catch2/catch.hpp>

#include "base/ascii.hpp"
#include "smtpprobe/explain.hpp"

namespace smtpprobe::test {
namespace {

using Words = std::vector<std::string_view>;

const std::map<std::string_view, Purpose> kPurposes = {
    {"check", Purpose::resolver_check},
    {"unchecked", Purpose::checking_disabled},
    {"tcp", Purpose::over_tcp},
    {"delegation", Purpose::delegation},
    {"address", Purpose::name_server_address},
    {"authoritative", Purpose::authoritative},
    {"signatures", Purpose::signatures},
};

const std::map<std::string_view, LookupFailure> kFailures = {
    {"servfail", LookupFailure::server_failure},   {"refused", LookupFailure::refused},
    {"notimp", LookupFailure::not_implemented},    {"formerr", LookupFailure::format_error},
    {"timeout", LookupFailure::timed_out},         {"malformed", LookupFailure::malformed},
    {"closed", LookupFailure::connection_refused}, {"unreachable", LookupFailure::unreachable},
    {"truncated", LookupFailure::truncated},       {"loop", LookupFailure::cname_loop},
    {"none", LookupFailure::no_servers},
};

std::string name_in(std::string_view word) { return word == "." ? std::string() : std::string(word); }

Record record(const std::string& owner, RecordType type, std::string_view value)
{
    Record made;
    made.owner = owner;
    made.type = type;
    switch (type) {
    case RecordType::a:
    case RecordType::aaaa: made.address = IpAddress::parse(value).value(); break;
    case RecordType::txt:
    case RecordType::tlsa:
    case RecordType::ds:
    case RecordType::dnskey:
    case RecordType::rrsig: made.data = value; break;
    case RecordType::mx:
    case RecordType::cname:
    case RecordType::ptr:
    case RecordType::ns:
    case RecordType::soa: made.name = name_in(value); break;
    }
    return made;
}

/// Reads what stands behind the `=`.
class OutcomeReader {
public:
    OutcomeReader(const Words& words, std::size_t at, Lookup& lookup)
        : words_(words), at_(at), lookup_(lookup)
    {
    }

    void read()
    {
        const auto outcome = next();
        if (outcome == "nxdomain")
            lookup_.outcome = LookupOutcome::no_such_domain;
        else if (outcome == "nodata")
            lookup_.outcome = LookupOutcome::no_records;
        else if (outcome == "found")
            lookup_.outcome = LookupOutcome::found;
        else
            lookup_.failure = kFailures.at(outcome);
        while (at_ < words_.size())
            read_more(next());
    }

private:
    std::string_view next() { return words_.at(at_++); }

    void read_more(std::string_view word)
    {
        if (word == "aa")
            lookup_.authoritative = true;
        else if (word == "ad")
            lookup_.authenticated = true;
        else if (word == "no-edns")
            lookup_.edns_refused = true;
        else if (word == "of")
            zone_ = next();
        else if (word == "refers")
            refer(next());
        else if (word == "alias")
            lookup_.aliases.push_back(record(lookup_.name, RecordType::cname, next()));
        else if (word == "sig")
            lookup_.signatures.push_back(record(lookup_.name, RecordType::rrsig, next()));
        else if (word == "ede")
            lookup_.extended_error = parse_number<int>(next()).value();
        else if (word == "took")
            lookup_.took = std::chrono::seconds(parse_number<int>(next()).value());
        else if (word == "tries")
            lookup_.attempts = parse_number<int>(next()).value();
        else
            lookup_.records.push_back(record(lookup_.name, lookup_.type, word));
    }

    void refer(std::string_view to)
    {
        const auto parts = split(to, '/');
        lookup_.referral.push_back(record(zone_.empty() ? lookup_.name : zone_, RecordType::ns, parts[0]));
        if (parts.size() > 1)
            lookup_.referral.push_back(record(std::string(parts[0]), RecordType::a, parts[1]));
    }

    const Words& words_;
    std::size_t at_;
    Lookup& lookup_;
    std::string zone_;
};

void add_line(std::string_view line, FactsBuilder& builder)
{
    const auto words = words_of(line);
    const auto by = split(words.at(0), '@');
    const auto purpose = kPurposes.find(by[0]);
    const std::size_t at = purpose == kPurposes.end() ? 0 : 1;
    Lookup lookup;
    lookup.type = from_name<RecordType>(words.at(at)).value();
    lookup.name = name_in(words.at(at + 1));
    lookup.server = "192.0.2.53:53";
    lookup.attempts = 1;
    if (by.size() > 1) {
        lookup.direct = true;
        lookup.server = std::string(by[1]) + ":53";
    }
    if (words.at(at + 2) != "=")
        throw std::runtime_error("no = in " + std::string(line));
    OutcomeReader(words, at + 3, lookup).read();
    if (purpose == kPurposes.end())
        builder.facts.lookups.push_back(std::move(lookup));
    else
        builder.experiment(purpose->second, std::move(lookup));
}

std::string hex(std::uint32_t value, int bytes)
{
    constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (int shift = bytes * 8 - 4; shift >= 0; shift -= 4)
        text += digits[value >> shift & 15];
    return text;
}

} // namespace

Facts dns_facts(const std::string& target, std::initializer_list<std::string_view> lines)
{
    FactsBuilder builder(target);
    builder.route(RouteKind::none);
    for (const auto line : lines)
        add_line(line, builder);
    return std::move(builder.facts);
}

Facts facts_of(const std::vector<std::string>& lines)
{
    auto facts = dns_facts("example.com", {});
    for (const auto& line : lines) {
        auto one = dns_facts("example.com", {line});
        facts.lookups.insert(facts.lookups.end(), one.lookups.begin(), one.lookups.end());
        facts.experiments.insert(facts.experiments.end(), one.experiments.begin(), one.experiments.end());
    }
    return facts;
}

void check(const DnsRow& row)
{
    const auto diagnosis = diagnose(facts_of(row.lines));
    INFO(row.situation << ": " << diagnosis.headline);
    REQUIRE_FALSE(diagnosis.findings.empty());
    const auto& lead = diagnosis.findings.front();
    CHECK(lead.id == row.lead);
    CHECK(name(diagnosis.verdict) == name(row.verdict));
    CHECK(name(diagnosis.outcome) == name(row.outcome));
    CHECK_FALSE(lead.decided_by.empty());
    // One cause; all that failed follows from it.
    for (const auto& finding : diagnosis.findings) {
        INFO(finding.id);
        REQUIRE(find_explanation(finding.id) != nullptr);
        CHECK((&finding == &lead || finding.severity == Severity::note || !finding.part_of.empty()));
    }
}

std::string signature_hex(unsigned covered, std::uint32_t begins, std::uint32_t ends, unsigned key_tag)
{
    return hex(covered, 2) + "0d02" + hex(60, 4) + hex(ends, 4) + hex(begins, 4) + hex(key_tag, 2) +
           "076578616d706c6503636f6d00" + "abcdef";
}

} // namespace smtpprobe::test

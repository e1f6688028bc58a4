// SPDX-License-Identifier: Apache-2.0
#include "diagnosis/dnssec.hpp"

#include <algorithm>
#include <vector>

#include "base/ascii.hpp"
#include "base/printable.hpp"
#include "base/timestamp.hpp"
#include "diagnosis/dns_findings.hpp"

namespace smtpprobe {
namespace {

int hex_digit(char c)
{
    if (is_digit(c))
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 0;
}

/// Reads hex forward; bad for good once it is over the end.
class HexReader {
public:
    explicit HexReader(std::string_view hex) : hex_(hex) {}
    bool good() const { return good_; }
    std::uint32_t number(std::size_t bytes)
    {
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < bytes; ++i)
            value = value << 8 | byte();
        return value;
    }
    unsigned byte()
    {
        good_ = good_ && at_ + 2 <= hex_.size();
        if (!good_)
            return 0;
        at_ += 2;
        return static_cast<unsigned>(hex_digit(hex_[at_ - 2]) << 4 | hex_digit(hex_[at_ - 1]));
    }

private:
    std::string_view hex_;
    std::size_t at_ = 0;
    bool good_ = true;
};

Instant instant_of(std::uint32_t seconds) { return Instant(std::chrono::seconds(seconds)); }

std::vector<Signature> signatures_of(const Lookup* lookup)
{
    std::vector<Signature> signatures;
    if (lookup)
        for (const auto& record : lookup->signatures)
            if (auto signature = read_signature(record.data))
                signatures.push_back(std::move(*signature));
    return signatures;
}

struct Dates {
    std::optional<Instant> expired; ///< when the last of the signatures of one kind ran out
    std::optional<Instant> begins;  ///< when the first of them will hold
};

/// Several signatures of one record set are alternatives: one that holds is enough.
Dates dates_of(const std::vector<Signature>& signatures, Instant now)
{
    Dates dates;
    for (const auto& one : signatures) {
        Instant last_end;
        Instant first_begin = Instant::max();
        for (const auto& other : signatures)
            if (other.covered == one.covered) {
                last_end = std::max(last_end, instant_of(other.expiration));
                first_begin = std::min(first_begin, instant_of(other.inception));
            }
        if (last_end < now)
            dates.expired = last_end;
        if (first_begin > now)
            dates.begins = first_begin;
    }
    return dates;
}

/// Does a DS record name one of the keys, by tag and algorithm?
bool names_a_key(const Lookup& ds, const Lookup& keys)
{
    return std::any_of(ds.records.begin(), ds.records.end(), [&](const Record& wanted) {
        HexReader reader(wanted.data);
        const auto tag = reader.number(2);
        const auto algorithm = reader.byte();
        return std::any_of(keys.records.begin(), keys.records.end(), [&](const Record& key) {
            HexReader key_reader(key.data);
            key_reader.number(3); // flags, protocol
            return key_tag(key.data) == tag && key_reader.byte() == algorithm;
        });
    });
}

std::string tags_of(const Lookup& lookup)
{
    std::string text;
    for (const auto& record : lookup.records) {
        HexReader reader(record.data);
        const auto tag = lookup.type == RecordType::ds ? reader.number(2) : key_tag(record.data);
        text += (text.empty() ? "" : ", ") + std::to_string(tag);
    }
    return text;
}

/// The resolver's own word for it (RFC 8914 section 4).
DnssecFault fault_of_extended_error(int code)
{
    switch (code) {
    case 7: return DnssecFault::expired;
    case 8: return DnssecFault::not_yet_valid;
    case 10: return DnssecFault::not_signed;
    default: return DnssecFault::unknown;
    }
}

/// Does the resolver itself name DNSSEC as its reason (RFC 8914 sections 4.7 to 4.13)?
bool blames_dnssec(int extended_error) { return extended_error >= 6 && extended_error <= 12; }

/// The answer that the resolver rejects: of the resolver itself where it heeds CD, else of a name server.
const Lookup* rejected_answer(const Doubt& doubt)
{
    if (doubt.unchecked && is_answer(*doubt.unchecked))
        return doubt.unchecked;
    for (const auto& server : doubt.servers)
        if (server.state == AuthorityState::good)
            return server.answer;
    return nullptr;
}

/// What is known of the zone's own DS or keys: of the resolver, else of a name server.
const Lookup* known_keys(const DnsView& view, const std::string& zone, RecordType type)
{
    const auto* of_resolver = view.made(Purpose::signatures, zone, type);
    if (of_resolver && is_answer(*of_resolver))
        return of_resolver;
    for (const auto* lookup : view.all(Purpose::signatures))
        if (lookup->direct && lookup->type == type && lookup->name == zone && is_answer(*lookup))
            return lookup;
    return of_resolver;
}

std::string resolver_says(const Lookup& lookup)
{
    if (lookup.extended_error < 0)
        return {};
    return "; the resolver says: extended error " + std::to_string(lookup.extended_error) +
           (lookup.extended_text.empty() ? "" : ", " + printable(lookup.extended_text, 120));
}

} // namespace

std::optional<Signature> read_signature(std::string_view hex)
{
    HexReader reader(hex);
    Signature signature;
    signature.covered = reader.number(2);
    signature.algorithm = reader.byte();
    reader.number(1); // labels
    reader.number(4); // TTL
    signature.expiration = reader.number(4);
    signature.inception = reader.number(4);
    signature.key_tag = static_cast<std::uint16_t>(reader.number(2));
    for (auto length = reader.byte(); reader.good() && length != 0; length = reader.byte()) {
        if (!signature.signer.empty())
            signature.signer += '.';
        for (unsigned i = 0; i < length; ++i)
            signature.signer += to_lower(static_cast<char>(reader.byte()));
        if (signature.signer.size() > 255)
            return std::nullopt;
    }
    return reader.good() ? std::optional(std::move(signature)) : std::nullopt;
}

std::uint16_t key_tag(std::string_view hex)
{
    HexReader reader(hex);
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < hex.size() / 2; ++i)
        sum += (i & 1) != 0 ? reader.byte() : reader.byte() << 8;
    return static_cast<std::uint16_t>((sum + (sum >> 16)) & 0xffff);
}

bool dnssec_may_matter(const DnsView& view, const Doubt& doubt)
{
    if (blames_dnssec(doubt.lookup->extended_error))
        return true;
    const auto zone = signing_zone(view, doubt);
    const auto* ds = known_keys(view, zone, RecordType::ds);
    if (ds && is_answer(*ds))
        return ds->outcome == LookupOutcome::found;
    // Without DS, nor word of it yet: a signature says that somebody signs.
    return !signatures_of(rejected_answer(doubt)).empty();
}

std::string signing_zone(const DnsView& view, const Doubt& doubt)
{
    if (const auto signatures = signatures_of(rejected_answer(doubt)); !signatures.empty())
        return signatures.front().signer;
    for (const auto& suffix : suffixes_of(doubt.question.name)) {
        const auto* lookup = view.made(Purpose::delegation, suffix, RecordType::ns);
        if ((lookup && lookup->outcome == LookupOutcome::found) || (doubt.zone_known && doubt.zone == suffix))
            return suffix;
    }
    return {};
}

std::optional<DnssecJudgement> judge_dnssec(const DnsView& view, const Doubt& doubt)
{
    const auto* answer = rejected_answer(doubt);
    if (doubt.lookup->failure != LookupFailure::server_failure || !answer)
        return std::nullopt;
    // In a zone that is not signed the second question simply found its servers awake.
    if (!dnssec_may_matter(view, doubt))
        return std::nullopt;
    DnssecJudgement judgement;
    judgement.zone = signing_zone(view, doubt);
    const auto* ds = known_keys(view, judgement.zone, RecordType::ds);
    const auto* keys = known_keys(view, judgement.zone, RecordType::dnskey);
    auto signatures = signatures_of(answer);
    const bool unsigned_answer = signatures.empty() && answer->outcome == LookupOutcome::found;
    for (auto& signature : signatures_of(keys))
        signatures.push_back(std::move(signature));
    const auto dates = dates_of(signatures, view.facts().started);
    const bool delegated_signed = ds && ds->outcome == LookupOutcome::found;
    const bool has_keys = keys && keys->outcome == LookupOutcome::found;

    if (dates.expired) {
        judgement.fault = DnssecFault::expired;
        judgement.seen = "the signatures ended " + date_text(*dates.expired);
    } else if (dates.begins) {
        judgement.fault = DnssecFault::not_yet_valid;
        judgement.seen = "the signatures begin " + date_text(*dates.begins);
    } else if (delegated_signed && has_keys && !names_a_key(*ds, *keys)) {
        judgement.fault = DnssecFault::ds_mismatch;
        judgement.seen = "DS names key " + tags_of(*ds) + ", the zone has " + tags_of(*keys);
    } else if (delegated_signed && (unsigned_answer || (keys && is_answer(*keys) && !has_keys))) {
        judgement.fault = DnssecFault::not_signed;
        judgement.seen = "DS names key " + tags_of(*ds) +
                         (has_keys ? ", and the answer has no signature" : ", and the zone has no key");
    } else if (answer->direct) {
        return std::nullopt; // that a name server answers proves nothing about DNSSEC
    } else {
        judgement.fault = fault_of_extended_error(doubt.lookup->extended_error);
        judgement.seen = "the dates and key numbers are in order";
    }
    judgement.decided_by = answer->direct ? "the name server's own answer, and DS at the parent"
                                          : "the same question with checking disabled (CD)";
    judgement.seen = question_text(*doubt.lookup) + ": SERVFAIL, " +
                     (answer->direct ? "from " + answer->server + " itself " : "with CD ") +
                     came_of(*answer) + "; zone " + printable(judgement.zone, 100) + ": " + judgement.seen +
                     resolver_says(*doubt.lookup);
    return judgement;
}

} // namespace smtpprobe

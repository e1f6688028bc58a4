// SPDX-License-Identifier: Apache-2.0
#include "policy/dmarc_record.hpp"

#include <algorithm>
#include <optional>

#include "base/ascii.hpp"

namespace smtpprobe {
namespace {

constexpr std::size_t kMaxDetail = 200;
constexpr std::size_t kMaxTags = 64;
constexpr std::size_t kMaxOutside = 4;
constexpr std::string_view kVersion = "DMARC1";

/// `tag = value`, without the spaces around both.
struct Tag {
    std::string_view name;
    std::string_view value;
    std::string_view whole;
};

std::optional<Tag> read_tag(std::string_view text)
{
    Tag tag;
    tag.whole = trimmed(text);
    const auto equals = tag.whole.find('=');
    if (equals == std::string_view::npos)
        return std::nullopt;
    tag.name = trimmed(tag.whole.substr(0, equals));
    tag.value = trimmed(tag.whole.substr(equals + 1));
    if (tag.name.empty() || tag.value.empty())
        return std::nullopt;
    return tag;
}

bool is_one_of(std::string_view value, std::initializer_list<std::string_view> allowed)
{
    return std::any_of(allowed.begin(), allowed.end(),
                       [&](std::string_view each) { return equal_ignoring_case(value, each); });
}

bool each_part(std::string_view value, char separator, std::initializer_list<std::string_view> allowed)
{
    const auto parts = split(value, separator);
    return std::all_of(parts.begin(), parts.end(),
                       [&](std::string_view part) { return is_one_of(trimmed(part), allowed); });
}

/// Reads one record into a Dmarc.
class Reader {
public:
    Reader(std::string_view domain, Dmarc& dmarc)
        : organisation_(organisational_domain(domain)), dmarc_(dmarc)
    {
    }

    void read(std::string_view record)
    {
        std::size_t count = 0;
        for (const auto part : split(record, ';')) {
            if (++count > kMaxTags)
                break;
            if (trimmed(part).empty())
                continue; // a semicolon at the end is fine
            if (const auto tag = read_tag(part))
                take(*tag);
            else
                note(DmarcFlaw::bad_syntax, trimmed(part));
        }
        conclude();
    }

private:
    void take(const Tag& tag)
    {
        const auto name = to_lower(tag.name);
        if (std::find(seen_.begin(), seen_.end(), name) != seen_.end())
            return note(DmarcFlaw::repeated_tag, tag.whole);
        seen_.push_back(name);
        if (name == "p" || name == "sp" || name == "np")
            policy(name, tag);
        else if (name == "rua" || name == "ruf")
            reports(name, tag);
        else if (name != "v" && !plain(name, tag.value))
            note(known_ ? DmarcFlaw::bad_value : DmarcFlaw::unknown_tag, tag.whole);
    }

    void policy(std::string_view name, const Tag& tag)
    {
        if (name == "p" && seen_.size() != 2)
            note(DmarcFlaw::policy_late, tag.whole);
        const auto policy = from_name<DmarcPolicy>(to_lower(tag.value));
        if (!policy) {
            bad_policy_ = bad_policy_ || name != "np";
            return note(DmarcFlaw::bad_policy, tag.whole);
        }
        if (name == "p")
            p_ = policy;
        else if (name == "sp")
            sp_ = policy;
    }

    /// Is the value of a tag with a plain one right? Sets known_.
    bool plain(std::string_view name, std::string_view value)
    {
        known_ = true;
        if (name == "adkim" || name == "aspf") {
            (name == "aspf" ? dmarc_.strict_spf : dmarc_.strict_dkim) = is_one_of(value, {"s"});
            return is_one_of(value, {"r", "s"});
        }
        if (name == "pct") {
            percent_ = parse_number<unsigned>(value).value_or(101);
            return percent_ <= 100;
        }
        if (name == "ri")
            return parse_number<std::uint32_t>(value).has_value();
        if (name == "fo")
            return each_part(value, ':', {"0", "1", "d", "s"});
        if (name == "rf")
            return each_part(value, ':', {"afrf", "iodef"});
        if (name == "t")
            return is_one_of(value, {"y", "n"});
        if (name == "psd")
            return is_one_of(value, {"y", "n", "u"});
        known_ = false;
        return false;
    }

    void reports(std::string_view name, const Tag& tag)
    {
        static constexpr std::string_view kScheme = "mailto:";
        std::size_t count = 0;
        for (const auto part : split(tag.value, ',')) {
            if (++count > 16)
                break;
            const auto uri = trimmed(part);
            const auto address = starts_with_ignoring_case(uri, kScheme)
                                     ? uri.substr(kScheme.size(), uri.find('!') - kScheme.size())
                                     : std::string_view();
            const auto at = address.rfind('@');
            if (at == std::string_view::npos || at == 0 || at + 1 == address.size()) {
                note(DmarcFlaw::report_not_mail, std::string(name) + "=" + std::string(uri));
                continue;
            }
            reported_ = reported_ || name == "rua";
            const auto domain = to_lower(address.substr(at + 1));
            auto& outside = dmarc_.outside;
            if (organisational_domain(domain) == organisation_ || outside.size() >= kMaxOutside ||
                std::find(outside.begin(), outside.end(), domain) != outside.end())
                continue;
            outside.push_back(domain);
            note(DmarcFlaw::report_outside, address);
        }
    }

    void conclude()
    {
        if (!p_ && std::find(seen_.begin(), seen_.end(), "p") == seen_.end())
            note(DmarcFlaw::no_policy, {});
        // Without a policy that can be read, receivers that know where to report take it for p=none.
        dmarc_.applies = (p_ && !bad_policy_) || reported_;
        dmarc_.policy = dmarc_.applies && p_ && !bad_policy_ ? *p_ : DmarcPolicy::none;
        dmarc_.subdomain_policy = sp_ && !bad_policy_ ? *sp_ : dmarc_.policy;
        if (p_ == DmarcPolicy::none && !bad_policy_)
            note(DmarcFlaw::only_watching, {});
        if (percent_ < 100)
            note(DmarcFlaw::part_only, "pct=" + std::to_string(percent_));
        if (!reported_)
            note(DmarcFlaw::no_reports, {});
    }

    void note(DmarcFlaw flaw, std::string_view detail)
    {
        if (dmarc_.notes.size() >= kMaxDmarcNotes)
            return;
        DmarcNote added;
        added.flaw = flaw;
        added.detail = detail.substr(0, kMaxDetail);
        dmarc_.notes.push_back(std::move(added));
    }

    std::string organisation_;
    Dmarc& dmarc_;
    std::vector<std::string> seen_;
    std::optional<DmarcPolicy> p_;
    std::optional<DmarcPolicy> sp_;
    bool bad_policy_ = false;
    bool known_ = false;    ///< of plain(): a tag that some standard knows
    bool reported_ = false; ///< rua has an address that mail can go to
    unsigned percent_ = 100;
};

} // namespace

bool is_dmarc_record(std::string_view text)
{
    const auto tag = read_tag(text.substr(0, std::min(text.find(';'), text.size())));
    return tag && equal_ignoring_case(tag->name, "v") && tag->value == kVersion;
}

Dmarc read_dmarc(std::string_view domain, const std::vector<Record>& records)
{
    Dmarc dmarc;
    std::size_t count = 0;
    for (const auto& record : records)
        if (is_dmarc_record(record.data) && count++ == 0)
            dmarc.record = record.data;
    dmarc.found = count > 0;
    if (count > 1) {
        DmarcNote several;
        several.flaw = DmarcFlaw::several_records;
        several.detail = std::to_string(count) + " records";
        dmarc.notes.push_back(std::move(several));
    }
    if (count == 1)
        Reader(domain, dmarc).read(dmarc.record);
    return dmarc;
}

std::string consent_name(std::string_view domain, std::string_view other)
{
    return std::string(domain) + "._report._dmarc." + std::string(other);
}

std::string organisational_domain(std::string_view name)
{
    const auto lower = to_lower(name.ends_with('.') ? name.substr(0, name.size() - 1) : name);
    const auto labels = split(lower, '.');
    if (labels.size() <= 2)
        return lower;
    // Registries of countries sell names below co, com, gov, ac and the like.
    const auto& top = labels[labels.size() - 1];
    const auto& second = labels[labels.size() - 2];
    const std::size_t keep =
        top.size() == 2 && is_one_of(second, {"co", "com", "net", "org", "gov", "gob", "edu", "ac", "or",
                                              "ne", "go", "mil", "ltd", "plc", "sch", "nhs", "asn"})
            ? 3
            : 2;
    std::string result;
    for (std::size_t i = labels.size() - keep; i < labels.size(); ++i)
        result += (result.empty() ? "" : ".") + std::string(labels[i]);
    return result;
}

} // namespace smtpprobe

// SPDX-License-Identifier: Apache-2.0
#include "policy/spf_record.hpp"

#include <algorithm>
#include <optional>

#include "base/ascii.hpp"
#include "policy/spf_macro.hpp"

namespace smtpprobe {
namespace {

constexpr std::string_view kVersion = "v=spf1";

std::optional<PolicyResult> qualifier(char c)
{
    switch (c) {
    case '+': return PolicyResult::pass;
    case '-': return PolicyResult::fail;
    case '~': return PolicyResult::softfail;
    case '?': return PolicyResult::neutral;
    }
    return std::nullopt;
}

std::optional<SpfMechanism> mechanism_named(std::string_view text)
{
    return from_name<SpfMechanism>(to_lower(text));
}

bool is_modifier_name(std::string_view text)
{
    return !text.empty() && is_alpha(text.front()) && std::all_of(text.begin(), text.end(), [](char c) {
        return is_alnum(c) || c == '-' || c == '_' || c == '.';
    });
}

/// `/` and a number without leading zeros, up to `most`.
std::optional<int> prefix_length(std::string_view digits, int most)
{
    if (digits.size() > 3 || (digits.size() > 1 && digits.front() == '0'))
        return std::nullopt;
    const auto length = parse_number<int>(digits);
    return length && *length <= most ? length : std::nullopt;
}

/// Takes a trailing `slashes` with digits off; false where they are there and wrong.
bool take_prefix(std::string_view& text, std::string_view slashes, int most, int& length)
{
    const auto slash = text.find_last_not_of("0123456789");
    if (slash == std::string_view::npos || text[slash] != '/')
        return true;
    const auto begin = slash + 1 - slashes.size();
    if (slash + 1 < slashes.size() || text.substr(begin, slashes.size()) != slashes)
        return true;
    const auto read = prefix_length(text.substr(slash + 1), most);
    if (!read)
        return false;
    length = *read;
    text = text.substr(0, begin);
    return true;
}

/// What people write instead of a mechanism, and what it should be.
struct Slip {
    std::string_view written;
    std::string_view meant;
};

constexpr Slip kSlips[] = {
    {"ip", "ip4 or ip6"},    {"ipv4", "ip4"},           {"ipv6", "ip6"},
    {"prt", "ptr"},          {"redirect", "redirect="}, {"exp", "exp="},
    {"includes", "include"}, {"incude", "include"},     {"al", "all"},
    {"a1l", "all"},          {"alll", "all"},           {"exist", "exists"},
};

std::string unknown_mechanism(std::string_view token)
{
    if (IpAddress::parse(token.substr(0, token.find('/'))))
        return token.find(':') == std::string_view::npos ? "an address without `ip4:` before it"
                                                         : "an address without `ip6:` before it";
    const auto word = token.substr(0, token.find_first_of(":/=,;"));
    for (const auto& slip : kSlips)
        if (equal_ignoring_case(word, slip.written))
            return "no such mechanism; `" + std::string(slip.meant) + "` may be meant";
    if (starts_with_ignoring_case(token, "v=spf"))
        return "a second version in one record";
    if (token.ends_with(',') || token.ends_with(';'))
        return "terms are separated by spaces alone";
    return "no such mechanism";
}

/// Reads one record, term by term.
class Reader {
public:
    explicit Reader(std::string_view text) : text_(text) {}

    SpfRecord read()
    {
        for (std::size_t at = kVersion.size(); at < text_.size();) {
            if (text_[at] == ' ') {
                ++at;
                continue;
            }
            const auto end = std::min(text_.find(' ', at), text_.size());
            at_ = at;
            token_ = text_.substr(at, end - at);
            term();
            at = end;
        }
        return std::move(record_);
    }

private:
    void term()
    {
        const auto equals = token_.find('=');
        if (equals != std::string_view::npos && is_modifier_name(token_.substr(0, equals)))
            modifier(token_.substr(0, equals), token_.substr(equals + 1));
        else
            directive();
    }

    void modifier(std::string_view name, std::string_view value)
    {
        const bool redirects = equal_ignoring_case(name, "redirect");
        if (redirects || equal_ignoring_case(name, "exp")) {
            auto& place = redirects ? record_.redirect : record_.explanation;
            auto error = domain_spec_error(value);
            if (!place.empty())
                error = "stands twice; once is allowed";
            if (!error.empty())
                return wrong(error);
            place = value;
            return;
        }
        if (const auto parts = parse_macros(value, MacroUse::name); !parts)
            return wrong(parts.error());
        // `include=` and the like are legal, unknown, and so without effect: never what was meant.
        if (mechanism_named(name))
            record_.ignored.emplace_back(token_);
    }

    void directive()
    {
        SpfTerm term;
        term.text = token_;
        auto rest = token_;
        if (const auto result = qualifier(rest.front())) {
            term.result = *result;
            rest.remove_prefix(1);
        }
        const auto name_end = std::min(rest.find_first_of(":/"), rest.size());
        const auto mechanism = mechanism_named(rest.substr(0, name_end));
        if (!mechanism)
            return wrong(unknown_mechanism(rest));
        term.mechanism = *mechanism;
        if (auto error = arguments(term, rest.substr(name_end)); !error.empty())
            return wrong(error);
        record_.terms.push_back(std::move(term));
    }

    /// What is wrong with them, or nothing.
    static std::string arguments(SpfTerm& term, std::string_view rest)
    {
        switch (term.mechanism) {
        case SpfMechanism::all: return rest.empty() ? "" : "`all` stands alone";
        case SpfMechanism::include:
        case SpfMechanism::exists: return domain(term, rest, true);
        case SpfMechanism::ptr: return domain(term, rest, false);
        case SpfMechanism::a:
        case SpfMechanism::mx:
            if (!take_prefix(rest, "//", 128, term.prefix6) || !take_prefix(rest, "/", 32, term.prefix4))
                return "no prefix length";
            return domain(term, rest, false);
        case SpfMechanism::ip4: return network(term, rest, Family::ipv4);
        case SpfMechanism::ip6: return network(term, rest, Family::ipv6);
        }
        return {};
    }

    static std::string domain(SpfTerm& term, std::string_view rest, bool needed)
    {
        if (rest.empty())
            return needed ? "a domain is missing" : "";
        if (rest.front() != ':')
            return "what follows the mechanism cannot be read";
        rest.remove_prefix(1);
        if (IpAddress::parse(rest))
            return "an address where a domain is due; `ip4:` or `ip6:` may be meant";
        term.domain = rest;
        return domain_spec_error(rest);
    }

    static std::string network(SpfTerm& term, std::string_view rest, Family family)
    {
        const bool four = family == Family::ipv4;
        if (!take_prefix(rest, "/", four ? 32 : 128, four ? term.prefix4 : term.prefix6))
            return "no prefix length";
        if (rest.size() < 2 || rest.front() != ':')
            return "an address is missing";
        const auto text = rest.substr(1);
        const auto address = IpAddress::parse(text);
        if (!address || text.find('%') != std::string_view::npos)
            return four ? "no IPv4 address" : "no IPv6 address";
        if (address->family() != family)
            return four ? "an IPv6 address: write `ip6:`" : "an IPv4 address: write `ip4:`";
        term.network = *address;
        return {};
    }

    void wrong(std::string what)
    {
        if (record_.errors.size() < kMaxSpfErrors)
            record_.errors.push_back({at_, std::string(token_), std::move(what)});
    }

    std::string_view text_;
    std::string_view token_;
    std::size_t at_ = 0;
    SpfRecord record_;
};

} // namespace

bool is_spf_record(std::string_view text)
{
    return starts_with_ignoring_case(text, kVersion) &&
           (text.size() == kVersion.size() || text[kVersion.size()] == ' ');
}

SpfRecord parse_spf_record(std::string_view text) { return Reader(text).read(); }

} // namespace smtpprobe

// SPDX-License-Identifier: Apache-2.0
// The values of the options of the envelope.
#include <algorithm>

#include "base/ascii.hpp"
#include "base/printable.hpp"
#include "cli/envelope_options.hpp"

namespace smtpprobe {
namespace {

constexpr std::size_t kMostShown = 80;
constexpr std::size_t kEnvelopeId = 100;            // RFC 3461 4.4
constexpr std::size_t kOriginalRecipient = 500;     // RFC 3461 4.2
constexpr std::size_t kVerbLine = 510;              // RFC 5321 4.5.3.1.4, without its CRLF
constexpr std::uint64_t kHoldSeconds = 999'999'999; // RFC 4865 section 4: nine digits

Unexpected<std::string> no(std::string_view text, const std::string& what)
{
    return Unexpected<std::string>('"' + printable(text, kMostShown) + "\" is " + what);
}

bool is_printable_ascii(std::string_view text)
{
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

/// The words that somebody means who writes a line for an option of its own.
struct OtherOption {
    std::string_view verb;
    std::string_view say;
};
constexpr OtherOption kOtherOptions[] = {
    {"EHLO", "--helo"},        {"HELO", "--helo"},       {"LHLO", "--lmtp"},       {"STARTTLS", "--tls"},
    {"AUTH", "--auth"},        {"MAIL", "--from"},       {"RCPT", "--to"},         {"DATA", "--send"},
    {"BDAT", "--send --bdat"}, {"QUIT", "--quit-after"}, {"XCLIENT", "--xclient"}, {"XFORWARD", "--xforward"},
};

} // namespace

Expected<std::string, std::string> parse_body_type(std::string_view text)
{
    auto type = to_upper(text);
    if (type == "7BIT" || type == "8BITMIME" || type == "BINARYMIME")
        return type;
    return no(text, "no type of a body; say 7bit, 8bitmime or binarymime");
}

Expected<std::string, std::string> parse_notify(std::string_view text)
{
    auto wanted = to_upper(text);
    std::vector<std::string_view> seen;
    for (const auto word : split(wanted, ',')) {
        const bool known = word == "SUCCESS" || word == "FAILURE" || word == "DELAY" || word == "NEVER";
        const bool twice = std::find(seen.begin(), seen.end(), word) != seen.end();
        const bool beside_never = word == "NEVER" && wanted != "NEVER";
        if (!known || twice || beside_never)
            return no(text, "no list of notifications; say never, or some of success,failure,delay");
        seen.push_back(word);
    }
    return wanted;
}

Expected<std::string, std::string> parse_ret(std::string_view text)
{
    auto what = to_upper(text);
    if (what == "FULL" || what == "HDRS")
        return what;
    return no(text, "nothing that can be returned; say full or hdrs");
}

Expected<std::string, std::string> parse_envid(std::string_view text)
{
    if (is_printable_ascii(text) && text.size() <= kEnvelopeId)
        return std::string(text);
    return no(text, "no envelope id; say at most 100 printable ASCII characters");
}

Expected<std::string, std::string> parse_orcpt(std::string_view text)
{
    const auto end = text.find(';');
    const auto type = end == std::string_view::npos ? std::string_view("rfc822") : text.substr(0, end);
    const auto address = end == std::string_view::npos ? text : text.substr(end + 1);
    const bool good_type = !type.empty() && std::all_of(type.begin(), type.end(),
                                                        [](char c) { return is_alnum(c) || c == '-'; });
    if (good_type && is_printable_ascii(address) && text.size() <= kOriginalRecipient)
        return std::string(type) + ';' + std::string(address);
    return no(text, "no original recipient; say rfc822;user@example.com");
}

Expected<int, std::string> parse_priority(std::string_view text)
{
    const bool negative = text.starts_with('-');
    const auto number = parse_number<int>(text.substr(negative ? 1 : 0));
    if (number && *number <= 9)
        return negative ? -*number : *number;
    return no(text, "no priority; say -9 to 9");
}

Expected<std::string, std::string> parse_deliver_by(std::string_view text)
{
    auto wanted = to_upper(text);
    const auto end = wanted.find(';');
    if (end != std::string::npos) {
        const bool negative = wanted.starts_with('-');
        const auto seconds =
            parse_number<std::uint64_t>(std::string_view(wanted).substr(0, end).substr(negative));
        const auto mode = wanted.substr(end + 1);
        const bool returns = mode == "R" || mode == "RT";
        const bool known = returns || mode == "N" || mode == "NT";
        if (seconds && *seconds <= kHoldSeconds && known && !(returns && (negative || *seconds == 0)))
            return wanted;
    }
    return no(text, "no time to deliver by; say SECONDS;R (return it after that) or SECONDS;N (notify me)");
}

Expected<std::uint64_t, std::string> parse_hold_for(std::string_view text)
{
    constexpr std::string_view kHelp = "no time to hold a message; say seconds, or 30m, 2h, 7d";
    std::uint64_t unit = 1;
    auto digits = text;
    if (!text.empty() && !is_digit(text.back())) {
        digits.remove_suffix(1);
        switch (to_lower(text.back())) {
        case 's': break;
        case 'm': unit = 60; break;
        case 'h': unit = 3600; break;
        case 'd': unit = 86'400; break;
        default: return no(text, std::string(kHelp));
        }
    }
    const auto number = parse_number<std::uint64_t>(digits);
    if (!number || *number == 0 || *number > kHoldSeconds / unit)
        return no(text, std::string(kHelp));
    return *number * unit;
}

Expected<std::string, std::string> parse_hold_until(std::string_view text)
{
    // RFC 3339: digits where this has a zero.
    constexpr std::string_view kForm = "0000-00-00T00:00:00";
    auto wanted = to_upper(text);
    const auto fits = [](std::string_view part, std::string_view form) {
        return part.size() == form.size() &&
               std::equal(part.begin(), part.end(), form.begin(),
                          [](char c, char f) { return f == '0' ? is_digit(c) : c == f; });
    };
    const auto zone = wanted.size() > kForm.size() ? std::string_view(wanted).substr(kForm.size()) : "";
    if (fits(std::string_view(wanted).substr(0, kForm.size()), kForm) &&
        (zone == "Z" || fits(zone, "+00:00") || fits(zone, "-00:00")))
        return wanted;
    return no(text, "no date and time; say it as 2026-12-24T18:00:00Z");
}

Expected<ExtraVerb, std::string> parse_extra_verb(std::string_view text)
{
    ExtraVerb verb;
    for (const auto step : {Step::ehlo, Step::auth, Step::mail, Step::rcpt})
        if (const auto prefix = std::string(name(step)) + ':'; text.starts_with(prefix)) {
            verb.after = step;
            text.remove_prefix(prefix.size());
            break;
        }
    text = trimmed(text);
    const auto words = words_of(text);
    if (words.empty() || !is_printable_ascii(text) || text.size() > kVerbLine ||
        !std::all_of(words[0].begin(), words[0].end(), is_alnum))
        return no(text, "no command; say one line, such as 'ETRN example.com' or rcpt:HELP");
    for (const auto& other : kOtherOptions)
        if (equal_ignoring_case(words[0], other.verb))
            return no(text, "what " + std::string(other.say) + " is for");
    verb.line = text;
    return verb;
}

} // namespace smtpprobe

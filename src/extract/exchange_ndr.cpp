// SPDX-License-Identifier: Apache-2.0
#include "extract/exchange_ndr.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "extract/addresses.hpp"
#include "extract/delivery_status.hpp"
#include "extract/said.hpp"

namespace smtpprobe {
namespace {

constexpr std::size_t kMostRecipients = 500;
constexpr std::size_t kMostLinesEach = 30;

// The word between name and date, in the languages that the report is most often met in.
constexpr std::string_view kOn[] = {" on ", " am ", " le ", " el ", " il ", " em ", " op ", " den "};

/// `Jane Doe on 3/27/2008 9:11 AM`, `jane@example.com on Thu, 27 Mar 2008 09:11:00 +0100`: where the name
/// ends, or npos.
std::size_t end_of_name(std::string_view line)
{
    for (const std::string_view on : kOn) {
        const std::size_t at = line.rfind(on);
        if (at == std::string_view::npos || at == 0)
            continue;
        const std::string_view date = trimmed(line.substr(at + on.size()));
        const std::size_t slashes = static_cast<std::size_t>(std::count_if(
            date.begin(), date.end(), [](char c) { return c == '/' || c == '.' || c == ':' || c == '-'; }));
        if (date.find(':') == std::string_view::npos) // no time of day: `Giving up on 192.0.2.7.`
            continue;
        const bool numbers = !date.empty() && is_digit(date.front()) && slashes >= 2;
        const bool weekday = date.size() > 10 && date.find(", ") < 12 && slashes >= 2;
        if (numbers || weekday)
            return at;
    }
    return std::string_view::npos;
}

/// The addresses of the block that says which message it was: `To:  jane@example.com`.
std::vector<std::string> addressed_to(const std::vector<std::string>& report)
{
    std::vector<std::string> addresses;
    for (const std::string& line : report)
        if (starts_with_ignoring_case(trimmed(line), "to:"))
            for (const FoundAddress& found : addresses_in(line))
                addresses.push_back(found.address);
    return addresses;
}

/// `<mail.example.org #5.1.1 smtp;550 5.1.1 …>` without the brackets.
std::string_view without_brackets(std::string_view line)
{
    line = trimmed(line);
    if (line.starts_with('<') && line.ends_with('>') && line.find('#') != std::string_view::npos)
        return line.substr(1, line.size() - 2);
    return line;
}

} // namespace

std::vector<Mention> read_exchange_ndr(const BounceView& view)
{
    std::vector<std::size_t> begins;
    for (std::size_t i = 0; i < view.report.size() && begins.size() < kMostRecipients; ++i) {
        const std::string& line = view.report[i];
        const bool labelled = starts_with_ignoring_case(trimmed(line), "sent:"); // when the message was sent
        if (!labelled && line.size() < 1000 && end_of_name(line) != std::string_view::npos)
            begins.push_back(i);
    }
    const bool speaks = std::any_of(view.report.begin(), view.report.end(), [](const std::string& line) {
        return find_ignoring_case(line, "did not reach") != std::string_view::npos ||
               find_ignoring_case(line, "could not be reached") != std::string_view::npos ||
               find_ignoring_case(line, "nicht erreicht") != std::string_view::npos ||
               find_ignoring_case(line, "nicht zugestellt") != std::string_view::npos ||
               find_ignoring_case(line, "n'a pas pu \xc3\xaatre") != std::string_view::npos ||
               find_ignoring_case(line, "no se pudo") != std::string_view::npos ||
               find_ignoring_case(line, "#5.") != std::string_view::npos;
    });
    if (!speaks)
        return {};
    std::vector<Mention> mentions;
    const std::vector<std::string> to = addressed_to(view.report);
    for (std::size_t n = 0; n < begins.size(); ++n) {
        const std::string_view first = view.report[begins[n]];
        const std::string_view name = trimmed(first.substr(0, end_of_name(first)));
        const auto addresses = addresses_in(name);
        Mention mention;
        mention.sender = view.sender;
        mention.action = MailAction::failed;
        if (!addresses.empty())
            mention.recipient = addresses.front().address;
        else if (begins.size() == 1 && to.size() == 1)
            mention.recipient = to.front();
        else if (begins.size() == 1 && view.returned_to.size() == 1)
            mention.recipient = view.returned_to.front();
        else
            mention.recipient = name;
        std::vector<std::string_view> lines;
        const std::size_t end = n + 1 < begins.size() ? begins[n + 1] : view.report.size();
        for (std::size_t i = begins[n] + 1; i < std::min(end, begins[n] + 1 + kMostLinesEach); ++i)
            lines.push_back(without_brackets(view.report[i]));
        settle(mention, passages_of(lines));
        mentions.push_back(std::move(mention));
    }
    return mentions;
}

} // namespace smtpprobe

// SPDX-License-Identifier: Apache-2.0
#include "extract/exchange_ndr.hpp"

#include <algorithm>
#include <span>

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

bool has_one_of(std::string_view line, std::span<const std::string_view> phrases)
{
    return std::any_of(phrases.begin(), phrases.end(), [&](std::string_view phrase) {
        return find_ignoring_case(line, phrase) != std::string_view::npos;
    });
}

/// What stands above the recipients.
constexpr std::string_view kHeadings[] = {
    "did not reach",
    "could not be reached",
    "nicht erreicht",
    "nicht zugestellt",
    "n'a pas atteint",
    "n'a pas pu \xc3\xaatre",
    "n'ont pas pu \xc3\xaatre",
    "no se pudo",
    "non ha raggiunto",
    "non \xc3\xa8 stato possibile",
    "n\xc3\xa3o p\xc3\xb4"
    "de ser",
    "niet bereikt",
};

/// The lines that name a recipient and a time. Other programs name times too, so a name that is no address
/// counts only below the heading, and an address elsewhere only with the line for the admin below it.
std::vector<std::size_t> begins_of_recipients(const std::vector<std::string>& report)
{
    std::vector<std::size_t> begins;
    bool below_heading = false;
    for (std::size_t i = 0; i < report.size() && begins.size() < kMostRecipients; ++i) {
        const std::string& line = report[i];
        const bool sent = starts_with_ignoring_case(trimmed(line), "sent:"); // when the message was sent
        const std::size_t name = sent || line.size() >= 1000 ? std::string_view::npos : end_of_name(line);
        if (name != std::string_view::npos) {
            const bool address = !addresses_in(std::string_view(line).substr(0, name)).empty();
            const bool for_admin = i + 2 < report.size() && report[i + 2].find('#') != std::string::npos;
            if (below_heading || (address && for_admin))
                begins.push_back(i);
        }
        below_heading = below_heading || has_one_of(line, kHeadings);
    }
    return begins;
}

/// The sentence for people, and below it, as passages of their own, what is for the admin.
void add_line(std::vector<std::string_view>& lines, std::string_view line)
{
    line = trimmed(line);
    if (starts_with_ignoring_case(line, "the mts-id of") || line.starts_with(";l="))
        return;
    if (starts_with_ignoring_case(line, "msexch:") || line.starts_with('<'))
        lines.emplace_back();
    lines.push_back(without_brackets(line));
}

} // namespace

std::vector<Mention> read_exchange_ndr(const BounceView& view)
{
    const std::vector<std::size_t> begins = begins_of_recipients(view.report);
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
            add_line(lines, view.report[i]);
        settle(mention, passages_of(lines));
        mentions.push_back(std::move(mention));
    }
    return mentions;
}

} // namespace smtpprobe

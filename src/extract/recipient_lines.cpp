// SPDX-License-Identifier: Apache-2.0
#include "extract/recipient_lines.hpp"

#include <algorithm>
#include <iterator>
#include <span>

#include "base/ascii.hpp"
#include "extract/addresses.hpp"

namespace smtpprobe {
namespace {

constexpr std::size_t kMostRecipients = 500;

std::size_t indentation(std::string_view line)
{
    const std::size_t first = line.find_first_not_of(" \t");
    return first == std::string_view::npos ? 0 : first;
}

/// What stands before an address that begins a line: bullets, arrows, brackets, quotes.
bool is_ornament(std::string_view head)
{
    return head.find_first_not_of(" \t*<>-\"'([\xe2\x80\xa2\xb7") == std::string_view::npos;
}

/// Without the brackets and marks around an address.
std::string rest_behind(std::string_view tail)
{
    while (!tail.empty() && std::string_view(" \t>:,\"').").find(tail.front()) != std::string_view::npos)
        tail.remove_prefix(1);
    // Exchange and activeHunter name it twice.
    if (tail.starts_with("<mailto:") ||
        (tail.starts_with('<') && tail.ends_with('>') && tail.find('@') != std::string_view::npos &&
         tail.find(' ') == std::string_view::npos)) {
        const std::size_t end = tail.find('>');
        tail.remove_prefix(end == std::string_view::npos ? tail.size() : end + 1);
    }
    tail = trimmed(tail);
    if (tail.size() > 1 &&
        ((tail.front() == '[' && tail.back() == ']') || (tail.front() == '(' && tail.back() == ')')))
        tail = tail.substr(1, tail.size() - 2);
    return std::string(tail);
}

/// Lines that begin with an address. A line further in than the first of them, within a paragraph, is
/// the reason's second line.
std::vector<RecipientLine> beginning_lines(const std::vector<std::string>& report)
{
    std::vector<RecipientLine> found;
    std::size_t first_indent = std::string_view::npos;
    for (std::size_t i = 0; i < report.size() && found.size() < kMostRecipients; ++i) {
        const std::string_view line = report[i];
        if (line.find('@') == std::string_view::npos || line.starts_with("<<<"))
            continue;
        const auto addresses = addresses_in(line.substr(0, 1000));
        if (addresses.empty())
            continue;
        const FoundAddress& address = addresses.front();
        const std::string_view head = line.substr(0, address.begin);
        const std::string_view tail = line.substr(address.end);
        // `Jane Doe (jane@example.com)<mailto:jane@example.com>`
        const bool doubled = tail.find("<mailto:") != std::string_view::npos ||
                             (head.ends_with("<mailto:") && tail.starts_with('>'));
        if (!is_ornament(head) && !(doubled && address.begin < 100))
            continue;
        const bool after_gap =
            i == 0 || report[i - 1].empty() ||
            report[i - 1].find_first_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") ==
                std::string::npos;
        const std::size_t indent = indentation(line);
        if (first_indent == std::string_view::npos)
            first_indent = indent;
        else if (indent > first_indent && !after_gap)
            continue;
        found.push_back({i, address.address, rest_behind(tail), false, false});
    }
    return found;
}

constexpr std::string_view kSenderLabels[] = {
    "from",      "sender",     "reply-to",   "return-path", "message-id",    "contact",
    "mail from", "subject",    "message id", "identifier",  "envelope-from", "cc",
    "help",      "postmaster", "by",         "reporting",   "reference",     "message-id"};

/// `Some words: <user@example.com>`. The words may be the reason.
std::vector<RecipientLine> labelled_lines(const std::vector<std::string>& report)
{
    std::vector<RecipientLine> found;
    for (std::size_t i = 0; i < report.size() && found.size() < kMostRecipients; ++i) {
        const std::string_view line = trimmed(report[i]);
        const std::size_t colon = line.find(": ");
        if (line.size() > 600 || line.find('@') == std::string_view::npos)
            continue;
        const auto addresses = addresses_in(line);
        if (addresses.size() != 1)
            continue;
        const FoundAddress& address = addresses.front();
        std::string_view head = trimmed(line.substr(0, address.begin));
        while (!head.empty() && (head.back() == '<' || head.back() == '"' || head.back() == '\''))
            head = trimmed(head.substr(0, head.size() - 1));
        const std::string rest = rest_behind(line.substr(address.end));
        const bool label =
            head.ends_with(':') || (colon != std::string_view::npos && head.ends_with("rfc822;"));
        if (!label || (!rest.empty() && !starts_with_ignoring_case(rest, "("))) // nothing else on the line
            continue;
        head.remove_suffix(1);
        const bool other =
            std::any_of(std::begin(kSenderLabels), std::end(kSenderLabels), [&](std::string_view each) {
                return head.size() >= each.size() &&
                       equal_ignoring_case(head.substr(head.size() - each.size()), each) &&
                       (head.size() == each.size() || !is_alnum(head[head.size() - each.size() - 1]));
            });
        if (!other)
            found.push_back({i, address.address, std::string(head), true, false});
    }
    return found;
}

/// `550 <user@example.com>... User unknown`: old Sendmail says no more than that.
std::vector<RecipientLine> transcript_lines(const std::vector<std::string>& report)
{
    std::vector<RecipientLine> found;
    for (std::size_t i = 0; i < report.size() && found.size() < kMostRecipients; ++i) {
        const std::string_view line = trimmed(report[i]);
        const bool code = line.size() > 4 && (line[0] == '4' || line[0] == '5') && is_digit(line[1]) &&
                          is_digit(line[2]) && line[3] == ' ';
        const bool command = starts_with_ignoring_case(line, ">>> rcpt to:");
        if (!code && !command)
            continue;
        const auto addresses = addresses_in(line.substr(0, 1000));
        if (!addresses.empty() && (command || line.find("... ") != std::string_view::npos))
            found.push_back(
                {i, addresses.front().address, command ? std::string() : std::string(line), false, false});
    }
    return found;
}

constexpr std::string_view kAboutDelivery[] = {
    "deliver", "recipient", "mailbox",  "undeliver", "could not be sent", "unknown", "no such",   "account",
    "reject",  "failed",    "not sent", "user ",     "refused",           "address", "not listed"};
constexpr std::string_view kAboutOthers[] = {"contact",   "assistance", "please send", "your message from",
                                             "mail from", "questions",  "help@",       "sent by",
                                             "sent from", "hello ",     "dear "};

bool has_one_of(std::string_view line, std::span<const std::string_view> words)
{
    return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
        return find_ignoring_case(line, word) != std::string_view::npos;
    });
}

std::vector<RecipientLine> sentences(const std::vector<std::string>& report, std::string_view sender)
{
    std::vector<RecipientLine> found;
    for (std::size_t i = 0; i < report.size() && found.size() < kMostRecipients; ++i) {
        const std::string_view line = report[i];
        if (line.find('@') == std::string_view::npos || has_one_of(line, kAboutOthers))
            continue;
        const std::string around = (i > 0 ? report[i - 1] + " " : std::string()) + report[i] +
                                   (i + 1 < report.size() ? " " + report[i + 1] : std::string());
        if (!has_one_of(around, kAboutDelivery))
            continue;
        for (const FoundAddress& address : addresses_in(line.substr(0, 1000)))
            if (!equal_ignoring_case(address.address, sender) && !is_role_address(address.address)) {
                found.push_back({i, address.address, report[i], false, true});
                break;
            }
    }
    return found;
}

} // namespace

std::vector<RecipientLine> recipient_lines(const std::vector<std::string>& report, std::string_view sender)
{
    std::vector<RecipientLine> found = beginning_lines(report);
    const bool others = std::any_of(found.begin(), found.end(), [&](const RecipientLine& each) {
        return !is_role_address(each.address) && !equal_ignoring_case(each.address, sender);
    });
    if (others) // a signature below the report
        std::erase_if(found, [](const RecipientLine& each) { return is_role_address(each.address); });
    if (!others && !found.empty()) {
        auto rest = labelled_lines(report);
        if (!rest.empty())
            return rest;
    }
    if (found.empty())
        found = labelled_lines(report);
    if (found.empty())
        found = transcript_lines(report);
    if (found.empty())
        found = sentences(report, sender);
    return found;
}

} // namespace smtpprobe

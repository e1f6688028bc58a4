// SPDX-License-Identifier: Apache-2.0
#include "extract/log_qmail.hpp"

#include <algorithm>
#include <optional>

#include "base/ascii.hpp"
#include "extract/reading.hpp"
#include "smtpprobe/address.hpp"

namespace smtpprobe {
namespace {

/// `1795309865.123456 ` of qmail's own splogger.
void drop_splogger_time(std::string_view& text)
{
    const std::size_t blank = text.find(' ');
    if (blank == std::string_view::npos || blank < 3)
        return;
    const std::string_view word = text.substr(0, blank);
    if (std::all_of(word.begin(), word.end(), [](char c) { return is_digit(c) || c == '.'; }))
        text = trimmed(text.substr(blank));
}

/// qmail-send writes blanks as `_` and line ends as `/`. A slash of the text itself cannot be told from a
/// line end, so only those before what begins a new sentence of qmail's or a reply's line count as such.
std::string unfolded(std::string_view text)
{
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '_') {
            plain += ' ';
            continue;
        }
        const std::string_view behind = text.substr(i + 1);
        const bool line_end =
            text[i] == '/' && (behind.empty() || behind.starts_with("Remote_host_said") ||
                               behind.starts_with("Giving_up_on") || behind.starts_with("STARTTLS") ||
                               (behind.size() > 3 && reply_code(behind.substr(0, 3)) != 0 &&
                                (behind[3] == '-' || behind[3] == '_')));
        plain += line_end ? ' ' : text[i];
    }
    return std::string(trimmed(plain));
}

struct Saying {
    std::string_view words;
    Step step;
};

constexpr Saying kSayings[] = {
    {"does not like recipient", Step::rcpt},
    {"sender was rejected", Step::mail},
    {"greeting failed", Step::greeting},
    {"name was rejected", Step::ehlo},
    {"failed on DATA command", Step::data},
    {"failed after I sent the message", Step::message},
    {"accepted message", Step::message},
    {"connection died", Step::message},
    {"wasn't able to establish an SMTP connection", Step::connect},
    {"couldn't find any host", Step::resolve},
    {"couldn't find a mail exchanger", Step::resolve},
    {"CNAME lookup failed", Step::resolve},
};

std::optional<Step> step_of(std::string_view words)
{
    for (const Saying& saying : kSayings)
        if (has_ignoring_case(words, saying.words))
            return saying.step;
    return std::nullopt;
}

/// `Connected to 192.0.2.1 but …`, `192.0.2.1 does not like recipient.`
std::string host_of(std::string_view words)
{
    for (const std::string_view mark : {"onnected to ", "Giving up on "})
        if (const std::size_t at = words.find(mark); at != std::string_view::npos) {
            std::string_view host = value_of(words.substr(at), mark);
            while (host.ends_with('.'))
                host.remove_suffix(1);
            return std::string(host.substr(0, kMaxName));
        }
    const std::string_view first = words.substr(0, words.find(' '));
    return IpAddress::parse(first) ? std::string(first) : std::string();
}

} // namespace

std::string_view QmailLog::take_time(std::string_view& line)
{
    if (!line.starts_with("@4") || line.size() < 26)
        return {};
    const std::string_view stamp = line.substr(0, 25);
    const bool hexadecimal = std::all_of(stamp.begin() + 1, stamp.end(),
                                         [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); });
    if (!hexadecimal || line[25] != ' ')
        return {};
    line.remove_prefix(26);
    return stamp;
}

bool QmailLog::is_line(std::string_view text)
{
    drop_splogger_time(text);
    for (const std::string_view beginning : {"starting delivery ", "delivery ", "info msg ", "new msg ",
                                             "end msg ", "status: local ", "bounce msg ", "double bounce"})
        if (text.starts_with(beginning))
            return beginning != "delivery " || text.find(": ") < 24;
    return false;
}

void QmailLog::read(std::string_view text, std::vector<Mention>& mentions)
{
    drop_splogger_time(text);
    const auto words = words_of(text.substr(0, 1024));
    if (text.starts_with("info msg ") && words.size() > 2) {
        std::string_view id = words[2];
        if (id.ends_with(':'))
            id.remove_suffix(1);
        if (const auto sender = between(text, "from <", ">"))
            senders_.at(id) = sender->substr(0, kMaxName);
        return;
    }
    if (text.starts_with("starting delivery ") && words.size() > 7) {
        std::string_view id = words[2];
        if (id.ends_with(':'))
            id.remove_suffix(1);
        deliveries_.at(id) = {std::string(words[4].substr(0, kMaxName)),
                              std::string(words[7].substr(0, kMaxName))};
        return;
    }
    if (!text.starts_with("delivery ") || words.size() < 3)
        return;
    Mention mention;
    std::string_view id = words[1];
    if (id.ends_with(':'))
        id.remove_suffix(1);
    if (const Delivery* delivery = deliveries_.find(id)) {
        mention.recipient = delivery->recipient;
        mention.queue_id = delivery->message;
        if (const auto* sender = senders_.find(delivery->message))
            mention.sender = *sender;
    }
    const std::string_view outcome = words[2];
    mention.action = outcome == "success:"   ? MailAction::delivered
                     : outcome == "failure:" ? MailAction::failed
                                             : MailAction::delayed;
    const std::size_t at = text.find(outcome, text.find(": ") + 1) + outcome.size();
    const std::string why = unfolded(trimmed(text.substr(std::min(at, text.size()))));
    mention.host = host_of(why);
    mention.evidence = evidence_within(why, step_of(why));
    if (mention.evidence.status)
        mention.status = mention.evidence.status->text();
    mentions.push_back(std::move(mention));
}

} // namespace smtpprobe

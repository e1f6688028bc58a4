// SPDX-License-Identifier: Apache-2.0
#include "extract/log_postfix.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "extract/reading.hpp"
#include "knowledge/unwrap.hpp"

namespace smtpprobe {
namespace {

/// `4XyZ12abc: ` or `ECFA4A803F5: ` at the start, which is taken off.
std::string_view take_queue_id(std::string_view& text)
{
    const std::size_t end = text.find(": ");
    if (end == std::string_view::npos || end < 5 || end > 24)
        return {};
    const std::string_view id = text.substr(0, end);
    if (!std::all_of(id.begin(), id.end(), is_alnum) || std::none_of(id.begin(), id.end(), is_digit))
        return {};
    text.remove_prefix(end + 2);
    return id;
}

MailAction action_of(std::string_view status)
{
    if (status.ends_with(',')) // `expired, returned to sender`
        status.remove_suffix(1);
    if (status == "sent" || status == "deliverable")
        return MailAction::delivered;
    if (status == "bounced" || status == "undeliverable" || status == "expired" || status == "force-expired")
        return MailAction::failed;
    if (status == "deferred" || status == "SOFTBOUNCE")
        return MailAction::delayed;
    return MailAction::unsaid;
}

/// Who said it, where the passage tells: `host mx[192.0.2.1] said: …`, `connect to mx[192.0.2.1]:25: …`.
std::string host_within(std::string_view text)
{
    for (const auto& [open, close] :
         {std::pair{std::string_view("host "), std::string_view(" said:")},
          std::pair{std::string_view("host "), std::string_view(" refused to talk to me")},
          std::pair{std::string_view("server "), std::string_view(" said:")},
          std::pair{std::string_view("connect to "), std::string_view(": ")},
          std::pair{std::string_view("lost connection with "), std::string_view(" while")},
          std::pair{std::string_view("conversation with "), std::string_view(" timed out")},
          std::pair{std::string_view("SSL_connect error to "), std::string_view(": ")},
          std::pair{std::string_view("verification failed for "), std::string_view(": ")},
          std::pair{std::string_view("offered by host "), std::string_view("")}})
        if (const auto host = between(text, open, close); host && host->find('[') != std::string_view::npos)
            return host_text(*host);
    return {};
}

/// A refusal's own words say by which step: `RCPT`, `END-OF-MESSAGE`, `CONNECT`.
std::optional<Step> refused_step(std::string_view word)
{
    if (word == "CONNECT")
        return Step::greeting;
    if (word == "header" || word == "body" || word == "END-OF-MESSAGE" || word == "content")
        return Step::message;
    return step_named(word);
}

/// `from=<a> to=<b> proto=ESMTP helo=<c>`; postscreen writes commas.
void take_envelope(std::string_view text, Mention& mention)
{
    if (const auto sender = between(text, "from=<", ">"))
        mention.sender = sender->substr(0, kMaxName);
    if (const auto recipient = between(text, "to=<", ">"))
        mention.recipient = recipient->substr(0, kMaxName);
}

/// `NOQUEUE: reject: RCPT from host[ip]: 550 5.1.1 <x>: …; from=<> to=<> proto=ESMTP helo=<>`
bool read_refusal(std::string_view text, Mention& mention)
{
    bool found = false;
    for (const std::string_view mark : {"reject: ", "milter-reject: ", "reject_warning: "})
        if (text.starts_with(mark)) {
            text.remove_prefix(mark.size());
            found = true;
            break;
        }
    const std::size_t from = found ? text.find(" from ") : std::string_view::npos;
    if (from == std::string_view::npos)
        return false;
    const std::string_view word = text.substr(0, std::min(from, text.find(' ')));
    const std::string_view rest = text.substr(from + 6);
    const auto step = refused_step(word);
    std::string_view reply;
    const std::size_t envelope = rest.find("; ");
    if (word == "header" || word == "body") {
        // `reject: header Subject: x from host[ip]; from=<> to=<> proto= helo=<>: 5.7.1 why`
        const std::size_t helo = rest.rfind(">: ");
        const std::size_t last = helo == std::string_view::npos ? rest.rfind(": ") : helo + 1;
        if (last == std::string_view::npos || envelope == std::string_view::npos || last < envelope)
            return false;
        reply = rest.substr(last + 2);
        take_envelope(rest.substr(envelope), mention);
    } else {
        const std::size_t colon = rest.find(": ");
        if (colon == std::string_view::npos)
            return false;
        std::size_t end = rest.rfind("; from=<");
        if (end == std::string_view::npos)
            end = rest.rfind("; proto=");
        if (end != std::string_view::npos && end < colon)
            end = std::string_view::npos;
        reply = rest.substr(colon + 2, end == std::string_view::npos ? end : end - colon - 2);
        if (end != std::string_view::npos)
            take_envelope(rest.substr(end), mention);
    }
    mention.client = host_text(rest.substr(0, rest.find(';')));
    mention.evidence = evidence_within(reply, step);
    mention.evidence.step = step;
    const int code = mention.evidence.code;
    const int kind = code != 0                 ? code / 100
                     : mention.evidence.status ? mention.evidence.status->status_class
                                               : 5;
    mention.action = kind == 4 ? MailAction::delayed : MailAction::failed;
    if (mention.evidence.status)
        mention.status = mention.evidence.status->text();
    return true;
}

/// `from=<a>, status=expired, returned to sender`: the queue manager gives up. Its bounce says 4.4.7.
bool read_expiry(std::string_view text, Mention& mention)
{
    const std::size_t at = text.find(", status=");
    if (at == std::string_view::npos)
        return false;
    const std::string_view outcome = text.substr(at + 9);
    mention.action = action_of(outcome.substr(0, outcome.find(' ')));
    if (mention.action != MailAction::failed)
        return false;
    mention.status = "4.4.7";
    mention.evidence = evidence_within(outcome, std::nullopt, mention.status);
    return true;
}

/// A line that tells of trouble without a refusal. Host or client, and the step, are in its words.
bool read_trouble(std::string_view text, Mention& mention)
{
    std::string_view words = text;
    for (const std::string_view level : {"warning: ", "error: ", "fatal: ", "info: ", "statistics: "})
        if (words.starts_with(level))
            words.remove_prefix(level.size());
    if (words.ends_with(": ***")) // what the client sent is no evidence, and is masked
        words.remove_suffix(5);
    constexpr std::string_view kBeginnings[] = {
        "connect to ",
        "lost connection ",
        "conversation with ",
        "SSL_connect error",
        "SSL_accept error",
        "Cannot start TLS",
        "host ",
        "timeout after ",
        "too many errors",
        "improper command",
        "certificate verification failed",
        "PREGREET ",
        "HANGUP ",
        "TLS library problem",
        "SASL authentication fail",
        "server certificate verification failed",
        "non-SMTP command",
        "COMMAND ",
    };
    const bool begins = std::any_of(std::begin(kBeginnings), std::end(kBeginnings),
                                    [&](std::string_view each) { return words.starts_with(each); });
    const bool login = words.find(" authentication failed") != std::string_view::npos;
    const bool unresolved = words.starts_with("hostname ") && has_ignoring_case(words, "does not resolve");
    if (!begins && !login && !unresolved)
        return false;
    if (words.starts_with("host ") && words.find(" said: ") == std::string_view::npos &&
        words.find("refused to talk") == std::string_view::npos)
        return false;
    mention.host = host_within(words);
    if (mention.host.empty()) {
        const std::size_t from = words.find(" from ");
        const std::size_t end = login ? words.find(": ") : std::string_view::npos;
        if (from != std::string_view::npos)
            mention.client = host_text(words.substr(from + 6, words.find(": ", from) - from - 6));
        else if (login && end != std::string_view::npos)
            mention.client = host_text(words.substr(0, end));
    }
    std::optional<Step> step = login ? Step::auth : step_of_failure(words);
    // `lost connection after RCPT from host[ip]`
    if (const std::size_t after = words.find(" after "); after < 24)
        step = refused_step(words.substr(after + 7, words.find(' ', after + 7) - after - 7));
    mention.evidence = evidence_within(words, step);
    return true;
}

} // namespace

bool PostfixLog::is_delivery(std::string_view text)
{
    const std::size_t to = text.find("to=<");
    return to < 32 && text.find(", status=", to) != std::string_view::npos;
}

bool PostfixLog::read_delivery(std::string_view text, Mention& mention)
{
    const auto recipient = between(text, "to=<", ">, ");
    const std::size_t at = text.find(", status=");
    if (!recipient || at == std::string_view::npos)
        return false;
    const std::string_view fields = text.substr(0, at);
    const std::string_view outcome = text.substr(at + 9);
    const std::size_t blank = outcome.find(' ');
    mention.action = action_of(outcome.substr(0, blank));
    std::string_view why = blank == std::string_view::npos ? "" : trimmed(outcome.substr(blank));
    if (why.starts_with('('))
        why.remove_prefix(1);
    if (why.ends_with(')'))
        why.remove_suffix(1);
    mention.recipient = recipient->substr(0, kMaxName);
    mention.status = value_of(fields, ", dsn=").substr(0, 16);
    mention.host = host_text(value_of(fields, ", relay="));
    const bool local = mention.host.find('[') == std::string::npos;
    if (local)
        mention.host = host_within(why);
    mention.evidence = mention.action == MailAction::delivered && !local
                           ? evidence_within(why, Step::message, mention.status)
                           : outcome_within(why, mention.status);
    return true;
}

void PostfixLog::read(const LogLine& line, std::vector<Mention>& mentions)
{
    std::string_view text = line.text;
    const std::string_view queue_id = take_queue_id(text);
    if (!queue_id.empty() && text.starts_with("from=<")) {
        const auto sender = between(text, "from=<", ">, ");
        if (sender)
            senders_.at(queue_id) = sender->substr(0, kMaxName);
        Mention mention;
        if (!sender || !read_expiry(text, mention))
            return;
        mention.queue_id = queue_id;
        mention.sender = sender->substr(0, kMaxName);
        mentions.push_back(std::move(mention));
        return;
    }
    if (text.starts_with("NOQUEUE: "))
        text.remove_prefix(9);
    Mention mention;
    if (!(is_delivery(text) && read_delivery(text, mention)) && !read_refusal(text, mention) &&
        !read_trouble(text, mention))
        return;
    if (!queue_id.empty()) {
        mention.queue_id = queue_id;
        if (const auto* sender = senders_.find(queue_id); sender && mention.sender.empty())
            mention.sender = *sender;
    }
    mentions.push_back(std::move(mention));
}

} // namespace smtpprobe

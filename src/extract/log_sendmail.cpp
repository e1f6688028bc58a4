// SPDX-License-Identifier: Apache-2.0
#include "extract/log_sendmail.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "extract/reading.hpp"
#include "knowledge/unwrap.hpp"

namespace smtpprobe {
namespace {

/// One message may have thousands of recipients; a line names no more than some dozens.
constexpr std::size_t kMostRecipients = 256;

/// The field's whole value: up to `, name=`, since values hold commas.
std::string_view field(std::string_view text, std::string_view mark)
{
    const std::size_t at = text.find(mark);
    if (at == std::string_view::npos)
        return {};
    const std::string_view rest = text.substr(at + mark.size());
    for (std::size_t comma = rest.find(", "); comma != std::string_view::npos;
         comma = rest.find(", ", comma + 2)) {
        const std::size_t name = comma + 2;
        std::size_t end = name;
        while (end < rest.size() && (is_alnum(rest[end]) || rest[end] == '_'))
            ++end;
        if (end > name && end < rest.size() && rest[end] == '=')
            return rest.substr(0, comma);
    }
    return rest;
}

MailAction action_of(std::string_view stat)
{
    if (stat.starts_with("Sent"))
        return MailAction::delivered;
    if (stat.starts_with("Deferred") || stat.starts_with("queued"))
        return MailAction::delayed;
    return MailAction::failed;
}

std::string_view take_queue_id(std::string_view& text)
{
    const std::size_t end = text.find(": ");
    if (end == std::string_view::npos || end < 8 || end > 24 ||
        !std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(end), is_alnum))
        return {};
    const std::string_view id = text.substr(0, end);
    if (std::none_of(id.begin(), id.end(), is_digit))
        return {};
    text.remove_prefix(end + 2);
    return id;
}

std::optional<Step> step_of_ruleset(std::string_view ruleset)
{
    if (ruleset == "check_relay")
        return Step::greeting;
    if (ruleset == "check_mail")
        return Step::mail;
    if (ruleset == "check_rcpt" || ruleset == "check_compat")
        return Step::rcpt;
    if (ruleset == "check_data")
        return Step::data;
    if (ruleset == "check_eom")
        return Step::message;
    if (ruleset.starts_with("tls_"))
        return Step::tls;
    return std::nullopt;
}

/// `ruleset=check_rcpt, arg1=<x>, relay=host [ip], reject=550 5.7.1 …`, `Milter: to=<x>, reject=550 …`
bool read_refusal(std::string_view text, Mention& mention)
{
    const std::size_t at = text.find("reject=");
    if (at == std::string_view::npos || (at > 0 && text[at - 1] != ' '))
        return false;
    const std::string_view reply = text.substr(at + 7);
    std::optional<Step> step;
    if (text.starts_with("ruleset=")) {
        step = step_of_ruleset(value_of(text, "ruleset="));
        const std::string argument = bare_address(field(text, "arg1="));
        if (step == Step::mail)
            mention.sender = argument;
        else if (argument.find('@') != std::string::npos)
            mention.recipient = argument;
    } else if (text.starts_with("Milter")) {
        const std::string_view what = text.substr(text.find(':') + 1);
        const std::string_view word = trimmed(what.substr(0, what.find_first_of(",=")));
        step = word == "to" ? Step::rcpt : word == "from" ? Step::mail : step_named(word);
        if (word == "to")
            mention.recipient = bare_address(field(text, "to="));
        if (word == "from")
            mention.sender = bare_address(field(text, "from="));
    }
    mention.client = host_text(field(text, "relay="));
    mention.evidence = evidence_within(reply, step);
    mention.evidence.step = step;
    mention.action = mention.evidence.code / 100 == 4 ? MailAction::delayed : MailAction::failed;
    return true;
}

bool read_trouble(std::string_view text, Mention& mention)
{
    constexpr std::string_view kBeginnings[] = {
        "STARTTLS=client, error",
        "STARTTLS=server, error",
        "lost input channel from",
        "timeout waiting for input",
        "SYSERR",
        "rejecting commands from",
        "AUTH failure",
        "collect: ",
        "rejecting connections",
    };
    const bool begins = std::any_of(std::begin(kBeginnings), std::end(kBeginnings),
                                    [&](std::string_view each) { return text.starts_with(each); });
    const bool silent = text.find("did not issue MAIL/EXPN/VRFY/ETRN") != std::string_view::npos;
    const bool unverified = text.starts_with("STARTTLS=client") && text.find("verify=FAIL") != text.npos;
    // `<x@y>... User unknown`: the recipient of a session with us.
    const std::size_t dots = text.find(">... ");
    const bool refusal = text.starts_with('<') && dots != std::string_view::npos;
    const std::size_t dsn = text.find(": DSN: ");
    if (!begins && !silent && !unverified && !refusal && dsn == std::string_view::npos)
        return false;
    if (refusal) {
        mention.recipient = bare_address(text);
        mention.action = MailAction::failed;
        mention.evidence = evidence_within(text.substr(dots + 5), Step::rcpt);
        return true;
    }
    if (!begins && !silent && !unverified) {
        mention.action = MailAction::failed;
        mention.evidence = evidence_within(text.substr(dsn + 7));
        return true;
    }
    mention.host = host_text(field(text, ", relay="));
    const std::size_t from = text.find(" from ");
    if (from != std::string_view::npos && text.starts_with("STARTTLS=client") == false)
        mention.client = host_text(text.substr(from + 6, text.find(" to ", from) - from - 6));
    mention.evidence = evidence_within(text, text.starts_with("AUTH") ? Step::auth : step_of_failure(text));
    return true;
}

} // namespace

bool SendmailLog::is_delivery(std::string_view text)
{
    return text.find("to=") < 32 && text.find(", stat=") != std::string_view::npos &&
           text.find(", delay=") != std::string_view::npos;
}

/// `to=<a>,<b>, ctladdr=…, delay=…, relay=mx. [ip], dsn=5.1.1, reply=550 5.1.1 …, stat=User unknown`
bool SendmailLog::read_delivery(std::string_view text, Mention& mention, std::vector<Mention>& mentions)
{
    const std::size_t at = text.rfind(", stat=");
    if (at == std::string_view::npos)
        return false;
    const std::string_view fields = text.substr(0, at);
    const std::string_view stat = text.substr(at + 7);
    mention.action = action_of(stat);
    mention.status = field(fields, ", dsn=").substr(0, 16);
    mention.host = host_text(field(fields, ", relay="));
    const std::string_view reply = field(fields, ", reply=");
    const bool has_reply = reply_code(reply) != 0;
    const auto step =
        has_reply || mention.action == MailAction::delivered ? std::optional<Step>() : step_of_failure(stat);
    mention.evidence = evidence_within(has_reply ? reply : stat, step, mention.status);
    std::size_t count = 0;
    for (const std::string_view recipient : split(field(fields, "to="), ',')) {
        if (++count > kMostRecipients)
            break;
        mention.recipient = bare_address(recipient);
        mentions.push_back(mention);
    }
    return true;
}

void SendmailLog::read(const LogLine& line, std::vector<Mention>& mentions)
{
    std::string_view text = line.text;
    const std::string_view queue_id = take_queue_id(text);
    if (!queue_id.empty() && text.starts_with("from=")) {
        senders_.at(queue_id) = bare_address(field(text, "from="));
        return;
    }
    Mention mention;
    mention.queue_id = queue_id;
    if (const auto* sender = senders_.find(queue_id); !queue_id.empty() && sender)
        mention.sender = *sender;
    if (is_delivery(text) && read_delivery(text, mention, mentions))
        return;
    if (read_refusal(text, mention) || read_trouble(text, mention))
        mentions.push_back(std::move(mention));
}

} // namespace smtpprobe

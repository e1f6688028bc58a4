// SPDX-License-Identifier: Apache-2.0
#include "extract/log_exim.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "extract/log_line.hpp"
#include "extract/reading.hpp"
#include "knowledge/unwrap.hpp"

namespace smtpprobe {
namespace {

constexpr std::string_view kFlags[] = {"<=", "=>", "->", "**", "==", "*>", ">>", "(="};

/// `1xUwNJ-0002QQ-18` and, since 4.97, `1rN9Ko-00000000QgX-2bLk`.
bool is_message_id(std::string_view word)
{
    const bool old_one = word.size() == 16 && word[6] == '-' && word[13] == '-';
    const bool new_one = word.size() == 23 && word[6] == '-' && word[18] == '-';
    return (old_one || new_one) &&
           std::all_of(word.begin(), word.end(), [](char c) { return is_alnum(c) || c == '-'; });
}

std::string_view take_word(std::string_view& text)
{
    text = trimmed(text);
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(word.size());
    text = trimmed(text);
    return word;
}

/// Where the fields of a line end and the reason begins: the first `: ` that is not within quotes.
std::size_t end_of_fields(std::string_view text)
{
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (quoted && text[i] == '\\') {
            ++i;
            continue;
        }
        if (text[i] == '"')
            quoted = !quoted;
        if (!quoted && text[i] == ':' && (i + 1 == text.size() || text[i + 1] == ' '))
            return i;
    }
    return std::string_view::npos;
}

/// Exim writes the line ends of a reply as `\n`.
std::string without_escapes(std::string_view text)
{
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == 'n' || text[i + 1] == '"')) {
            plain += text[i + 1] == 'n' ? ' ' : '"';
            ++i;
        } else {
            plain += text[i];
        }
    }
    return plain;
}

/// `H=mx.example.com [192.0.2.1]`, `H=(helo) [192.0.2.1]`, `H=name (helo) [192.0.2.1]:4567`
std::string host_of(std::string_view fields)
{
    const std::size_t at = fields.starts_with("H=") ? 0 : fields.find(" H=");
    if (at == std::string_view::npos)
        return {};
    const std::string_view rest = fields.substr(at + (at == 0 ? 2 : 3));
    const std::size_t open = rest.find('[');
    const std::size_t close = rest.find(']', open);
    if (close == std::string_view::npos)
        return host_text(rest.substr(0, rest.find(' ')));
    return host_text(rest.substr(0, close + 1));
}

/// `… failed for (h) [192.0.2.1]: …`, `… on connection from (h) [192.0.2.1]`
std::string client_within(std::string_view text)
{
    for (const std::string_view mark : {" for ", " from "}) {
        const std::size_t at = text.find(mark);
        const std::size_t close = text.find(']', at);
        if (at != std::string_view::npos && close != std::string_view::npos)
            return host_text(text.substr(at + mark.size(), close + 1 - at - mark.size()));
    }
    return {};
}

/// `rejected RCPT <x>: why`, `temporarily rejected after DATA: why`, `rejected EHLO or HELO x: why`
bool read_refusal(std::string_view text, Mention& mention)
{
    const std::size_t at = text.find("rejected ");
    if (at == std::string_view::npos || (at > 0 && text[at - 1] != ' '))
        return false;
    const std::string_view fields = text.substr(0, at);
    const std::string_view rest = text.substr(at + 9);
    const std::size_t end = end_of_fields(rest);
    const std::string_view what = rest.substr(0, end);
    const std::string_view why = end == std::string_view::npos ? what : trimmed(rest.substr(end + 1));
    std::optional<Step> step;
    if (what.starts_with("after DATA") || what.starts_with("by local_scan") ||
        what.starts_with("during MIME"))
        step = Step::message;
    else if (what.starts_with("connection") || what.starts_with("SMTP connection"))
        step = Step::greeting;
    else
        step = step_named(what);
    if (!step && fields.find("H=") == std::string_view::npos)
        return false;
    if (step == Step::rcpt)
        mention.recipient = bare_address(what.substr(4));
    if (const auto sender = between(fields, "F=<", ">"))
        mention.sender = sender->substr(0, kMaxName);
    mention.client = host_of(fields);
    mention.action =
        fields.find("temporarily ") != std::string_view::npos ? MailAction::delayed : MailAction::failed;
    mention.evidence = evidence_within(without_escapes(why), step);
    mention.evidence.step = step;
    return true;
}

/// Lines about a host, or about a client that was cut off.
bool read_trouble(std::string_view text, Mention& mention)
{
    constexpr std::string_view kSigns[] = {
        "SMTP error from remote",
        "Remote host closed connection",
        "Connection refused",
        "Connection timed out",
        "TLS error on connection",
        "TLS session: ",
        "SMTP timeout",
        "SMTP command timeout",
        "SMTP protocol synchron",
        "authenticator failed for",
        "No route to host",
        "Network is unreachable",
        "unexpected disconnection",
        "SMTP data timeout",
        "SMTP protocol error",
        "too many",
        "lost while reading",
        "DKIM: ",
    };
    if (std::none_of(std::begin(kSigns), std::end(kSigns),
                     [&](std::string_view sign) { return text.find(sign) != std::string_view::npos; }))
        return false;
    if (text.starts_with("DKIM: ") && !has_ignoring_case(text, "fail"))
        return false;
    // From us to a host, or from a client to us.
    if (text.starts_with("H=") || text.find(" H=") != std::string_view::npos)
        mention.host = host_of(text);
    else
        mention.client = client_within(text);
    const std::size_t end = end_of_fields(text);
    const bool login = text.find("authenticator failed for") != std::string_view::npos;
    const std::string_view why = end == std::string_view::npos ? text : trimmed(text.substr(end + 1));
    mention.evidence =
        evidence_within(without_escapes(login ? why : text), login ? Step::auth : step_of_failure(text));
    return true;
}

} // namespace

bool EximLog::is_line(std::string_view text)
{
    if (text.starts_with('[')) // the process number, with +pid
        text = trimmed(text.substr(std::min(text.find(']'), text.size() - 1) + 1));
    const std::string_view first = take_word(text);
    if (is_message_id(first))
        return true;
    if (std::find(std::begin(kFlags), std::end(kFlags), first) != std::end(kFlags) && !text.empty())
        return true;
    for (const std::string_view beginning : {"H=", "Start queue run:", "End queue run:", "exim "})
        if (first.starts_with(beginning) ||
            (std::string(first) + ' ' + std::string(text.substr(0, 12))).starts_with(beginning))
            return true;
    return text.find("authenticator failed for") != std::string_view::npos ||
           text.find(" rejected RCPT ") != std::string_view::npos ||
           (first == "SMTP" && (text.starts_with("command timeout") || text.starts_with("connection from") ||
                                text.starts_with("protocol ") || text.starts_with("call from")));
}

void EximLog::read_delivery(std::string_view flag, std::string_view rest, Mention& mention)
{
    const bool failed = flag == "**";
    const bool delayed = flag == "==";
    mention.action = failed ? MailAction::failed : delayed ? MailAction::delayed : MailAction::delivered;
    // `local <x@y> <parent> R=…`, `x@y <parent> R=…`, `x@y: why`
    const std::size_t end = failed || delayed ? end_of_fields(rest) : std::string_view::npos;
    const std::string_view fields = rest.substr(0, end);
    std::string_view more = fields;
    const std::string_view address = take_word(more);
    const bool local = address.find('@') == std::string_view::npos && more.starts_with('<');
    mention.recipient = bare_address(local ? more : address);
    mention.host = host_of(fields);
    if (const auto sender = between(fields, " F=<", ">"))
        mention.sender = sender->substr(0, kMaxName);
    if (!failed && !delayed) {
        if (const auto reply = between(fields, " C=\"", "\""))
            mention.evidence = evidence_within(without_escapes(*reply), Step::message);
        return;
    }
    const std::string why =
        without_escapes(end == std::string_view::npos ? std::string_view() : trimmed(rest.substr(end + 1)));
    mention.evidence = outcome_within(why);
}

void EximLog::read(std::string_view when, std::string_view text, std::vector<Mention>& mentions)
{
    if (const std::size_t own_time = time_length(text); own_time > 0) {
        when = text.substr(0, own_time);
        text = trimmed(text.substr(own_time));
    }
    if (text.starts_with('[') && is_digit(text.size() > 1 ? text[1] : ' '))
        text = trimmed(text.substr(std::min(text.find(']'), text.size() - 1) + 1));
    Mention mention;
    mention.when = when;
    std::string_view rest = text;
    std::string_view id = take_word(rest);
    if (is_message_id(id))
        text = rest;
    else
        id = {};
    mention.queue_id = id;
    const std::string_view flag = text.substr(0, 2);
    if (flag == "<=") {
        rest = text.substr(2);
        if (!id.empty())
            senders_.at(id) = bare_address(take_word(rest));
        return;
    }
    const bool delivery = text.size() > 3 && text[2] == ' ' &&
                          std::find(std::begin(kFlags), std::end(kFlags), flag) != std::end(kFlags);
    if (delivery)
        read_delivery(flag, trimmed(text.substr(2)), mention);
    else if (!read_refusal(text, mention) && !read_trouble(text, mention))
        return;
    if (const auto* sender = senders_.find(id); !id.empty() && sender && mention.sender.empty())
        mention.sender = *sender;
    if (mention.evidence.status)
        mention.status = mention.evidence.status->text();
    mentions.push_back(std::move(mention));
}

} // namespace smtpprobe

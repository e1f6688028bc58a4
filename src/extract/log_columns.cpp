// SPDX-License-Identifier: Apache-2.0
#include "extract/log_columns.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "extract/notation.hpp"
#include "extract/reading.hpp"

namespace smtpprobe {
namespace {

constexpr std::size_t kMostCells = 128;
constexpr std::size_t kMostRecipients = 1000;

struct NamedColumn {
    std::string_view name;
    int column;
};

/// `+TO:<x>` of a W3C log is ` TO:<x>`.
std::string without_pluses(std::string_view text)
{
    std::string plain(text);
    std::replace(plain.begin(), plain.end(), '+', ' ');
    return plain;
}

bool is_command_or_response(std::string_view user, std::string_view kind)
{
    return user.starts_with("OutboundConnection") && user.ends_with(kind);
}

/// `[{LRT=…};{LED=550 5.1.1 no such user};{FQDN=mx};{IP=192.0.2.1}]` or the reply alone.
std::string_view last_error(std::string_view status)
{
    const auto error = between(status, "{LED=", "}");
    return error ? *error : status;
}

} // namespace

bool ColumnLog::is_header(std::string_view line)
{
    return line.starts_with("#Fields: ") || line.starts_with("#Software: ") ||
           line.starts_with("#Version: ") || line.starts_with("#Log-type: ") || line.starts_with("#Date: ");
}

void ColumnLog::read_header(std::string_view fields)
{
    static constexpr NamedColumn kNames[] = {
        {"date", date},
        {"time", time},
        {"date-time", when},
        {"session-id", session},
        {"remote-endpoint", remote},
        {"event", event},
        {"event-id", event},
        {"data", data},
        {"context", context},
        {"c-ip", client},
        {"cs-username", user},
        {"cs-method", method},
        {"cs-uri-query", query},
        {"sc-status", status},
        {"recipient-address", recipient},
        {"recipient-status", recipient_status},
        {"sender-address", sender},
        {"message-id", message},
    };
    at_.fill(-1);
    const bool csv = fields.find(',') != std::string_view::npos;
    int index = 0;
    for (const std::string_view part : csv ? split(fields, ',') : words_of(fields)) {
        for (const NamedColumn& named : kNames)
            if (equal_ignoring_case(trimmed(part), named.name))
                at_[static_cast<std::size_t>(named.column)] = index;
        ++index;
    }
    if (csv)
        layout_ = at_[recipient_status] >= 0            ? Layout::tracking
                  : at_[session] >= 0 && at_[data] >= 0 ? Layout::protocol
                                                        : Layout::other;
    else
        layout_ = at_[method] >= 0 ? Layout::w3c : Layout::other;
}

std::string_view ColumnLog::cell(const std::vector<std::string>& cells, Column column) const
{
    const int at = at_[column];
    if (at < 0 || static_cast<std::size_t>(at) >= cells.size())
        return {};
    const std::string_view text = cells[static_cast<std::size_t>(at)];
    return text == "-" && layout_ == Layout::w3c ? std::string_view() : text;
}

std::vector<std::string> ColumnLog::cells_of(std::string_view line) const
{
    std::vector<std::string> cells;
    if (layout_ == Layout::w3c) {
        for (const std::string_view word : words_of(line)) {
            if (cells.size() == kMostCells)
                break;
            cells.emplace_back(word);
        }
        return cells;
    }
    cells.emplace_back();
    bool quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"')
            cells.back() += line[i++];
        else if (line[i] == '"')
            quoted = !quoted;
        else if (line[i] == ',' && !quoted && cells.size() < kMostCells)
            cells.emplace_back();
        else
            cells.back() += line[i];
    }
    return cells;
}

/// Our server's clients are told apart by their address; what we said to another server stands in
/// `OutboundConnectionCommand` and `…Response`.
void ColumnLog::read_w3c(const std::vector<std::string>& row, std::size_t number,
                         std::vector<Mention>& mentions)
{
    const std::string_view user_name = cell(row, user);
    const std::string_view verb = cell(row, method);
    const std::string words = without_pluses(cell(row, query));
    const bool response = is_command_or_response(user_name, "Response");
    const bool command = is_command_or_response(user_name, "Command");
    std::string key(cell(row, client));
    key += response || command ? " out" : " in";
    SpokenSession& conversation = conversations_.at(key);
    const std::size_t before = mentions.size();
    if (response) {
        if (!conversation.begun())
            conversation.connected(std::string(cell(row, client)));
        conversation.server(trimmed(words), number, mentions);
    } else {
        const std::string_view code = cell(row, status);
        if (reply_code(code) == 0 && !command)
            return;
        if (!command) // the log has the commands only from EHLO on
            conversation.greeting_was_before();
        conversation.client(std::string(verb) + ' ' + words);
        if (!command) {
            conversation.server(code.substr(0, 3), number, mentions);
            if (equal_ignoring_case(verb, "DATA") && conversation.in_message())
                conversation.client(".");
        }
    }
    if (equal_ignoring_case(verb, "QUIT"))
        conversation.connected({});
    for (std::size_t i = before; i < mentions.size(); ++i) {
        mentions[i].when = std::string(cell(row, date)) + ' ' + std::string(cell(row, time));
        (response ? mentions[i].host : mentions[i].client) = cell(row, client);
    }
}

/// `<` and `>` are seen from us, whichever side we are; only a server's lines begin with a code.
void ColumnLog::read_protocol(const std::vector<std::string>& row, std::size_t number,
                              std::vector<Mention>& mentions)
{
    const std::string_view kind = cell(row, event);
    const std::string_view said = cell(row, data);
    const std::string_view about = cell(row, context);
    SpokenSession& conversation = conversations_.at(cell(row, session));
    const std::size_t before = mentions.size();
    bool by_peer = kind == "<";
    if (kind == "+") {
        conversation.end(mentions);
        conversation.connected({});
    } else if (kind == "-") {
        conversation.end(mentions);
    } else if (kind == "*") {
        const std::string_view words = about.empty() ? said : about;
        if (tells_of_failure(words)) {
            conversation.end(mentions);
            conversation.failure(words, number, mentions);
            by_peer = true;
        }
    } else if (reply_code(said) != 0) {
        conversation.server(said, number, mentions);
    } else {
        conversation.client(said);
    }
    for (std::size_t i = before; i < mentions.size(); ++i) {
        mentions[i].when = cell(row, when);
        mentions[i].queue_id = cell(row, session);
        (by_peer ? mentions[i].host : mentions[i].client) = cell(row, remote);
    }
}

void ColumnLog::read_tracking(const std::vector<std::string>& row, std::size_t number,
                              std::vector<Mention>& mentions) const
{
    const std::string_view kind = cell(row, event);
    const bool failed = kind == "FAIL" || kind == "DSN" || kind == "BADMAIL";
    if (!failed && kind != "DEFER")
        return;
    const std::string_view statuses = cell(row, recipient_status);
    if (statuses.empty())
        return;
    const auto recipients = split(cell(row, recipient), ';');
    // One status a recipient where the counts agree; within braces a semicolon separates nothing.
    const bool nested = statuses.find('{') != std::string_view::npos;
    const auto parts = nested ? std::vector<std::string_view>{statuses} : split(statuses, ';');
    for (std::size_t i = 0; i < std::min(recipients.size(), kMostRecipients); ++i) {
        Mention mention;
        mention.line = number;
        mention.when = cell(row, when);
        mention.queue_id = cell(row, message);
        mention.sender = bare_address(cell(row, sender));
        mention.recipient = bare_address(recipients[i]);
        mention.action = failed ? MailAction::failed : MailAction::delayed;
        mention.text = last_error(parts.size() == recipients.size() ? parts[i] : statuses);
        mention.evidence = evidence_within(mention.text);
        if (mention.evidence.status)
            mention.status = mention.evidence.status->text();
        if (const auto host = between(statuses, "{FQDN=", "}"))
            mention.host = host->substr(0, kMaxName);
        mentions.push_back(std::move(mention));
    }
}

void ColumnLog::read(std::string_view line, std::size_t number, std::vector<Mention>& mentions)
{
    if (line.starts_with("#Fields: ")) {
        read_header(line.substr(9));
        return;
    }
    if (line.starts_with('#') || line.empty())
        return;
    const auto row = cells_of(line);
    switch (layout_) {
    case Layout::w3c: read_w3c(row, number, mentions); return;
    case Layout::protocol: read_protocol(row, number, mentions); return;
    case Layout::tracking: read_tracking(row, number, mentions); return;
    case Layout::none:
    case Layout::other: return;
    }
}

void ColumnLog::end(std::vector<Mention>& mentions)
{
    conversations_.for_each([&](SpokenSession& conversation) { conversation.end(mentions); });
}

} // namespace smtpprobe

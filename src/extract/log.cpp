// SPDX-License-Identifier: Apache-2.0
#include "extract/log.hpp"

#include "base/ascii.hpp"
#include "extract/log_dovecot.hpp"
#include "extract/log_line.hpp"
#include "extract/log_opensmtpd.hpp"
#include "extract/reading.hpp"

namespace smtpprobe {
namespace {

bool is_postfix(std::string_view program)
{
    return program.starts_with("postfix") || program.find("/postfix") != std::string_view::npos;
}

bool is_sendmail(std::string_view program)
{
    return program == "sendmail" || program.starts_with("sm-") || program == "sendmail-mta";
}

/// `4b3a6c195c1f6010 mta delivery evpid=…`
bool is_bare_opensmtpd(std::string_view line)
{
    return line.find(" delivery evpid=") < 24 || line.find(" smtp failed-command ") < 24;
}

/// Exim's own time and what follows: `2026-11-22 01:28:13 1xUwNJ-0002QW-1D ** x@y …`.
std::string_view exim_text(std::string_view line)
{
    const std::size_t length = time_length(line);
    return length == 0 ? std::string_view() : trimmed(line.substr(length));
}

void mask(std::vector<Mention>& mentions)
{
    for (Mention& mention : mentions) {
        mention.text = mask_auth(mention.text);
        mention.evidence.words = mask_auth(mention.evidence.words);
    }
}

} // namespace

bool LogReader::is_log_line(std::string_view line)
{
    line = line.substr(0, kMaxLine);
    std::string_view rest = line;
    if (!QmailLog::take_time(rest).empty() || syslog_line(line) || ImsLog::is_line(line) ||
        ColumnLog::is_header(line))
        return true;
    if (const std::string_view text = exim_text(line); !text.empty() && EximLog::is_line(text))
        return true;
    // Without what syslog puts before them, as people paste them.
    return PostfixLog::is_delivery(line) || SendmailLog::is_delivery(line) || is_bare_opensmtpd(line);
}

void LogReader::read_program(const LogLine& line, std::vector<Mention>& mentions)
{
    if (is_postfix(line.program))
        postfix_.read(line, mentions);
    else if (is_sendmail(line.program))
        sendmail_.read(line, mentions);
    else if (line.program.starts_with("qmail") && QmailLog::is_line(line.text))
        qmail_.read(line.text, mentions);
    else if (line.program == "smtpd" && OpenSmtpdLog::is_line(line.text))
        OpenSmtpdLog::read(line.text, mentions);
    else if (line.program == "dovecot")
        DovecotLog::read(line.text, mentions);
    else if (line.program.starts_with("exim"))
        exim_.read(line.when, line.text, mentions);
    else if (PostfixLog::is_delivery(line.text)) // under another name: a second instance, a gateway
        postfix_.read(line, mentions);
    else if (SendmailLog::is_delivery(line.text))
        sendmail_.read(line, mentions);
    for (Mention& mention : mentions)
        if (mention.when.empty())
            mention.when = line.when;
}

void LogReader::read_any(std::string_view line, std::vector<Mention>& mentions)
{
    if (ColumnLog::is_header(line) || columns_.begun()) {
        columns_.read(line, number_, mentions);
        return;
    }
    std::string_view rest = line;
    if (const std::string_view time = QmailLog::take_time(rest); !time.empty()) {
        qmail_.read(rest, mentions);
        for (Mention& mention : mentions)
            mention.when = time;
        return;
    }
    if (ims_.read(line, number_, mentions))
        return;
    if (const std::string_view text = exim_text(line); !text.empty() && EximLog::is_line(text)) {
        exim_.read(line.substr(0, time_length(line)), text, mentions);
        return;
    }
    if (const auto parts = syslog_line(line)) {
        read_program(*parts, mentions);
        return;
    }
    LogLine bare;
    bare.text = line;
    if (PostfixLog::is_delivery(line))
        postfix_.read(bare, mentions);
    else if (SendmailLog::is_delivery(line))
        sendmail_.read(bare, mentions);
    else if (is_bare_opensmtpd(line))
        OpenSmtpdLog::read(line, mentions);
}

std::vector<Mention> LogReader::read(std::string_view line)
{
    ++number_;
    while (line.ends_with('\r') || line.ends_with('\n'))
        line.remove_suffix(1);
    line = line.substr(0, kMaxLine);
    // Columns stay whole: their commands are masked as those of a session are.
    std::string masked;
    if (!columns_.begun()) {
        masked = mask_auth(line);
        line = masked;
    }
    std::vector<Mention> mentions;
    read_any(line, mentions);
    for (Mention& mention : mentions) {
        if (mention.line == 0)
            mention.line = number_;
        if (mention.text.empty())
            mention.text = line;
    }
    mask(mentions);
    return mentions;
}

std::vector<Mention> LogReader::end()
{
    std::vector<Mention> mentions;
    ims_.end(mentions);
    columns_.end(mentions);
    mask(mentions);
    return mentions;
}

} // namespace smtpprobe

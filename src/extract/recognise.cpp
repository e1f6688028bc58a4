// SPDX-License-Identifier: Apache-2.0
#include "extract/recognise.hpp"

#include <algorithm>
#include <bitset>

#include "base/ascii.hpp"
#include "extract/log.hpp"
#include "extract/log_ims.hpp"
#include "extract/notation.hpp"
#include "extract/reading.hpp"

namespace smtpprobe {
namespace {

constexpr std::size_t kMostHead = std::size_t{64} * 1024;

// Two of these, one of them of the first `kTelling`, make a message: a diagnosis by itself begins with none.
constexpr std::string_view kFields[] = {
    "received",
    "return-path",
    "from",
    "subject",
    "date",
    "mime-version",
    "content-type",
    "message-id",
    "reporting-mta",
    "final-recipient",
    "to",
    "reply-to",
    "delivered-to",
    "auto-submitted",
    "in-reply-to",
    "references",
    "x-mailer",
    "x-failed-recipients",
    "dkim-signature",
    "authentication-results",
    "x-original-to",
    "content-transfer-encoding",
    "arrival-date",
    "sender",
    "original-recipient",
    "action",
    "status",
    "diagnostic-code",
    "remote-mta",
};
constexpr std::size_t kTelling = 10;
constexpr std::size_t kMostHeaderLines = 60;

/// The beginnings of reports that come without a header, when they are pasted.
constexpr std::string_view kReports[] = {
    "your message did not reach some or all of the intended recipients",
    "delivery has failed to these recipients or",
    "hi. this is the qmail-send program",
    "hi. this is the ",
    "this message was created automatically by mail delivery software",
    "this is the mail system at host",
    "this is the postfix program at host",
    "the original message was received at",
    "this is a permanently undeliverable",
    "this report relates to a message you sent",
};

/// Which of kFields the line is; npos for none.
std::size_t field_of(std::string_view line)
{
    const std::size_t colon = line.find(':');
    if (colon > 40)
        return std::string_view::npos;
    const std::string_view name = line.substr(0, colon);
    const auto* found = std::find_if(std::begin(kFields), std::end(kFields),
                                     [&](std::string_view each) { return equal_ignoring_case(each, name); });
    return found == std::end(kFields) ? std::string_view::npos
                                      : static_cast<std::size_t>(found - std::begin(kFields));
}

/// `Name: value`, of whatever name.
bool is_field(std::string_view line)
{
    const std::size_t colon = line.find(':');
    return colon != std::string_view::npos && colon > 0 &&
           std::all_of(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(colon),
                       [](char c) { return c > ' ' && c < 0x7f; });
}

class HeaderTally {
public:
    /// False where the header, if it was one, is over.
    bool take(std::string_view line)
    {
        if (line.empty())
            return lines_ == 0;
        if (++lines_ > kMostHeaderLines)
            return false;
        if (lines_ == 1 && (line.starts_with("From ") || line.starts_with(">From ")))
            return true;
        if (lines_ > 1 && (line.front() == ' ' || line.front() == '\t'))
            return true;
        if (!is_field(line))
            return false;
        if (const std::size_t field = field_of(line); field != std::string_view::npos)
            seen_.set(field);
        return true;
    }

    bool is_message() const
    {
        for (std::size_t i = 0; i < kTelling; ++i)
            if (seen_.test(i))
                return seen_.count() >= 2;
        return false;
    }

private:
    std::bitset<std::size(kFields)> seen_;
    std::size_t lines_ = 0;
};

bool has_header(std::string_view text)
{
    HeaderTally tally;
    bool open = true;
    for_each_line(text, [&](std::string_view line, std::size_t) { open = open && tally.take(line); });
    return tally.is_message();
}

/// A report without its header: its first sentence near the top, on a line of its own, and an address below.
bool is_report(std::string_view text)
{
    std::size_t lines = 0;
    bool begins = false;
    bool address = false;
    bool replies_first = false;
    for_each_line(text, [&](std::string_view line, std::size_t) {
        line = trimmed(line);
        if (line.empty())
            return;
        ++lines;
        if (begins) {
            address = address || line.find('@') != std::string_view::npos;
            return;
        }
        if (lines <= 6 && !replies_first && line.size() < 160)
            begins = std::any_of(std::begin(kReports), std::end(kReports), [&](std::string_view each) {
                return starts_with_ignoring_case(line, each);
            });
        replies_first = replies_first || reply_code(line) != 0;
    });
    return begins && address;
}

bool is_log(std::string_view text)
{
    std::size_t lines = 0;
    std::size_t of_log = 0;
    std::size_t of_ims = 0;
    for_each_line(text, [&](std::string_view line, std::size_t) {
        if (trimmed(line).empty())
            return;
        ++lines;
        of_log += LogReader::is_log_line(line) ? 1U : 0U;
        of_ims += ImsLog::is_line(line) ? 1U : 0U;
    });
    // Rows of a table carry no mark of their own; the Internet Mail Service's are looked for in an
    // article too.
    return of_ims >= 2 || of_log * 2 > lines || (of_log > 0 && text.starts_with("#")) ||
           text.find("\n#Fields: ") != std::string_view::npos;
}

} // namespace

TextKind recognise(std::string_view head, bool whole)
{
    if (!whole || head.size() > kMostHead) { // the last line is cut
        head = head.substr(0, kMostHead);
        if (const std::size_t end = head.rfind('\n'); end != std::string_view::npos)
            head = head.substr(0, end + 1);
    }
    if (head.starts_with("\xEF\xBB\xBF"))
        head.remove_prefix(3);
    if (has_header(head))
        return TextKind::bounce;
    if (is_log(head))
        return TextKind::log;
    if (is_report(head))
        return TextKind::bounce;
    if (notation_of(head) != Notation::none)
        return TextKind::session;
    return TextKind::replies;
}

bool is_one_reply(std::string_view text)
{
    int code = 0;
    bool ended = false;
    bool broken = false;
    std::size_t count = 0;
    for_each_line(text, [&](std::string_view line, std::size_t) {
        if (line.empty() && ended)
            return;
        const int here = reply_code(line);
        broken = broken || ended || here == 0 || (code != 0 && here != code);
        code = here;
        ended = line.size() < 4 || line[3] == ' ';
        ++count;
    });
    return !broken && ended && count > 1;
}

} // namespace smtpprobe

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "extract/log_columns.hpp"
#include "extract/log_exim.hpp"
#include "extract/log_ims.hpp"
#include "extract/log_postfix.hpp"
#include "extract/log_qmail.hpp"
#include "extract/log_sendmail.hpp"
#include "extract/mention.hpp"

namespace smtpprobe {

/// Reads a log line by line: Postfix, Exim, Sendmail, qmail, OpenSMTPD, Dovecot, Exchange's Internet Mail
/// Service, its protocol and tracking logs, W3C logs of its SMTP service. Each line says by itself whose it
/// is, so they may be mixed. Memory is bounded: the oldest messages and sessions are forgotten.
class LogReader {
public:
    /// What this line tells; successes too (MailAction::delivered, or a reply under 400).
    std::vector<Mention> read(std::string_view line);
    /// What was begun and not ended.
    std::vector<Mention> end();

    /// Could this be a line of a log, of any program's? `550 5.1.1 User unknown` is none.
    static bool is_log_line(std::string_view line);

private:
    void read_any(std::string_view line, std::vector<Mention>& mentions);
    void read_program(const LogLine& line, std::vector<Mention>& mentions);

    std::size_t number_ = 0;
    PostfixLog postfix_;
    EximLog exim_;
    SendmailLog sendmail_;
    QmailLog qmail_;
    ImsLog ims_;
    ColumnLog columns_;
};

} // namespace smtpprobe

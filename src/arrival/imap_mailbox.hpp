// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "arrival/curl_library.hpp"
#include "arrival/mailbox.hpp"

namespace smtpprobe {

/// The UIDs of a SEARCH response (RFC 9051 7.3.4), a bounded number of them. Any bytes may come.
std::vector<std::uint32_t> uids_in(std::string_view response);

/// Text as a quoted string of IMAP; nothing where it cannot be one.
std::optional<std::string> imap_quoted(std::string_view text);

/// A folder on an IMAP server, by libcurl, over one connection as long as that holds. The message is not
/// marked as read, and where it was, it stays so.
class ImapMailbox : public Mailbox {
public:
    ImapMailbox(ExpectedPlace place, MailboxAccess access, std::string id);
    ~ImapMailbox() override;

    std::optional<std::string> open(const StopFlag& stop) override;
    Look look(const StopFlag& stop, Clock::time_point until) override;

private:
    struct Answer {
        std::string text;
        std::string why_not; ///< empty: it was given
    };
    /// `what` is what stands behind the folder in the URL, or empty; `command` in place of libcurl's own.
    Answer ask(const StopFlag& stop, const std::string& what, const std::string& command);
    Answer search(const StopFlag& stop);
    /// Was that message read by nobody so far?
    bool is_unseen(const StopFlag& stop, const std::string& number);
    std::string failure_words(CURLcode code) const;

    ExpectedPlace place_;
    MailboxAccess access_;
    std::string id_;
    const CurlLibrary* library_ = nullptr;
    CURL* handle_ = nullptr;
    char error_[CURL_ERROR_SIZE] = {};
    Clock::time_point until_{};     ///< no command lasts longer
    std::set<std::uint32_t> known_; ///< UIDs of messages that had our Message-ID before
};

} // namespace smtpprobe

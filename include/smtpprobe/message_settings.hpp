// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "smtpprobe/names.hpp"
#include "smtpprobe/secret.hpp"
#include "smtpprobe/time.hpp"

namespace smtpprobe {

/// What the message is, where no file gives it.
enum class TestBody : std::uint8_t {
    plain, ///< says what it is and who sent it
    eicar, ///< with the EICAR test file, which virus scanners must find
    gtube, ///< with the GTUBE string, which spam filters must find
};

template <> struct Names<TestBody> {
    static constexpr std::string_view all[] = {"plain", "eicar", "gtube"};
    static constexpr TestBody last = TestBody::gtube;
};

/// How the message goes over (RFC 5321 DATA, RFC 3030 BDAT).
enum class Transfer : std::uint8_t { data, bdat };

template <> struct Names<Transfer> {
    static constexpr std::string_view all[] = {"data", "bdat"};
    static constexpr Transfer last = Transfer::bdat;
};

/// The message of --send, and where it is expected to arrive.
struct MessageSettings {
    bool send = false; ///< nothing is ever delivered without
    Transfer transfer = Transfer::data;
    std::string file;    ///< --message: sent as it is
    std::string subject; ///< empty: one that names the program, the sender and the time
    std::string body;
    std::string body_file;
    TestBody test_body = TestBody::plain;
    std::vector<std::string> headers;     ///< `Name: value`
    std::vector<std::string> attachments; ///< paths
    std::optional<std::uint64_t> size;    ///< filled up to so many octets
    std::string expect_in; ///< --expect-in: maildir:PATH or an imap(s):// URL, without its password
    Secret expect_password;
    bool expect_insecure = false; ///< --expect-insecure: its password also without TLS
    Duration expect_timeout = std::chrono::minutes(5);
    friend bool operator==(const MessageSettings&, const MessageSettings&) = default;
};

} // namespace smtpprobe

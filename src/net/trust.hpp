// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>

namespace smtpprobe {

/// The trust store, our own certificate and the TLS context that the sessions of one probe share. Nothing is
/// read until the first handshake is near (warm()): an SSL_CTX costs over a millisecond. Lives on one event
/// loop.
class Trust {
public:
    /// Both empty: the system's store, by its hashed directory (its bundle file costs 15 ms), with
    /// SSL_CERT_DIR and SSL_CERT_FILE as OpenSSL reads them. Else these instead of the system's.
    /// `cert_file`: shown to servers that ask, in sessions that say so; empty: none is. `key_file` empty: the
    /// key is in `cert_file`.
    Trust(std::string ca_file, std::string ca_path, std::string cert_file = "", std::string key_file = "");
    ~Trust();
    Trust(const Trust&) = delete;
    Trust& operator=(const Trust&) = delete;

    /// What is wrong with a file or directory that the user named, in one line; nothing where they
    /// can be used or none was named. Call it before anything is sent.
    std::optional<std::string> check() const;

    /// Makes the context now, while something else is being waited for.
    void warm();

    struct State;
    /// Made on first use. Throws std::runtime_error where OpenSSL cannot be set up at all, or our certificate
    /// cannot be read any more.
    State& state();

private:
    std::string ca_file_;
    std::string ca_path_;
    std::string cert_file_;
    std::string key_file_;
    std::unique_ptr<State> state_;
};

} // namespace smtpprobe

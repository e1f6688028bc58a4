// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

namespace smtpprobe {

/// The trust store and TLS context that the sessions of one probe share. Nothing is read until the
/// first handshake is near (warm()): an SSL_CTX costs over a millisecond.
class Trust {
public:
    /// Both empty: the system's store, by its hashed directory (its bundle file costs 15 ms).
    Trust(std::string ca_file, std::string ca_path);
    ~Trust();
    Trust(const Trust&) = delete;
    Trust& operator=(const Trust&) = delete;

    /// Makes the context now, while something else is being waited for.
    void warm();

    struct State;
    State& state();

private:
    std::unique_ptr<State> state_;
};

} // namespace smtpprobe

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "lab/certificates.hpp"
#include "net/trust.hpp"
#include "smtpprobe/fault.hpp"
#include "smtpprobe/tls_facts.hpp"
#include "support/loopback_server.hpp"

namespace smtpprobe {

/// The authority that the tests trust, and the file that it stands in.
const Credential& test_authority();
const std::string& test_authority_file();
/// A sound certificate for mx.example.com, to be spoilt by each test in its own way.
CertificateSpec host_certificate();

struct Shaken {
    std::optional<TlsFacts> facts; ///< where the handshake went through
    std::optional<Fault> fault;
};

/// Connects to a server that plays `script`, and does the handshake. Empty `trust`: of the test
/// authority. `and_read`: one read after it. `show_certificate`: the one of `trust`, where the server asks.
Shaken shake_hands(std::function<void(Peer&)> script, const std::string& name, Trust* trust = nullptr,
                   std::chrono::milliseconds limit = std::chrono::seconds(20), bool and_read = false,
                   bool show_certificate = false);

/// The facts of a handshake with a server that sends this chain, as mx.example.com.
TlsFacts facts_of_chain(const std::vector<Credential>& chain, const ServerTls& tls = ServerTls(),
                        const std::string& name = "mx.example.com", Trust* trust = nullptr);

} // namespace smtpprobe

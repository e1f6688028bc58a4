// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <openssl/ssl.h>

#include "net/trust_state.hpp"
#include "smtpprobe/tls_facts.hpp"

namespace smtpprobe {

/// What was agreed on and the chain that was sent; no verdicts.
TlsFacts read_tls_facts(const SSL* ssl);

/// Everything that Certificate tells of one.
Certificate read_certificate(X509* certificate);

/// Judges the chain that a completed handshake brought, offline: trust, name and dates apart, so that
/// an expired certificate of a known authority is told from a valid one of nobody.
void judge(const SSL* ssl, Trust::State& trust, const std::string& name, TlsFacts& facts);

} // namespace smtpprobe

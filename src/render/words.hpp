// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "render/style.hpp"
#include "smtpprobe/report.hpp"

namespace smtpprobe {

// Closed sets as they are said to a reader. Names<> has their spelling for machines.

/// As in `silent at RCPT`: `RCPT`, `the greeting`, `the TLS handshake`.
std::string_view step_words(Step step);
/// As in the result of an endpoint: `connection refused`, `connection reset at RCPT`.
std::string fault_words(Step step, FaultKind kind);
/// As in `STARTTLS left out: the server does not offer it`.
std::string_view skip_words(SkipReason reason);
std::string_view breach_words(Breach breach);
/// Why an endpoint was left alone: `not tried: loopback address`.
std::string_view not_tried_words(NotTried reason);
/// Who must act, and whether trying again helps: one sentence or two.
std::string who_words(Actor who, Retry when);
/// How sure a statement is: `sure`, `likely`, `a guess`.
std::string_view confidence_words(Confidence confidence);
/// `found`, `no such domain (NXDOMAIN)`, `the name server failed (SERVFAIL)`.
std::string lookup_words(const Lookup& lookup);
/// About the server's certificate: `certificate ok`, `certificate expired, for another name`.
std::string certificate_words(const TlsFacts& tls);
bool certificate_holds(const TlsFacts& tls);

/// `OK`, `WARNING`, `PROBLEM`, `UNKNOWN`, and their tones.
std::string_view outcome_word(Outcome outcome);
Tone outcome_tone(Outcome outcome);
std::string_view severity_word(Severity severity);
Tone severity_tone(Severity severity);

} // namespace smtpprobe

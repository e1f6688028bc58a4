// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "smtpprobe/explain.hpp"

namespace smtpprobe {

/// What a name or text of a failure is one of.
enum class FaultNaming : std::uint8_t {
    system_error,      ///< an errno, a Winsock error, or what mail programs say in their place
    tls_alert,         ///< an alert that a server sent
    tls_error,         ///< what a TLS library says
    certificate_check, ///< why a certificate does not verify
    dns_outcome,       ///< an RCODE, or what a resolver says
    client_exit,       ///< an exit status of curl
};

template <> struct Names<FaultNaming> {
    static constexpr std::string_view all[] = {"system error",      "TLS alert",   "TLS error",
                                               "certificate check", "DNS outcome", "exit status of curl"};
    static constexpr FaultNaming last = FaultNaming::client_exit;
};

struct NamedFault {
    Explained explained; ///< entry never null
    FaultNaming naming{};
    std::string_view name;          ///< the usual short name: `ECONNREFUSED`, `handshake_failure`; static
    std::optional<FaultKind> fault; ///< where it is one of ours, for a caller that knows the step
};

/// The failure that the whole text names: `ECONNREFUSED`, `Connection refused`, `10061`, `errno 111`,
/// `Socket error code 10061`, `handshake_failure`, `alert 40`, `NXDOMAIN`, `certificate has expired`.
/// Case does not matter, nor does a final dot.
std::optional<NamedFault> fault_named(std::string_view text);

/// The failure that the text speaks of somewhere, as log lines do: `connect to mx[192.0.2.1]:25:
/// Connection refused`, `lost connection with mx while sending RCPT TO`. Of several, the longest text.
std::optional<NamedFault> fault_within(std::string_view text);

/// A row of src/knowledge/data/fault-names.inc.
struct FaultName {
    FaultNaming naming = FaultNaming::system_error;
    std::string_view name;
    std::string_view id;           ///< of the entry
    int numbers[3] = {-1, -1, -1}; ///< Linux, BSD and macOS, Windows
    int exit = -1;                 ///< of curl
    std::optional<FaultKind> fault = {};
    Confidence confidence = Confidence::sure;
    std::string_view texts[16] = {}; ///< lower case, `*` for a gap
};

std::span<const FaultName> fault_names();

} // namespace smtpprobe

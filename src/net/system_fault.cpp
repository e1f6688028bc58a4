// SPDX-License-Identifier: Apache-2.0
#include "net/system_fault.hpp"

#include <cerrno>
#include <cstring>

namespace smtpprobe {
namespace {

FaultKind kind_of(int error)
{
    switch (error) {
    case ECONNREFUSED: return FaultKind::refused;
    case ETIMEDOUT: return FaultKind::timed_out;
    case EHOSTUNREACH:
    case EHOSTDOWN: return FaultKind::host_unreachable;
    case ENETUNREACH:
    case ENETDOWN: return FaultKind::network_unreachable;
    case EACCES:
    case EPERM: return FaultKind::prohibited;
    case EADDRNOTAVAIL: // bind: not ours; connect: no address to use, or no port left
    case EAFNOSUPPORT: return FaultKind::no_local_address;
    case ECONNRESET:
    case ECONNABORTED: return FaultKind::reset;
    case EPIPE: return FaultKind::closed; // our writing met an end that had come before it
    default: return FaultKind::local;
    }
}

// strerror_r comes in two forms: the C library decides which one there is.
[[maybe_unused]] const char* words(int, const char* buffer) { return buffer; }
[[maybe_unused]] const char* words(const char* text, const char*) { return text; }

} // namespace

Fault system_fault(int error)
{
    char buffer[128] = "";
    Fault fault;
    fault.kind = kind_of(error);
    fault.system_error = error;
    fault.detail = words(::strerror_r(error, buffer, sizeof buffer), buffer);
    return fault;
}

} // namespace smtpprobe

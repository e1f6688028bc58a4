// SPDX-License-Identifier: Apache-2.0
#include <cerrno>
#include <random>

#include <sys/random.h>

#include "dns/resolver_state.hpp"

namespace smtpprobe {

LookupFailure failure_of(int rcode)
{
    switch (rcode) {
    case 1: return LookupFailure::format_error;
    case 2: return LookupFailure::server_failure;
    case 4: return LookupFailure::not_implemented;
    case 5: return LookupFailure::refused;
    default: return LookupFailure::other_rcode;
    }
}

bool rejects_edns(int rcode) { return rcode == 1 || rcode == 4 || rcode == 16; }

int weight_of(LookupFailure failure)
{
    switch (failure) {
    case LookupFailure::cancelled: return 14;
    case LookupFailure::cname_loop: return 13;
    case LookupFailure::server_failure: return 12;
    case LookupFailure::other_rcode: return 11;
    case LookupFailure::format_error: return 10;
    case LookupFailure::not_implemented: return 9;
    case LookupFailure::refused: return 8;
    case LookupFailure::truncated: return 7;
    case LookupFailure::malformed: return 6;
    case LookupFailure::timed_out: return 5;
    case LookupFailure::connection_refused: return 4;
    case LookupFailure::unreachable: return 3;
    case LookupFailure::no_servers: return 2;
    case LookupFailure::none: return 0;
    }
    return 0;
}

std::uint16_t random_id()
{
    std::uint16_t id = 0;
    while (::getrandom(&id, sizeof id, 0) != static_cast<ssize_t>(sizeof id)) {
        if (errno != EINTR) // a kernel or a sandbox without it
            return static_cast<std::uint16_t>(std::random_device()());
    }
    return id;
}

} // namespace smtpprobe

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "facts_builder.hpp"

namespace smtpprobe::test {

/// Facts of lookups alone, one a line:
///
///     MX example.com = servfail                                   the route's own
///     check NS . = found ns.root                                  an experiment, asked of the resolver
///     authoritative@192.0.2.1 MX example.com = found mx.example.com aa     asked of one server itself
///
/// Experiments: check, unchecked, tcp, delegation, address, authoritative, signatures. Outcomes: `found
/// VALUE…`, `nxdomain`, `nodata`, or a failure: servfail, refused, notimp, formerr, timeout, malformed,
/// closed, unreachable, truncated, loop, none. Behind it, in any order: `aa`, `ad`, `no-edns`, `refers
/// NAME[/ADDRESS]`, `of ZONE` (whom it refers away for), `alias NAME`, `sig HEX`, `ede CODE`, `took SECONDS`,
/// `tries COUNT`.
Facts dns_facts(const std::string& target, std::initializer_list<std::string_view> lines);

/// The same of example.com, for lines that are put together.
Facts facts_of(const std::vector<std::string>& lines);

struct DnsRow {
    const char* situation;
    std::vector<std::string> lines;
    const char* lead;
    Verdict verdict;
    Outcome outcome;
};

/// Diagnoses the row: that finding leads, and all that is no note follows from it.
void check(const DnsRow& row);

/// An RRSIG's data in hex: it covers that type, is made by that key for example.com, and holds between these
/// seconds.
std::string signature_hex(unsigned covered, std::uint32_t begins, std::uint32_t ends, unsigned key_tag = 815);

} // namespace smtpprobe::test

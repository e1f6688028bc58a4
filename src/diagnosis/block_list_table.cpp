// SPDX-License-Identifier: Apache-2.0
// Which block lists there are, and what their answers mean.
#include "diagnosis/block_lists.hpp"

namespace smtpprobe {
namespace {

// https://docs.spamhaus.com/datasets/docs/source/10-data-type-documentation/datasets/040-zones.html
// In the order of weight: of several codes the first decides what is said.
constexpr BlockListCode kZen[] = {
    {0, 2, 2, "SBL: sources of spam, kept by hand", "vendor.spamhaus.sbl"},
    {0, 9, 9, "DROP: hijacked networks", "vendor.spamhaus.sbl"},
    {0, 30, 30, "BCL: control servers of malware", "vendor.spamhaus.sbl"},
    {0, 4, 7, "XBL: infected or abused machines", "vendor.spamhaus.xbl"},
    {0, 3, 3, "CSS: senders that behave like spammers", "vendor.spamhaus.css"},
    {0, 10, 11, "PBL: addresses that should not send mail by themselves", "vendor.spamhaus.pbl"},
};
constexpr BlockListCode kDbl[] = {
    {1, 2, 99, "a domain of bad reputation", ""},
    {1, 102, 199, "a good domain that is abused", ""},
};
// https://www.uribl.com/about.shtml#implementation, https://surbl.org/lists: bits of the last octet.
constexpr BlockListCode kBits[] = {{0, 2, 254, "", ""}};

constexpr BlockList kLists[] = {
    {.zone = "zen.spamhaus.org",
     .name = "Spamhaus ZEN",
     .ipv6 = true,
     .lookup = "https://check.spamhaus.org",
     .entry = "vendor.spamhaus.listed",
     .codes = kZen},
    {.zone = "bl.spamcop.net",
     .name = "SpamCop",
     .lookup = "https://www.spamcop.net/bl.shtml",
     .entry = "vendor.spamcop.listed"},
    // Asks to register one's resolver, and answers others too as a rule; see read_answer() for when not.
    {.zone = "b.barracudacentral.org",
     .name = "Barracuda",
     .lookup = "https://www.barracudacentral.org/lookups",
     .entry = "vendor.barracuda.brbl"},
    {.zone = "psbl.surriel.com",
     .name = "PSBL",
     .weight = Severity::warning,
     .lookup = "https://psbl.org/listing",
     .entry = "vendor.psbl.listed"},
    {.zone = "bl.mailspike.net",
     .name = "Mailspike",
     .weight = Severity::warning,
     .lookup = "https://mailspike.io/ip_verify",
     .entry = "vendor.mailspike.listed"},
    {.zone = "dnsbl-1.uceprotect.net",
     .name = "UCEPROTECT level 1",
     .weight = Severity::warning,
     .lookup = "https://www.uceprotect.net/en/rblcheck.php",
     .entry = "vendor.uceprotect.listed"},
    {.zone = "dbl.spamhaus.org",
     .name = "Spamhaus DBL",
     .ipv4 = false,
     .domains = true,
     .lookup = "https://check.spamhaus.org",
     .entry = "vendor.spamhaus.dbl",
     .must_be_listed = "dbltest.com",
     .codes = kDbl},
    // Not asked unless somebody names them.
    {.zone = "sbl.spamhaus.org",
     .name = "Spamhaus SBL",
     .ipv6 = true,
     .asked = false,
     .lookup = "https://check.spamhaus.org",
     .entry = "vendor.spamhaus.sbl",
     .codes = kZen},
    {.zone = "xbl.spamhaus.org",
     .name = "Spamhaus XBL",
     .ipv6 = true,
     .asked = false,
     .lookup = "https://check.spamhaus.org",
     .entry = "vendor.spamhaus.xbl",
     .codes = kZen},
    {.zone = "sbl-xbl.spamhaus.org",
     .name = "Spamhaus SBL and XBL",
     .ipv6 = true,
     .asked = false,
     .lookup = "https://check.spamhaus.org",
     .entry = "vendor.spamhaus.listed",
     .codes = kZen},
    {.zone = "pbl.spamhaus.org",
     .name = "Spamhaus PBL",
     .ipv6 = true,
     .asked = false,
     .lookup = "https://check.spamhaus.org",
     .entry = "vendor.spamhaus.pbl",
     .codes = kZen},
    {.zone = "dnsbl-2.uceprotect.net",
     .name = "UCEPROTECT level 2",
     .asked = false,
     .weight = Severity::warning,
     .lookup = "https://www.uceprotect.net/en/rblcheck.php",
     .entry = "vendor.uceprotect.wide"},
    {.zone = "dnsbl-3.uceprotect.net",
     .name = "UCEPROTECT level 3",
     .asked = false,
     .weight = Severity::warning,
     .lookup = "https://www.uceprotect.net/en/rblcheck.php",
     .entry = "vendor.uceprotect.wide"},
    {.zone = "multi.surbl.org",
     .name = "SURBL",
     .ipv4 = false,
     .domains = true,
     .asked = false,
     .lookup = "https://surbl.org/surbl-analysis",
     .entry = "vendor.surbl.listed",
     .must_be_listed = "test.surbl.org",
     .codes = kBits},
    {.zone = "multi.uribl.com",
     .name = "URIBL",
     .ipv4 = false,
     .domains = true,
     .asked = false,
     .lookup = "https://admin.uribl.com",
     .entry = "vendor.uribl.listed",
     .must_be_listed = "test.uribl.com",
     .codes = kBits},
};

} // namespace

std::span<const BlockList> known_block_lists() { return kLists; }

} // namespace smtpprobe

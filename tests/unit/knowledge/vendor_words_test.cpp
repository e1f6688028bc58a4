// SPDX-License-Identifier: Apache-2.0
// Where a vendor's words mean something else than they say, or than the same words of others do.
#include <catch2/catch.hpp>

#include "smtpprobe/explain.hpp"

using namespace smtpprobe;

namespace {

Explained explained(std::string_view line) { return explain(ReplyEvidence::parse(line)); }
Cause cause_of(std::string_view line) { return explained(line).entry->kind; }

} // namespace

TEST_CASE("Orange's number decides, whatever the words before it say")
{
    const std::string refused =
        "Service refuse. Veuillez essayer plus tard. Service refused, please try later. ";
    CHECK(cause_of("421 " + refused + "OFR_999 [999]") == Cause::blocked);
    CHECK(cause_of("421 4.2.1 " + refused + "LPN007_505") == Cause::system);
    CHECK(cause_of("421 " + refused + "OFR_107 [107]") == Cause::require_ptr);
    CHECK(cause_of("550 5.5.0 " + refused + "LPN007_517") == Cause::auth_failure);
    CHECK(explained("550 " + refused).confidence != Confidence::sure);
}

TEST_CASE("A list that answered with an error lists nobody: the receiving side must act")
{
    for (const std::string_view line : {"554 5.7.1 Service unavailable; Client host [192.0.2.7] blocked "
                                        "using zen.spamhaus.org; Error: open "
                                        "resolver; https://check.spamhaus.org/returnc/pub/192.0.2.53/",
                                        "550 blocked using multi.uribl.com; 127.0.0.1 -> Query Refused. See "
                                        "http://uribl.com/refused.shtml"}) {
        INFO(line);
        CHECK(cause_of(line) == Cause::system);
        CHECK(explained(line).entry->who == Actor::recipient_admin);
    }
    CHECK(cause_of("554 5.7.1 Client host [192.0.2.7] blocked using zen.spamhaus.org") == Cause::blocked);
}

TEST_CASE("A closed block list is the receiving side's fault, not the listed one's")
{
    CHECK(explained("554 5.7.1 Client host [192.0.2.7] blocked using dnsbl.sorbs.net").entry->who ==
          Actor::recipient_admin);
    CHECK(explained("554 5.7.1 Client host [192.0.2.7] blocked using bl.spamcop.net").entry->who ==
          Actor::you_setup);
}

TEST_CASE("Unrouteable is an unknown user at the server that refuses, an unknown domain at home")
{
    CHECK(cause_of("RCPT 550 Unrouteable address") == Cause::user_unknown);
    CHECK(cause_of("Unrouteable address") == Cause::host_unknown);
}

TEST_CASE("What went wrong before counts more than that qmail gave up")
{
    const std::string gave_up = " I'm not going to try again; this message has been in the queue too long.";
    CHECK(cause_of("452 4.2.2 Mailbox full." + gave_up) == Cause::mailbox_full);
    CHECK(cause_of("Sorry, I wasn't able to establish an SMTP connection. (#4.4.1)" + gave_up) ==
          Cause::network);
    CHECK(cause_of("Something else." + gave_up) == Cause::expired);
}

TEST_CASE("A 550 of QQ and of GMX that reads like a missing mailbox is none")
{
    CHECK(cause_of("550 Mailbox unavailable or access denied. https://service.mail.qq.com/detail/0/92") ==
          Cause::rate_limited);
    CHECK(cause_of("550 Mailbox unavailable or access denied") == Cause::user_unknown);
    CHECK(
        cause_of("550 Requested action not taken: mailbox unavailable Reject due to policy restrictions.") ==
        Cause::policy);
    CHECK(explained("550 Ip frequency limited [abc Blocked IP 192.0.2.7]").entry->retry == Retry::later);
}

// SPDX-License-Identifier: Apache-2.0
// What the vendors' entries have to get right where words, marks and numbers compete.
#include <catch2/catch.hpp>

#include <string>

#include "smtpprobe/explain.hpp"

using namespace smtpprobe;

namespace {

Explained explained(std::string_view line) { return explain(ReplyEvidence::parse(line)); }
std::string_view id_of(std::string_view line) { return explained(line).entry->id; }
Cause cause_of(std::string_view line) { return explained(line).entry->kind; }

} // namespace

TEST_CASE("A vendor's mark counts as a word of its own only")
{
    CHECK(id_of("421 4.7.0 [TSS04] later") == "vendor.yahoo.deferred");
    CHECK(explained("421 4.7.0 [TSS04] later").decided_by == DecidedBy::vendor_token);
    CHECK(id_of("421 4.7.0 host xtss04y later") != "vendor.yahoo.deferred");
    CHECK(id_of("550 5.1.1 see AB607") != "vendor.godaddy.rate");
    CHECK(id_of("550 5.1.1 see IB6071") != "vendor.godaddy.rate");
}

TEST_CASE("A vendor's mark beats the status and the words before it")
{
    CHECK(cause_of("550 5.1.1 <a@example.com> User unknown") == Cause::user_unknown);
    CHECK(cause_of("550 5.1.1 <a@example.com> User unknown. IB607") == Cause::rate_limited);
    CHECK(cause_of("550 5.7.1 <a@example.com>: Recipient address rejected: ERS-DUL.") == Cause::blocked);
    CHECK(cause_of("554 5.7.1 <a@example.com>: Recipient address rejected: BLOCK-SEND-ER.") ==
          Cause::rejected);
}

TEST_CASE("Access denied for a recipient at Exchange Online is an unknown recipient")
{
    CHECK(cause_of("550 5.4.1 Recipient address rejected: Access denied. AS(201806281)") ==
          Cause::user_unknown);
    CHECK(explained("550 5.4.1 Recipient address rejected: Access denied. AS(201806281)").confidence ==
          Confidence::sure);
    CHECK(explained("550 5.4.1 <a@example.com>: Recipient address rejected: Access denied").confidence !=
          Confidence::sure);
}

TEST_CASE("Gmail's unusual rate is a matter of pace while temporary, and a block when final")
{
    constexpr std::string_view words = "Our system has detected an unusual rate of unsolicited mail";
    CHECK(cause_of("421 4.7.28 " + std::string(words)) == Cause::rate_limited);
    CHECK(cause_of("550 5.7.28 " + std::string(words)) == Cause::blocked);
}

TEST_CASE("The word behind ?p= decides whatever Gmail's sentence says")
{
    CHECK(cause_of("552 5.2.2 https://support.google.com/mail/?p=OverQuotaPerm - gsmtp") ==
          Cause::mailbox_full);
    CHECK(cause_of("550 5.1.1 sorry https://support.google.com/mail/?p=NoSuchUser x1 - gsmtp") ==
          Cause::user_unknown);
}

TEST_CASE("A number that only Microsoft uses means what Microsoft says")
{
    CHECK(id_of("550 5.7.606 x") == "status.5.7.606");
    CHECK(id_of("550 5.7.649 x") == "status.5.7.606");
    CHECK(id_of("550 5.7.750 x") == "status.5.7.750");
    CHECK(id_of("451 4.7.651 x") == "status.4.7.650");
    CHECK(id_of("451 4.7.550 x") == "status.4.7.500");
    CHECK(cause_of("450 4.7.323 x") == Cause::auth_failure);
    CHECK(cause_of("450 4.7.321 x") == Cause::starttls_required);
}

TEST_CASE("What stops the sending tenant is the sender's to mend, though it reads like a refusal")
{
    for (const std::string_view line : {"550 5.7.708 Access denied, traffic not accepted from this IP",
                                        "550 5.1.8 Access denied, bad outbound sender AS(42004)",
                                        "550 5.7.64 TenantAttribution; Relay Access Denied",
                                        "550 5.4.5 Daily user sending limit exceeded."}) {
        INFO(line);
        CHECK(explained(line).entry->who == Actor::you_setup);
    }
}

TEST_CASE("Words that many servers say name no vendor")
{
    for (const std::string_view line :
         {"421 4.2.2 Connection closed unexpectedly", "552 5.2.2 Message would exceed mailbox quota",
          "554 5.7.1 Message not accepted for policy reasons", "550 5.1.1 Mailbox not found",
          "550 5.7.1 Fix reverse DNS for 192.0.2.7", "554 5.7.1 Relay rejected for policy reasons",
          "550 5.7.1 Delivery not authorized", "452 4.3.1 Insufficient system storage",
          "550 5.7.1 Message filtered", "550 Mailbox unavailable or access denied",
          "550 5.7.1 Too many invalid recipients", "550 5.7.1 You are not a member of this list"}) {
        INFO(line);
        CHECK(explained(line).entry->vendor.empty());
    }
}

TEST_CASE("A host's name that looks like a vendor's mark is none")
{
    CHECK(id_of("421 4.7.0 [TS01] later") == "vendor.yahoo.deferred");
    CHECK(explained("421 4.7.0 ts01.example.com: later").entry->vendor.empty());
    CHECK(explained("554 5.7.1 cs01.example.com: no").entry->vendor.empty());
}

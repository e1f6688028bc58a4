// SPDX-License-Identifier: Apache-2.0
// Which evidence decides, and how sure the answer is.
#include <catch2/catch.hpp>

#include <string>

#include "knowledge/haystack.hpp"
#include "knowledge/shelf.hpp"
#include "smtpprobe/explain.hpp"
#include "spelled.hpp"

using namespace smtpprobe;
using spelled::explained;

TEST_CASE("Words beat the enhanced status")
{
    const Explained found = explained(Step::rcpt, "554 5.1.1 We do not relay for you");
    CHECK(found.entry->id == "words.relay-denied");
    CHECK(found.decided_by == DecidedBy::generic_words);
}

TEST_CASE("An exact status beats a code of many uses")
{
    const Explained found = explained(Step::rcpt, "550 5.2.2 no");
    CHECK(found.entry->id == "status.5.2.2");
    CHECK(found.decided_by == DecidedBy::enhanced_status);
    CHECK(found.confidence == Confidence::sure);
}

TEST_CASE("A status that says nothing yields to code and step")
{
    CHECK(explained(Step::rcpt, "550 5.0.0 no").entry->id == "code.rcpt.550");
    CHECK(explained(Step::message, "250 2.0.0 Ok: queued as 4711").entry->id == "code.message.250");
}

TEST_CASE("A status of a whole field yields to a code of one meaning")
{
    CHECK(explained(Step::mail, "530 5.7.0 Not yet").entry->id == "code.mail.530");
    CHECK(explained(Step::rcpt, "503 5.5.1 no").entry->id == "code.rcpt.503");
    CHECK(explained(Step::starttls, "454 4.7.0 not now").entry->id == "code.starttls.454");
    CHECK(explained(Step::rcpt, "550 5.7.0 no").entry->id == "status.5.7.0");
}

TEST_CASE("The class of a status counts")
{
    CHECK(explained(Step::rcpt, "450 4.1.1 x").entry->who == Actor::recipient_admin);
    CHECK(explained(Step::rcpt, "550 5.1.1 x").entry->who == Actor::you_message);
    CHECK(explained(Step::rcpt, "550 5.1.1 x").entry->retry == Retry::never);
}

TEST_CASE("Where code and status contradict each other, the code's class counts and the answer is a guess")
{
    const Explained softened = explained(Step::rcpt, "450 5.1.1 x");
    CHECK(softened.entry->id == "status.4.1.1");
    CHECK(softened.confidence == Confidence::guess);
    CHECK(explained(Step::rcpt, "250 5.1.1 x").entry->retry == Retry::unneeded);
}

TEST_CASE("An unregistered detail is read as its subject, and never as sure")
{
    const Explained found = explained(Step::rcpt, "550 5.7.873 x");
    CHECK(found.entry->id == "status.5.7.0");
    CHECK(found.confidence != Confidence::sure);
}

TEST_CASE("An unknown code is read by its class at its step, as a guess or likely")
{
    const Explained found = explained(Step::rcpt, "599 no");
    CHECK(found.entry->id == "code.rcpt.5xx");
    CHECK(found.decided_by == DecidedBy::code_class);
    CHECK(found.confidence == Confidence::guess);
}

TEST_CASE("Words of trouble mean nothing in a success")
{
    CHECK(explained(Step::rcpt, "250 mailbox full of joy").entry->id == "code.rcpt.250");
    CHECK(explained(Step::greeting, "220 no spam, no blacklist, no relaying ESMTP").entry->id ==
          "code.greeting.220");
}

TEST_CASE("Words are found whatever their case, and across lines")
{
    CHECK(explained(Step::rcpt, "550 NO SUCH MAILBOX").entry->id == "words.user-unknown");
    CHECK(explained(Step::rcpt, "550-5.1.1 This user\n"
                                "550 5.1.1 does not   exist.")
              .entry->id == "words.user-unknown");
    CHECK(explained(Step::rcpt, "550-no such\n550 user").entry->id == "words.user-unknown");
}

TEST_CASE("Real replies of common servers are read by what they say")
{
    const struct {
        Step step;
        std::string_view reply;
        Cause kind;
    } expected[] = {
        {Step::mail, "530 5.7.0 Must issue a STARTTLS command first", Cause::starttls_required},
        {Step::mail, "530 5.7.0 Authentication required", Cause::security},
        {Step::rcpt,
         "450 4.2.0 <a@b.example>: Recipient address rejected: Greylisted, see http://postgrey.example",
         Cause::greylisted},
        {Step::rcpt,
         "550 5.1.1 <x@b.example>: Recipient address rejected: User unknown in virtual mailbox table",
         Cause::user_unknown},
        {Step::rcpt, "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org",
         Cause::blocked},
        {Step::rcpt, "450 4.7.25 Client host rejected: cannot find your hostname, [192.0.2.1]",
         Cause::require_ptr},
        {Step::mail, "450 4.1.8 <a@nx.example>: Sender address rejected: Domain not found", Cause::rejected},
        {Step::rcpt, "450 4.1.2 <a@nx.example>: Recipient address rejected: Domain not found",
         Cause::host_unknown},
        {Step::rcpt, "504 5.5.2 <localhost>: Helo command rejected: need fully-qualified hostname",
         Cause::blocked},
        {Step::rcpt, "550 relay not permitted", Cause::no_relaying},
        {Step::rcpt, "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)",
         Cause::no_relaying},
        {Step::mail, "552 5.3.4 Message size exceeds fixed limit", Cause::message_too_big},
        {Step::rcpt, "452 4.2.2 Mailbox full", Cause::mailbox_full},
        {Step::rcpt, "552 5.2.2 Over quota", Cause::mailbox_full},
        {Step::mail, "452 4.3.1 Insufficient system storage", Cause::system_full},
        {Step::greeting, "421 4.7.0 mx.example Error: too many connections from 192.0.2.1", Cause::too_many},
        {Step::auth, "535 5.7.8 Error: authentication failed: UGFzc3dvcmQ6", Cause::security},
        {Step::ehlo, "250 mx.example.com", Cause::success},
        {Step::quit, "221 2.0.0 Bye", Cause::success},
    };
    for (const auto& row : expected) {
        INFO(name(row.step) << " " << row.reply);
        CHECK(explained(row.step, row.reply).entry->kind == row.kind);
    }
}

TEST_CASE("What answers on a wrong port is named")
{
    const struct {
        std::string bytes;
        std::string_view id;
    } expected[] = {{"HTTP/1.0 400 Bad Request", "fault.greeting.http"},
                    {"SSH-2.0-dropbear", "fault.greeting.ssh"},
                    {"* OK [CAPABILITY IMAP4rev1]", "fault.greeting.imap"},
                    {"+OK hello", "fault.greeting.pop3"},
                    {std::string("\x15\x03\x01\x00\x02", 5), "fault.greeting.tls"},
                    {"gibberish", "fault.greeting.malformed"},
                    {"", "fault.greeting.malformed"}};
    for (const auto& row : expected) {
        const Fault fault{.kind = FaultKind::malformed, .detail = row.bytes};
        INFO(row.id);
        CHECK(explain(Step::greeting, fault).entry->id == row.id);
    }
    CHECK(explained(Step::greeting, "220 (vsFTPd 3.0.3)").entry->id == "words.ftp-server");
}

TEST_CASE("A TLS alert is named at whatever step it arrives")
{
    Fault fault{.kind = FaultKind::handshake, .detail = "tlsv13 alert certificate required"};
    fault.tls_alert = 116;
    CHECK(explain(Step::tls, fault).entry->id == "fault.tls.alert-116");
    CHECK(explain(Step::ehlo, fault).entry->id == "fault.tls.alert-116");
    fault.tls_alert = 255;
    CHECK(explain(Step::tls, fault).entry->id == "fault.tls.handshake");
}

TEST_CASE("A haystack finds phrases in any case, over blanks and control bytes, and in its first bytes only")
{
    const Haystack haystack("  Relay\t\r\n ACCESS\x01 denied \xff");
    CHECK(haystack.has("relay access denied"));
    CHECK_FALSE(haystack.has("relay access granted"));
    CHECK_FALSE(haystack.has("denied relay"));
    CHECK_FALSE(Haystack("").has("no"));
    CHECK_FALSE(Haystack(std::string(Haystack::kMost, 'x') + "relay").has("relay"));
    CHECK(Haystack(std::string(Haystack::kMost - 5, 'x') + "relay").has("relay"));
    CHECK(Haystack(std::string(100000, 'x')).text().size() == Haystack::kMost);
}

TEST_CASE("Phrases are spelled as a haystack holds them")
{
    for (const Entry& entry : kWordsShelf.entries())
        for (const std::string_view phrase : entry.words) {
            INFO(entry.explanation.id << ": " << phrase);
            CHECK(phrase.size() >= 4);
            CHECK(Haystack("x" + std::string(phrase) + "x").has(phrase));
        }
}

TEST_CASE("A reply of any bytes is explained")
{
    for (int byte = 0; byte < 256; ++byte) {
        const std::string text(300, static_cast<char>(byte));
        const auto reply = Reply::make(550, {text, text});
        if (reply)
            CHECK(explain(Step::rcpt, *reply).entry != nullptr);
    }
}

TEST_CASE("Of a gateway's own words and the reply that it quotes, the reply counts")
{
    const auto evidence = ReplyEvidence::parse("5.1.0 - Unknown address error 550-'5.2.2 "
                                               "<user@example.com>... Mailbox full' (delivery attempts: 0)");
    CHECK(evidence.code == 550);
    CHECK(evidence.status == EnhancedStatus::parse("5.2.2"));
    CHECK(explain(evidence).entry->kind == Cause::mailbox_full);
}

TEST_CASE("The same words mean different things at different steps")
{
    CHECK(explained(Step::rcpt, "550 User unknown").entry->kind == Cause::user_unknown);
    CHECK(explained(Step::message, "550 User unknown").entry->kind == Cause::filtered);
    CHECK(explained(Step::mail, "550 User unknown").entry->kind != Cause::user_unknown);
    CHECK(explained(Step::rcpt, "450 User unknown").entry->retry == Retry::later);
    CHECK(explained(Step::rcpt, "550 User unknown").entry->retry == Retry::never);
    CHECK(explained(Step::mail, "550 Refused").entry->id == "code.mail.550");
    CHECK(explained(Step::ehlo, "550 Refused").entry->id == "code.ehlo.550");
}

TEST_CASE("Where the step is not known, words mean what they mean at RCPT")
{
    CHECK(explain(ReplyEvidence::parse("550 User unknown")).entry->id == "words.user-unknown");
    CHECK(explain(ReplyEvidence::parse("User unknown")).entry->id == "words.user-unknown");
    CHECK(explain(ReplyEvidence::parse("Mailbox is full")).entry->id == "words.mailbox-full-final");
}

TEST_CASE("What only follows from an earlier refusal is named as such")
{
    const Explained nobody = explained(Step::data, "554 5.5.1 Error: no valid recipients");
    CHECK(nobody.entry->follow_on);
    CHECK(nobody.confidence == Confidence::guess);
    CHECK(explained(Step::rcpt, "503 5.5.1 Error: need MAIL command").entry->follow_on);
    CHECK_FALSE(explained(Step::rcpt, "550 5.1.1 No such user").entry->follow_on);
    // The refusal itself, quoted together with the noise that followed, is what counts.
    CHECK_FALSE(
        explain(ReplyEvidence::parse("550 No such user here 503 need RCPT command")).entry->follow_on);
}

TEST_CASE("Words beat a status that lies, and wide words yield to an exact code")
{
    CHECK(explained(Step::rcpt, "550 5.1.1 Mailbox is full").entry->kind == Cause::mailbox_full);
    CHECK(explained(Step::rcpt, "550 5.7.1 No such user").entry->kind == Cause::user_unknown);
    CHECK(explained(Step::rcpt, "452 4.1.1 Disk full").entry->kind == Cause::system_full);
    CHECK(explained(Step::rcpt, "550 5.2.2 Message rejected").entry->id == "status.5.2.2");
    CHECK(explained(Step::mail, "530 Access denied").entry->id == "code.mail.530");
    CHECK(explain(ReplyEvidence::parse("550 5.7.0 Access denied")).entry->id == "words.not-permitted");
}

TEST_CASE("The narrowest of several statements in one reply decides")
{
    CHECK(explained(Step::rcpt, "550 Sender rejected: your IP is in a DNSBL, no reverse DNS").entry->kind !=
          Cause::rejected);
    CHECK(explained(Step::message, "554 Rejected by policy: spam score 12.1, message is infected with Foo")
              .entry->kind == Cause::virus);
    CHECK(explained(Step::rcpt, "550 Delivery refused, mailbox is full, contact the administrator")
              .entry->kind == Cause::mailbox_full);
}

TEST_CASE("A hint decides where nothing better is said, as a guess, and yields to an exact number")
{
    const Explained hinted = explain(ReplyEvidence::parse("550 Frobnicated by the quota fairy"));
    CHECK(hinted.entry->id == "words.mailbox-full-final");
    CHECK(hinted.confidence == Confidence::guess);
    CHECK(explain(ReplyEvidence::parse("550 Frobnicated by the quota fairy: no such user")).entry->kind ==
          Cause::user_unknown);
    CHECK(explain(ReplyEvidence::parse("550 5.1.1 Frobnicated by the quota fairy")).entry->id ==
          "status.5.1.1");
}

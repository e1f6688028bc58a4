// SPDX-License-Identifier: Apache-2.0
// The registries, code by code, and totality: whatever comes, there is an answer.
#include <catch2/catch.hpp>

#include <array>
#include <string>

#include "smtpprobe/explain.hpp"
#include "spelled.hpp"

using namespace smtpprobe;
using spelled::explained;

namespace {

// IANA, SMTP Enhanced Status Codes: the details of each subject.
constexpr std::array<int, 8> kLastDetail = {0, 10, 4, 6, 7, 6, 10, 30};

// RFC 5321 and its extensions, and the codes that only the registry names.
constexpr int kStandardCodes[] = {211, 214, 220, 221, 235, 250, 251, 252, 253, 334, 354, 355, 421, 422, 430,
                                  432, 450, 451, 452, 453, 454, 455, 458, 459, 500, 501, 502, 503, 504, 521,
                                  523, 524, 525, 530, 533, 534, 535, 538, 550, 551, 552, 553, 554, 555, 556};

constexpr int kFolkloreCodes[] = {200, 420, 426, 431, 441, 442, 446, 447, 449, 460, 471, 498, 499, 510,
                                  511, 512, 513, 522, 540, 541, 542, 544, 557, 571, 572, 585, 590, 591};

template <class Enum> constexpr Enum value(std::size_t i) { return static_cast<Enum>(i); }

} // namespace

TEST_CASE("Every registered status has its own entry, as a deferral and as a refusal")
{
    for (std::size_t subject = 0; subject < kLastDetail.size(); ++subject)
        for (int detail = 0; detail <= kLastDetail[subject]; ++detail)
            for (const int status_class : {4, 5}) {
                const std::string tail = "." + std::to_string(subject) + "." + std::to_string(detail);
                const std::string status = std::to_string(status_class) + tail;
                INFO(status);
                const Explained found =
                    explained(Step::noop, std::to_string(status_class) + "77 " + status + " words");
                CHECK(found.decided_by == DecidedBy::enhanced_status);
                const bool own =
                    found.entry->id == "status." + status || found.entry->id == "status.x" + tail;
                CHECK(own);
            }
}

TEST_CASE("Every registered status means success in a success")
{
    for (std::size_t subject = 0; subject < kLastDetail.size(); ++subject)
        for (int detail = 0; detail <= kLastDetail[subject]; ++detail) {
            const std::string status = "2." + std::to_string(subject) + "." + std::to_string(detail);
            INFO(status);
            const Explained found = explained(Step::noop, "299 " + status + " words");
            CHECK(found.entry->retry == Retry::unneeded);
            CHECK(found.entry->id.starts_with("status.2."));
        }
}

TEST_CASE("Every standard code has an entry of its own at every step")
{
    for (const int code : kStandardCodes)
        for (std::size_t step = 0; step < std::size(Names<Step>::all); ++step) {
            INFO(code << " at " << Names<Step>::all[step]);
            const Explained found = explained(value<Step>(step), std::to_string(code) + " words");
            CHECK(found.decided_by == DecidedBy::code_and_step);
            CHECK(found.entry->id.ends_with(std::to_string(code)));
        }
}

TEST_CASE("Codes that no standard has are answered, and called folklore or by their vendor")
{
    for (const int code : kFolkloreCodes) {
        INFO(code);
        const Explained found = explained(Step::rcpt, std::to_string(code) + " words");
        CHECK(found.entry->id == "code.folklore." + std::to_string(code));
        bool said = false;
        for (const std::string_view source : found.entry->source)
            said = said || source.starts_with("folklore") || source.starts_with("vendor");
        CHECK(said);
        CHECK(found.confidence != Confidence::sure);
    }
}

TEST_CASE("The codes of a step speak of that step")
{
    const struct {
        Step step;
        std::string_view reply;
        std::string_view id;
    } expected[] = {
        {Step::greeting, "554 mx.example.com", "code.greeting.554"},
        {Step::ehlo, "554 go away", "code.ehlo.554"},
        {Step::mail, "554 go away", "code.mail.554"},
        {Step::rcpt, "554 go away", "code.rcpt.554"},
        {Step::data, "554 go away", "code.data.554"},
        {Step::message, "554 go away", "code.message.554"},
        {Step::greeting, "550 go away", "code.greeting.550"},
        {Step::ehlo, "550 go away", "code.ehlo.550"},
        {Step::helo, "550 go away", "code.ehlo.550"},
        {Step::mail, "550 go away", "code.mail.550"},
        {Step::rcpt, "550 go away", "code.rcpt.550"},
        {Step::starttls, "454 not now", "code.starttls.454"},
        {Step::auth, "454 not now", "code.auth.454"},
        {Step::rcpt, "450 not now", "code.rcpt.450"},
        {Step::mail, "530 not yet", "code.mail.530"},
        {Step::lhlo, "500 what", "code.lhlo.500"},
    };
    for (const auto& row : expected) {
        INFO(name(row.step) << " " << row.reply);
        CHECK(explained(row.step, row.reply).entry->id == row.id);
    }
}

TEST_CASE("Any code at any step is explained")
{
    for (int code = 200; code <= 599; ++code)
        for (std::size_t step = 0; step < std::size(Names<Step>::all); ++step) {
            const Explained found = explained(value<Step>(step), std::to_string(code) + " words");
            REQUIRE(found.entry != nullptr);
            if (code < 400 && found.entry->who != Actor::nobody_retry)
                CHECK(found.entry->retry == Retry::unneeded);
        }
}

TEST_CASE("Any status at any step is explained")
{
    for (const std::string status : {"5.9.9", "4.0.9", "5.7.133", "4.7.650", "5.999.999", "2.9.1", "5.0.350"})
        for (std::size_t step = 0; step < std::size(Names<Step>::all); ++step) {
            INFO(status << " at " << Names<Step>::all[step]);
            CHECK(explained(value<Step>(step), status.substr(0, 1) + "77 " + status + " x").entry != nullptr);
        }
}

TEST_CASE("Any failure at any step is explained by a fault")
{
    for (std::size_t step = 0; step < std::size(Names<Step>::all); ++step)
        for (std::size_t kind = 0; kind < std::size(Names<FaultKind>::all); ++kind)
            for (int alert = -1; alert < 256; alert += 1) {
                Fault fault{.kind = value<FaultKind>(kind), .detail = "x"};
                fault.tls_alert = alert;
                const Explained found = explain(value<Step>(step), fault);
                REQUIRE(found.entry != nullptr);
                REQUIRE(found.decided_by == DecidedBy::fault);
                REQUIRE(found.entry->id.starts_with("fault."));
            }
}

TEST_CASE("Any outcome of a lookup is explained")
{
    for (std::size_t type = 0; type < std::size(Names<RecordType>::all); ++type)
        for (std::size_t outcome = 0; outcome < std::size(Names<LookupOutcome>::all); ++outcome)
            for (std::size_t failure = 0; failure < std::size(Names<LookupFailure>::all); ++failure) {
                Lookup lookup;
                lookup.type = value<RecordType>(type);
                lookup.outcome = value<LookupOutcome>(outcome);
                lookup.failure = value<LookupFailure>(failure);
                INFO(Names<RecordType>::all[type] << ' ' << Names<LookupOutcome>::all[outcome] << ' '
                                                  << Names<LookupFailure>::all[failure]);
                const Explained found = explain(lookup);
                REQUIRE(found.entry != nullptr);
                if (lookup.outcome == LookupOutcome::failed && lookup.failure != LookupFailure::none)
                    CHECK(found.entry->id.ends_with(Names<LookupFailure>::all[failure]));
            }
}

// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "diagnosis/standing.hpp"

using namespace smtpprobe;

namespace {

const Explanation& entry(std::string_view reply) { return *explain(ReplyEvidence::parse(reply)).entry; }

Report report(Verdict verdict, std::string_view lead = {})
{
    Report report;
    report.diagnosis.verdict = verdict;
    if (!lead.empty()) {
        Finding finding;
        finding.id = lead;
        finding.severity = Severity::problem;
        report.diagnosis.findings.push_back(finding);
    }
    return report;
}

} // namespace

TEST_CASE("A cause stands where the probe meets the same kind of trouble")
{
    const auto& unknown = entry("550 5.1.1 User unknown");
    CHECK(judge_standing(unknown, report(Verdict::refuses, "code.rcpt.550")).standing == Standing::stands);
    const auto& expired = entry("4.4.7 delivery time expired");
    CHECK(judge_standing(expired, report(Verdict::unreachable, "fault.connect.refused")).standing ==
          Standing::stands);
}

TEST_CASE("A cause is gone where the recipient is accepted now")
{
    CHECK(judge_standing(entry("550 5.1.1 User unknown"), report(Verdict::accepts)).standing ==
          Standing::gone);
    CHECK(judge_standing(entry("452 4.2.2 Mailbox full"), report(Verdict::accepts_with_problems)).standing ==
          Standing::gone);
}

TEST_CASE("What a probe cannot see is not told, however well it goes")
{
    for (const auto reply : {"552 5.3.4 Message size exceeds fixed limit", "550 5.7.26 SPF check failed",
                             "554 5.7.1 Client host [192.0.2.1] blocked using zen.spamhaus.org"}) {
        INFO(reply);
        CHECK(judge_standing(entry(reply), report(Verdict::accepts)).standing == Standing::untold);
    }
    CHECK(judge_standing(entry("550 5.1.1 User unknown"), report(Verdict::inconclusive)).standing ==
          Standing::untold);
}

TEST_CASE("Trouble of another kind is told as such")
{
    CHECK(
        judge_standing(entry("550 5.1.1 User unknown"), report(Verdict::unreachable, "fault.connect.refused"))
            .standing == Standing::changed);
}

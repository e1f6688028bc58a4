// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include "policy/dmarc_record.hpp"

namespace smtpprobe {
namespace {

using Flaw = DmarcFlaw;

Dmarc read(std::initializer_list<const char*> texts)
{
    std::vector<Record> records;
    for (const auto* text : texts) {
        Record record;
        record.type = RecordType::txt;
        record.data = text;
        records.push_back(std::move(record));
    }
    return read_dmarc("mail.example.com", records);
}

struct Row {
    const char* text;
    bool applies;
    DmarcPolicy policy;
    std::vector<DmarcNote> notes;
};

const Row kRows[] = {
    {"v=DMARC1; p=reject; rua=mailto:d@example.com", true, DmarcPolicy::reject, {}},
    {"v=DMARC1;p=quarantine;rua=mailto:d@example.com;", true, DmarcPolicy::quarantine, {}},
    {" v = DMARC1 ; p = reject ; rua = mailto:d@example.com ", true, DmarcPolicy::reject, {}},
    {"v=DMARC1; P=Reject; rua=mailto:d@example.com", true, DmarcPolicy::reject, {}},
    {"v=DMARC1; p=reject; sp=none; adkim=s; aspf=r; pct=100; fo=1:d:s; rf=afrf; ri=86400; np=reject; psd=n; "
     "t=y; "
     "rua=mailto:d@sub.example.com!10m,mailto:e@example.com; ruf=mailto:f@example.com",
     true,
     DmarcPolicy::reject,
     {}},
    {"v=DMARC1; p=none; rua=mailto:d@example.com", true, DmarcPolicy::none, {{Flaw::only_watching, ""}}},
    {"v=DMARC1; p=none", true, DmarcPolicy::none, {{Flaw::only_watching, ""}, {Flaw::no_reports, ""}}},
    {"v=DMARC1", false, DmarcPolicy::none, {{Flaw::no_policy, ""}, {Flaw::no_reports, ""}}},
    {"v=DMARC1; rua=mailto:d@example.com", true, DmarcPolicy::none, {{Flaw::no_policy, ""}}},
    {"v=DMARC1; rua=mailto:d@example.com; p=reject",
     true,
     DmarcPolicy::reject,
     {{Flaw::policy_late, "p=reject"}}},
    {"v=DMARC1; p=rejct; rua=mailto:d@example.com", true, DmarcPolicy::none, {{Flaw::bad_policy, "p=rejct"}}},
    {"v=DMARC1; p=reject; sp=monitor",
     false,
     DmarcPolicy::none,
     {{Flaw::bad_policy, "sp=monitor"}, {Flaw::no_reports, ""}}},
    {"v=DMARC1; p=reject; pct=101; rua=mailto:d@example.com",
     true,
     DmarcPolicy::reject,
     {{Flaw::bad_value, "pct=101"}}},
    {"v=DMARC1; p=reject; pct=20; rua=mailto:d@example.com",
     true,
     DmarcPolicy::reject,
     {{Flaw::part_only, "pct=20"}}},
    {"v=DMARC1; p=reject; adkim=strict; fo=2; ri=daily; rua=mailto:d@example.com",
     true,
     DmarcPolicy::reject,
     {{Flaw::bad_value, "adkim=strict"}, {Flaw::bad_value, "fo=2"}, {Flaw::bad_value, "ri=daily"}}},
    {"v=DMARC1; p=reject; color=red; rua=mailto:d@example.com",
     true,
     DmarcPolicy::reject,
     {{Flaw::unknown_tag, "color=red"}}},
    {"v=DMARC1; p=reject; p=none; rua=mailto:d@example.com",
     true,
     DmarcPolicy::reject,
     {{Flaw::repeated_tag, "p=none"}}},
    {"v=DMARC1; p=reject, rua=mailto:d@example.com",
     false,
     DmarcPolicy::none,
     {{Flaw::bad_policy, "p=reject, rua=mailto:d@example.com"}, {Flaw::no_reports, ""}}},
    {"v=DMARC1; p=reject; mailto:d@example.com",
     true,
     DmarcPolicy::reject,
     {{Flaw::bad_syntax, "mailto:d@example.com"}, {Flaw::no_reports, ""}}},
    {"v=DMARC1; p=reject; rua=d@example.com",
     true,
     DmarcPolicy::reject,
     {{Flaw::report_not_mail, "rua=d@example.com"}, {Flaw::no_reports, ""}}},
    {"v=DMARC1; p=reject; rua=https://example.com/r,mailto:d@example.com",
     true,
     DmarcPolicy::reject,
     {{Flaw::report_not_mail, "rua=https://example.com/r"}}},
    {"v=DMARC1; p=reject; rua=mailto:d@Reports.net,mailto:e@reports.net; ruf=mailto:f@x.org",
     true,
     DmarcPolicy::reject,
     {{Flaw::report_outside, "d@Reports.net"}, {Flaw::report_outside, "f@x.org"}}},
};

} // namespace

TEST_CASE("DMARC records are read as RFC 7489 says, and their flaws found")
{
    for (const auto& row : kRows) {
        CAPTURE(row.text);
        const auto dmarc = read({row.text});
        CHECK(dmarc.found);
        CHECK(dmarc.record == row.text);
        CHECK(dmarc.applies == row.applies);
        CHECK(name(dmarc.policy) == name(row.policy));
        for (const auto& note : dmarc.notes)
            UNSCOPED_INFO(name(note.flaw) << " | " << note.detail);
        CHECK(dmarc.notes == row.notes);
    }
}

TEST_CASE("what counts as a DMARC record")
{
    CHECK(is_dmarc_record("v=DMARC1"));
    CHECK(is_dmarc_record("v = DMARC1 ;p=none"));
    CHECK_FALSE(is_dmarc_record("v=dmarc1; p=none"));
    CHECK_FALSE(is_dmarc_record("v=DMARC12; p=none"));
    CHECK_FALSE(is_dmarc_record("p=none; v=DMARC1"));
    CHECK_FALSE(is_dmarc_record(""));
    CHECK_FALSE(read({"v=spf1 -all", "something"}).found);
    CHECK(read({"something", "v=DMARC1; p=none"}).found);
}

TEST_CASE("of several DMARC records none applies")
{
    const auto two = read({"v=DMARC1; p=reject", "v=DMARC1; p=none"});
    CHECK(two.found);
    CHECK_FALSE(two.applies);
    CHECK(two.notes == std::vector<DmarcNote>{{Flaw::several_records, "2 records"}});
}

TEST_CASE("the policy of subdomains, alignment and outside report addresses are told")
{
    const auto dmarc = read({"v=DMARC1; p=reject; sp=quarantine; aspf=s; rua=mailto:a@x.net"});
    CHECK(dmarc.subdomain_policy == DmarcPolicy::quarantine);
    CHECK(dmarc.strict_spf);
    CHECK_FALSE(dmarc.strict_dkim);
    CHECK(dmarc.outside == std::vector<std::string>{"x.net"});
    CHECK(consent_name("example.com", "x.net") == "example.com._report._dmarc.x.net");
    CHECK(read({"v=DMARC1; p=reject"}).subdomain_policy == DmarcPolicy::reject);
}

TEST_CASE("the organisational domain is guessed as people would")
{
    CHECK(organisational_domain("example.com") == "example.com");
    CHECK(organisational_domain("A.B.Example.com.") == "example.com");
    CHECK(organisational_domain("a.example.co.uk") == "example.co.uk");
    CHECK(organisational_domain("example.co.uk") == "example.co.uk");
    CHECK(organisational_domain("mail.co.com") == "co.com");
    CHECK(organisational_domain("localhost") == "localhost");
    CHECK(organisational_domain("").empty());
}

TEST_CASE("hostile DMARC records are read with bounded work")
{
    std::string many = "v=DMARC1; p=none";
    for (int i = 0; i < 20000; ++i)
        many += ";a" + std::to_string(i) + "=b";
    CHECK(read({many.c_str()}).notes.size() <= kMaxDmarcNotes);
    std::string reports = "v=DMARC1; p=none; rua=mailto:a@x0.net";
    for (int i = 1; i < 20000; ++i)
        reports += ",mailto:a@x" + std::to_string(i) + ".net";
    CHECK(read({reports.c_str()}).outside.size() <= 4);
}

} // namespace smtpprobe

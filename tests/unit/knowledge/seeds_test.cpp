// SPDX-License-Identifier: Apache-2.0
// The tables that people carry around, row by row: Exchange's NDR codes, their families, reply codes.
// Each row has an entry that says what it means, never the fallback of a class.
#include <iterator>
#include <string>
#include <string_view>

#include <catch2/catch.hpp>

#include "smtpprobe/explain.hpp"

using namespace smtpprobe;

namespace {

struct Listed {
    std::string_view code;
    std::string_view id;
};

Explained explained(std::string_view line) { return explain(ReplyEvidence::parse(line)); }

constexpr Listed kExchangeCodes[] = {
    {"2.0.0", "status.2.0.0"}, {"2.1.1", "status.2.1.1"}, {"2.1.4", "status.2.1.4"},
    {"2.2.0", "status.2.2.0"}, {"2.2.1", "status.2.2.1"}, {"2.5.0", "status.2.5.0"},
    {"2.5.1", "status.2.5.1"}, {"3.5.4", "status.3.5.4"}, {"4.2.0", "status.4.2.0"},
    {"4.2.1", "status.4.2.1"}, {"4.2.2", "status.4.2.2"}, {"4.3.0", "status.4.3.0"},
    {"4.3.1", "status.4.3.1"}, {"4.3.2", "status.4.3.2"}, {"4.4.1", "status.4.4.1"},
    {"4.4.2", "status.4.4.2"}, {"4.4.5", "status.4.4.5"}, {"4.4.6", "status.x.4.6"},
    {"4.4.7", "status.4.4.7"}, {"4.4.9", "status.x.4.9"}, {"4.5.0", "status.4.5.0"},
    {"4.5.1", "status.4.5.1"}, {"4.5.2", "status.4.5.2"}, {"4.6.5", "status.4.6.5"},
    {"5.0.0", "status.5.0.0"}, {"5.0.1", "status.5.0.1"}, {"5.0.2", "status.5.0.2"},
    {"5.0.3", "status.5.0.3"}, {"5.0.4", "status.5.0.4"}, {"5.1.0", "status.5.1.0"},
    {"5.1.1", "status.5.1.1"}, {"5.1.2", "status.5.1.2"}, {"5.1.3", "status.x.1.3"},
    {"5.1.4", "status.x.1.4"}, {"5.1.5", "status.x.1.5"}, {"5.1.6", "status.x.1.6"},
    {"5.1.7", "status.x.1.7"}, {"5.2.1", "status.5.2.1"}, {"5.2.2", "status.5.2.2"},
    {"5.2.3", "status.x.2.3"}, {"5.2.4", "status.5.2.4"}, {"5.3.0", "status.5.3.0"},
    {"5.3.1", "status.5.3.1"}, {"5.3.2", "status.5.3.2"}, {"5.3.3", "status.x.3.3"},
    {"5.3.4", "status.x.3.4"}, {"5.3.5", "status.x.3.5"}, {"5.4.0", "status.5.4.0"},
    {"5.4.1", "status.5.4.1"}, {"5.4.2", "status.5.4.2"}, {"5.4.3", "status.x.4.3"},
    {"5.4.4", "status.5.4.4"}, {"5.4.6", "status.x.4.6"}, {"5.4.7", "status.5.4.7"},
    {"5.4.8", "status.x.4.8"}, {"5.5.0", "status.5.5.0"}, {"5.5.2", "status.x.5.2"},
    {"5.5.3", "status.x.5.3"}, {"5.5.4", "status.x.5.4"}, {"5.5.5", "status.x.5.5"},
    {"5.6.3", "status.x.6.3"}, {"5.7.1", "status.5.7.1"}, {"5.7.2", "status.x.7.2"},
    {"5.7.3", "status.x.7.3"}, {"5.7.4", "status.x.7.4"}, {"5.7.5", "status.5.7.5"},
    {"5.7.6", "status.x.7.6"}, {"5.7.7", "status.x.7.7"},
};

constexpr Listed kFamilies[] = {
    {"2.x.x", "status.2.x.x"}, {"3.X.X", "status.3.x.x"}, {"4.X.X", "status.4.x.x"},
    {"5.x.x", "status.5.x.x"}, {"5.0.x", "status.x.0.x"}, {"5.1.x", "status.x.1.x"},
    {"4.1.x", "status.x.1.x"}, {"x.1.x", "status.x.1.x"}, {"5.2.x", "status.x.2.x"},
    {"4.2.X", "status.x.2.x"}, {"5.3.x", "status.x.3.x"}, {"5.4.x", "status.x.4.x"},
    {"5.5.x", "status.x.5.x"}, {"5.6.x", "status.x.6.x"}, {"5.7.x", "status.x.7.x"},
};

constexpr Listed kReplyCodes[] = {
    {"200", "code.folklore.200"},
    {"211", "code.any.211"},
    {"214", "code.any.214"},
    {"220", "code.any.220"},
    {"221", "code.quit.221"},
    {"250", "code.any.250"},
    {"251", "code.any.251"},
    {"252", "code.any.252"},
    {"253", "code.etrn.253"},
    {"354", "code.any.354"},
    {"355", "code.any.355"},
    {"420", "code.folklore.420"},
    {"421", "code.any.421"},
    {"422", "code.any.422"},
    {"431", "code.folklore.431"},
    {"432", "code.any.432"},
    {"441", "code.folklore.441"},
    {"442", "code.folklore.442"},
    {"446", "code.folklore.446"},
    {"447", "code.folklore.447"},
    {"449", "code.folklore.449"},
    {"450", "code.any.450"},
    {"451", "code.any.451"},
    {"452", "code.any.452"},
    {"453", "code.any.453"},
    {"454", "code.any.454"},
    {"458", "code.etrn.458"},
    {"459", "code.etrn.459"},
    {"471", "code.folklore.471"},
    {"500", "code.any.500"},
    {"501", "code.any.501"},
    {"502", "code.any.502"},
    {"503", "code.any.503"},
    {"504", "code.any.504"},
    {"521", "code.any.521"},
    {"530", "code.any.530"},
    {"534", "code.any.534"},
    {"535", "code.any.535"},
    {"538", "code.any.538"},
    {"550", "code.any.550"},
    {"551", "code.any.551"},
    {"552", "code.any.552"},
    {"553", "code.any.553"},
    {"554", "code.any.554"},
    {"555", "code.any.555"},
    {"556", "code.any.556"},
    {"ETRN 250", "code.etrn.250"},
    {"ETRN 251", "code.etrn.251"},
    {"ETRN 252", "code.etrn.252"},
    {"ETRN 253", "code.etrn.253"},
    {"STARTTLS 220", "code.starttls.220"},
    {"STARTTLS 454", "code.starttls.454"},
};

} // namespace

TEST_CASE("Every row of Exchange's list of codes has its own entry")
{
    for (const Listed& row : kExchangeCodes) {
        CAPTURE(row.code);
        const Explained found = explained(row.code);
        CHECK(found.entry->id == row.id);
        CHECK(found.decided_by == DecidedBy::enhanced_status);
    }
}

TEST_CASE("A family of codes is explained as one")
{
    for (const Listed& row : kFamilies) {
        CAPTURE(row.code);
        const Explained found = explained(row.code);
        CHECK(found.entry->id == row.id);
        CHECK(found.decided_by == DecidedBy::enhanced_status);
    }
}

TEST_CASE("A family is written as lists write it")
{
    CHECK(ReplyEvidence::parse("5.1.X Bad address").status->text() == "5.1.x");
    CHECK(ReplyEvidence::parse("3.X.X").status->text() == "3.x.x");
    CHECK(ReplyEvidence::parse("3.5.4 Start mail input").status->text() == "3.5.4");
    CHECK(ReplyEvidence::parse("x.7.1").status->text() == "5.7.1");
}

TEST_CASE("Every registered status is known as the registry prints it, without a class")
{
    constexpr int last_detail[] = {0, 10, 4, 6, 7, 6, 10, 30};
    for (std::size_t subject = 0; subject < std::size(last_detail); ++subject)
        for (int detail = 0; detail <= last_detail[subject]; ++detail) {
            const std::string tail = "." + std::to_string(subject) + "." + std::to_string(detail);
            CAPTURE(tail);
            const Explained found = explained("X" + tail);
            CHECK(found.decided_by == DecidedBy::enhanced_status);
            CHECK((found.entry->id == "status.x" + tail || found.entry->id == "status.5" + tail));
        }
}

TEST_CASE("What only resembles a listed code is not taken for one")
{
    for (const std::string_view text : {"3.5", "3.5.", "3.5.4.1", "3.5.4th", "1.x.x", "6.1.x", "5.1.xx",
                                        "5.x", "x", "x.x", "5.1.x-ray", "max.1.1", "3.5.4000"}) {
        CAPTURE(text);
        CHECK_FALSE(ReplyEvidence::parse(text).status);
    }
}

TEST_CASE("Every row of the lists of reply codes has its own entry")
{
    for (const Listed& row : kReplyCodes) {
        CAPTURE(row.code);
        const Explained found = explained(row.code);
        CHECK(found.entry->id == row.id);
        CHECK(found.decided_by == DecidedBy::code_and_step);
    }
}

TEST_CASE("Where Exchange meant something else than the standard, the entry tells")
{
    for (const std::string_view code :
         {"4.2.2", "4.3.0", "4.3.1", "4.3.2", "4.4.1", "4.4.2", "4.4.5", "4.4.7", "4.6.5", "5.0.0",
          "5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.4", "5.1.5", "5.1.6", "5.1.7", "5.2.1", "5.2.3",
          "5.2.4", "5.3.0", "5.3.1", "5.3.2", "5.3.3", "5.3.4", "5.3.5", "5.4.0", "5.4.1", "5.4.2",
          "5.4.3", "5.4.4", "5.4.6", "5.4.7", "5.5.0", "5.5.2", "5.5.3", "5.5.4", "5.5.5", "5.6.3",
          "5.7.1", "5.7.2", "5.7.3", "5.7.4", "5.7.5", "5.7.6", "5.7.7", "5.1.x", "5.2.x"}) {
        CAPTURE(code);
        bool tells = false;
        for (const std::string_view step : explained(code).entry->fix)
            tells = tells || step.starts_with("Exchange 2000/2003");
        CHECK(tells);
    }
}

TEST_CASE("The cases of the knowledge base are told from others by their words")
{
    const Explained local = explained("554 Mailbox is not local: someone@example.com");
    CHECK(local.entry->id == "vendor.exchange.mailbox-not-local");
    CHECK(local.decided_by == DecidedBy::vendor_words);
    const Explained relay = explained("550 Relaying mail to <someone@example.com> is not allowed.");
    CHECK(relay.entry->id == "vendor.exchange.relaying-not-allowed");
    CHECK(relay.entry->fix.size() == 9);
}

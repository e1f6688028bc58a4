// SPDX-License-Identifier: Apache-2.0
#include "knowledge/packed.hpp"

#include <vector>

#include <catch2/catch.hpp>

using namespace smtpprobe;

namespace {

using Texts = std::vector<std::string_view>;

Texts listed(std::span<const std::string_view> texts) { return {texts.begin(), texts.end()}; }

} // namespace

inline constexpr Row kPackedRows[] = {
    {.id = "bare", .title = "", .means = "", .example = ""},
    {.id = "full",
     .fault = FaultKind::reset,
     .alert = 40,
     .code = 550,
     .status = {7, 1},
     .status_to = 3,
     .code_class = 5,
     .at = {Step::rcpt},
     .weight = Weight::general,
     .rank = Rank::narrow,
     .tokens = {"[a1]"},
     .words = {"first words", "second words", "third"},
     .hints = {"hint", "other hint"},
     .outcome = LookupOutcome::failed,
     .failure = LookupFailure::server_failure,
     .records = RecordKind::mx,
     .confidence = Confidence::likely,
     .kind = Cause::blocked,
     .vendor = "Vendor",
     .follow_on = true,
     .who = Actor::you_setup,
     .retry = Retry::unneeded,
     .title = "A title",
     .means = "What it means.",
     .cause = "The likely cause.",
     .expected = "What was expected.",
     .fix = {"One.", "Two."},
     .source = {"RFC 5321 4.2.3"},
     .example = "550 an example"},
    {.id = "last", .title = "", .means = "", .fix = {"Three."}, .example = "an end"},
};

TEST_CASE("A row is unpacked as it was written")
{
    const Shelf shelf = shelf_of<kPackedRows>();
    REQUIRE(shelf.entries().size() == 3);
    const Entry& entry = shelf.entries()[1];
    CHECK(entry.fault == FaultKind::reset);
    CHECK(entry.alert == 40);
    CHECK(entry.code == 550);
    CHECK(entry.subject == 7);
    CHECK(entry.detail == 1);
    CHECK(entry.detail_to == 3);
    CHECK(entry.code_class == 5);
    CHECK(entry.at.has(Step::rcpt));
    CHECK_FALSE(entry.at.has(Step::mail));
    CHECK(entry.weight == Weight::general);
    CHECK(entry.rank == Rank::narrow);
    CHECK(listed(entry.tokens) == Texts{"[a1]"});
    CHECK(listed(entry.words) == Texts{"first words", "second words", "third"});
    CHECK(listed(entry.hints) == Texts{"hint", "other hint"});
    CHECK(entry.outcome == LookupOutcome::failed);
    CHECK(entry.failure == LookupFailure::server_failure);
    CHECK(entry.records == RecordKind::mx);
    CHECK(entry.confidence == Confidence::likely);

    const Explanation& explanation = entry.explanation;
    CHECK(explanation.id == "full");
    CHECK(explanation.kind == Cause::blocked);
    CHECK(explanation.who == Actor::you_setup);
    CHECK(explanation.retry == Retry::unneeded);
    CHECK(explanation.vendor == "Vendor");
    CHECK(explanation.follow_on);
    CHECK(explanation.title == "A title");
    CHECK(explanation.means == "What it means.");
    CHECK(explanation.cause == "The likely cause.");
    CHECK(explanation.expected == "What was expected.");
    CHECK(listed(explanation.fix) == Texts{"One.", "Two."});
    CHECK(listed(explanation.source) == Texts{"RFC 5321 4.2.3"});
    CHECK(explanation.example == "550 an example");
}

TEST_CASE("What a row leaves out takes nothing from the rows beside it")
{
    const Shelf shelf = shelf_of<kPackedRows>();
    const Entry& bare = shelf.entries()[0];
    CHECK(bare.explanation.id == "bare");
    CHECK(bare.explanation.title.empty());
    CHECK(bare.explanation.example.empty());
    CHECK(bare.words.empty());
    CHECK(bare.explanation.fix.empty());
    CHECK(bare.subject == -1);
    CHECK(bare.detail_to == -1);
    CHECK_FALSE(bare.fault);

    const Entry& last = shelf.entries()[2];
    CHECK(last.explanation.example == "an end");
    CHECK(last.tokens.empty());
    CHECK(listed(last.explanation.fix) == Texts{"Three."});
    CHECK(last.explanation.source.empty());
}

TEST_CASE("A row is found by its whole id alone")
{
    const Shelf shelf = shelf_of<kPackedRows>();
    CHECK(shelf.row_of("bare") == 0U);
    CHECK(shelf.row_of("last") == 2U);
    CHECK_FALSE(shelf.row_of("ful"));
    CHECK_FALSE(shelf.row_of("barefull"));
    CHECK_FALSE(shelf.row_of("A title"));
    CHECK_FALSE(shelf.row_of(""));
}

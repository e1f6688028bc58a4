// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "knowledge/remarks.hpp"

using namespace smtpprobe;

namespace {

std::vector<Remark> remarks_on(std::string_view line)
{
    const auto evidence = ReplyEvidence::parse(line);
    return smtpprobe::remarks_on(evidence, explain(evidence));
}

using Remarks = std::vector<Remark>;

} // namespace

TEST_CASE("A code and a status of different classes are remarked on")
{
    CHECK(remarks_on("RCPT 550 4.1.1 User unknown") == Remarks{Remark::status_contradicts_code});
    CHECK(remarks_on("RCPT 550 5.1.1 User unknown").empty());
}

TEST_CASE("A permanent code for a cause that passes is remarked on")
{
    CHECK(remarks_on("RCPT 550 Greylisted, please try again later") ==
          Remarks{Remark::permanent_code_passing_cause});
    CHECK(remarks_on("RCPT 450 Greylisted, please try again later").empty());
}

TEST_CASE("A temporary code for a cause that stays is remarked on")
{
    CHECK(remarks_on("RCPT 454 4.7.1 <x@example.com>: Relay access denied") ==
          Remarks{Remark::temporary_code_lasting_cause});
}

TEST_CASE("A reply that only follows from others says so")
{
    CHECK(remarks_on("DATA 554 5.5.1 Error: no valid recipients") == Remarks{Remark::follows_from_earlier});
}

TEST_CASE("A bare code asks for the command that it answers")
{
    CHECK(remarks_on("550") == Remarks{Remark::step_unknown});
    CHECK(remarks_on("RCPT 550").empty());
}

TEST_CASE("Every remark has words")
{
    for (std::size_t i = 0; i < std::size(Names<Remark>::all); ++i)
        CHECK(remark_words(static_cast<Remark>(i)).ends_with("."));
}

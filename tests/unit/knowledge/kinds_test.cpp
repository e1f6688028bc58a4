// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string_view>

#include <catch2/catch.hpp>

#include "knowledge/shelf.hpp"

using namespace smtpprobe;

namespace {

// Their evidence says no more than no or not now, or the end came from this side.
constexpr std::string_view kSayNothing[] = {
    "code.any.4xx", "code.any.5xx",        "unknown.text",       "status.4.0.0",
    "status.5.0.0", "status.x.1.5",        "status.4.x.x",       "status.5.x.x",
    "status.x.0.x", "fault.any.cancelled", "fault.any.deadline", "dns.any.cancelled",
};

bool says_nothing(std::string_view id)
{
    return std::find(std::begin(kSayNothing), std::end(kSayNothing), id) != std::end(kSayNothing);
}

} // namespace

TEST_CASE("What evidence selects names a kind of trouble, unless the evidence says nothing")
{
    for (const Shelf& shelf :
         {kVendorShelf, kWordsShelf, kStatusShelf, kCodeShelf, kFaultShelf, kLookupShelf})
        for (const Entry& entry : shelf.entries()) {
            CAPTURE(entry.explanation.id);
            CHECK((entry.explanation.kind == Cause::unknown) == says_nothing(entry.explanation.id));
        }
}

TEST_CASE("Where nothing failed, nobody must try again")
{
    for (const Shelf& shelf :
         {kVendorShelf, kWordsShelf, kStatusShelf, kCodeShelf, kFaultShelf, kLookupShelf})
        for (const Entry& entry : shelf.entries()) {
            CAPTURE(entry.explanation.id);
            if (entry.explanation.kind == Cause::success)
                CHECK(entry.explanation.retry == Retry::unneeded);
        }
}

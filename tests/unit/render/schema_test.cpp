// SPDX-License-Identifier: Apache-2.0
#include <fstream>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "render/json_fields.hpp"
#include "render/phases.hpp"

using namespace smtpprobe;
using Json = nlohmann::ordered_json;

namespace {

Json schema()
{
    std::ifstream file(SMTPPROBE_SOURCE_DIR "/schema/report-1.schema.json");
    REQUIRE(file.good());
    return Json::parse(file);
}

template <class Enum> Json names()
{
    auto list = Json::array();
    for (const auto one : Names<Enum>::all)
        list.push_back(one);
    return list;
}

} // namespace

TEST_CASE("the schema lists exactly the values of each closed set")
{
    const auto definitions = schema()["$defs"];
    const std::pair<const char*, Json> rows[] = {
        {"actor", names<Actor>()},
        {"arrival_outcome", names<ArrivalOutcome>()},
        {"auth_stop", names<AuthStop>()},
        {"breach", names<Breach>()},
        {"carrier", names<Carrier>()},
        {"chain_verdict", names<ChainVerdict>()},
        {"confidence", names<Confidence>()},
        {"check", names<Check>()},
        {"date_verdict", names<DateVerdict>()},
        {"families", names<Families>()},
        {"fault_kind", names<FaultKind>()},
        {"hop_answer", names<HopAnswer>()},
        {"lookup_failure", names<LookupFailure>()},
        {"lookup_outcome", names<LookupOutcome>()},
        {"name_verdict", names<NameVerdict>()},
        {"not_tried", names<NotTried>()},
        {"outcome", names<Outcome>()},
        {"policy_flaw", names<PolicyFlaw>()},
        {"policy_result", names<PolicyResult>()},
        {"protocol", names<Protocol>()},
        {"proxy_kind", names<ProxyKind>()},
        {"purpose", names<Purpose>()},
        {"record_type", names<RecordType>()},
        {"retry", names<Retry>()},
        {"route_kind", names<RouteKind>()},
        {"route_note_kind", names<RouteNoteKind>()},
        {"severity", names<Severity>()},
        {"skip_reason", names<SkipReason>()},
        {"step", names<Step>()},
        {"target_kind", names<TargetKind>()},
        {"test_body", names<TestBody>()},
        {"tls_mode", names<TlsMode>()},
        {"trace_mode", names<TraceMode>()},
        {"transfer", names<Transfer>()},
        {"verdict", names<Verdict>()},
    };
    std::size_t found = 0;
    for (const auto& [key, values] : rows) {
        CAPTURE(key);
        REQUIRE(definitions.contains(key));
        CHECK(definitions[key]["enum"] == values);
        ++found;
    }
    // No list in the schema without its row here.
    std::size_t lists = 0;
    for (const auto& definition : definitions)
        lists += definition.contains("enum") ? 1u : 0u;
    CHECK(lists == found);

    auto phases = Json::array();
    for (const auto& [key, value] : definitions["phases"]["properties"].items())
        phases.push_back(key);
    CHECK(phases == names<Phase>());

    auto events = Json::array();
    for (const auto& event : definitions["event"]["oneOf"])
        events.push_back(event["properties"]["event"]["const"]);
    CHECK(events == Json(json::kEventNames));
}

TEST_CASE("every definition of the schema is described and used")
{
    const auto whole = schema();
    const auto text = whole.dump();
    for (const auto& [key, definition] : whole["$defs"].items()) {
        CAPTURE(key);
        CHECK(definition.contains("description"));
        CHECK(text.find("#/$defs/" + key + "\"") != std::string::npos);
    }
}

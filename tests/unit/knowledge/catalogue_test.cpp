// SPDX-License-Identifier: Apache-2.0
// Every entry of the catalogue, held to the same rules.
#include <catch2/catch.hpp>

#include <algorithm>
#include <set>
#include <string>

#include "base/ascii.hpp"
#include "smtpprobe/capabilities.hpp"
#include "smtpprobe/explain.hpp"
#include "spelled.hpp"

using namespace smtpprobe;

namespace {

/// Reply, fault or lookup: what the program can select an entry by.
bool is_selected_by_evidence(std::string_view id)
{
    for (const std::string_view prefix :
         {"code.", "status.", "words.", "vendor.", "fault.", "dns.", "unknown."})
        if (id.starts_with(prefix))
            return true;
    return false;
}

bool is_plain_text(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

std::size_t sentences_of(std::string_view text)
{
    std::size_t count = 0;
    for (std::size_t i = 0; i < text.size(); ++i)
        if ((text[i] == '.' || text[i] == '?') && (i + 1 == text.size() || text[i + 1] == ' '))
            ++count;
    return count;
}

} // namespace

TEST_CASE("Every entry is selected by its own example")
{
    for (const Explanation* entry : all_explanations()) {
        if (!is_selected_by_evidence(entry->id))
            continue;
        INFO(entry->id << "  <-  " << entry->example);
        auto found = spelled::explained_reply(entry->example);
        if (!found)
            found = spelled::explained_fault(entry->example);
        if (!found)
            found = spelled::explained_lookup(entry->example);
        if (!found)
            found = explain(ReplyEvidence::parse(entry->example));
        CHECK(found->entry->id == entry->id);
    }
}

TEST_CASE("Every entry is found by its id, and no two share one")
{
    std::set<std::string_view> ids;
    for (const Explanation* entry : all_explanations()) {
        INFO(entry->id);
        CHECK(ids.insert(entry->id).second);
        CHECK(find_explanation(entry->id) == entry);
    }
    CHECK(ids.size() > 500);
    CHECK(find_explanation("no.such-entry") == nullptr);
    CHECK(find_explanation("") == nullptr);
}

TEST_CASE("Ids are lower-case words joined by dots and hyphens")
{
    for (const Explanation* entry : all_explanations()) {
        INFO(entry->id);
        CHECK(std::all_of(entry->id.begin(), entry->id.end(),
                          [](char c) { return (is_alnum(c) && c == to_lower(c)) || c == '.' || c == '-'; }));
        CHECK(entry->id.find('.') != std::string_view::npos);
    }
}

TEST_CASE("No entry lacks a title, a meaning, a fix, a source or an example")
{
    for (const Explanation* entry : all_explanations()) {
        INFO(entry->id);
        CHECK_FALSE(entry->title.empty());
        CHECK_FALSE(entry->means.empty());
        CHECK_FALSE(entry->example.empty());
        CHECK_FALSE(entry->fix.empty());
        CHECK_FALSE(entry->source.empty());
    }
}

TEST_CASE("Texts are printable ASCII, short, and punctuated alike")
{
    for (const Explanation* entry : all_explanations()) {
        INFO(entry->id);
        CHECK(entry->title.size() <= 80);
        CHECK_FALSE(entry->title.ends_with("."));
        CHECK(entry->means.size() <= 330);
        CHECK(entry->means.ends_with("."));
        CHECK(sentences_of(entry->means) <= 4);
        CHECK(entry->cause.size() <= 300);
        CHECK((entry->cause.empty() || entry->cause.ends_with(".")));
        CHECK(entry->fix.size() <= 9);
        CHECK(entry->source.size() <= 4);
        CHECK(entry->example.size() <= 110);
        for (const std::string_view text :
             {entry->id, entry->title, entry->means, entry->cause, entry->example})
            CHECK(is_plain_text(text));
        for (const auto texts : {entry->fix, entry->source})
            for (const std::string_view text : texts) {
                INFO(text);
                CHECK(is_plain_text(text));
                CHECK(text == trimmed(text));
                CHECK(text.size() <= 215);
                // The gap that a string literal broken over two lines leaves behind when it goes wrong.
                CHECK(text.find("  ") == std::string_view::npos);
            }
        for (const std::string_view text : {entry->means, entry->cause}) {
            CHECK(text.find("  ") == std::string_view::npos);
            CHECK(std::count(text.begin(), text.end(), '`') % 2 == 0);
        }
    }
}

TEST_CASE("Commands in fix steps stand between closed backquotes")
{
    for (const Explanation* entry : all_explanations())
        for (const std::string_view step : entry->fix) {
            INFO(entry->id << ": " << step);
            CHECK(std::count(step.begin(), step.end(), '`') % 2 == 0);
        }
}

TEST_CASE("Who acts and when to retry agree with each other")
{
    for (const Explanation* entry : all_explanations()) {
        INFO(entry->id);
        if (entry->who == Actor::nobody_retry)
            CHECK((entry->retry == Retry::later || entry->retry == Retry::unneeded));
        if (entry->retry == Retry::unknown)
            CHECK((entry->id == "status.x.1.5" || entry->id == "unknown.text" ||
                   entry->id == "status.x.1.9" || entry->id == "route.none-tried" ||
                   entry->id == "probe.interrupted" || entry->id == "fault.any.cancelled"));
    }
}

TEST_CASE("Every oddity of a route, a reply and a capability list has its entry")
{
    for (const std::string_view kind : Names<RouteNoteKind>::all) {
        INFO(kind);
        CHECK(find_explanation("route." + std::string(kind)) != nullptr);
    }
    for (const std::string_view breach : Names<Breach>::all) {
        INFO(breach);
        CHECK(find_explanation("protocol." + std::string(breach)) != nullptr);
    }
    for (const std::string_view fault : Names<CapabilityFault>::all) {
        INFO(fault);
        CHECK(find_explanation("capability." + std::string(fault)) != nullptr);
    }
}

TEST_CASE("Every verdict about a certificate that is not good has its entry")
{
    for (const std::string_view id :
         {"tls.certificate-self-signed", "tls.certificate-unknown-issuer", "tls.certificate-incomplete-chain",
          "tls.certificate-weak", "tls.certificate-wrong-purpose", "tls.certificate-invalid",
          "tls.trust-store-unreadable", "tls.certificate-none", "tls.certificate-common-name-only",
          "tls.certificate-name-mismatch", "tls.certificate-expired", "tls.certificate-not-yet-valid"}) {
        INFO(id);
        CHECK(find_explanation(id) != nullptr);
    }
}

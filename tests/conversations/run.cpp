// SPDX-License-Identifier: Apache-2.0
// run_conversation FILE.smtp: plays the conversation to a Dialogue, and holds its transcript and its
// diagnosis against the file's expect-… headers.
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>

#include "base/ascii.hpp"
#include "base/printable.hpp"
#include "player.hpp"
#include "smtpprobe/capabilities.hpp"
#include "smtpprobe/report.hpp"

namespace {

using namespace smtpprobe;

struct EventText {
    std::string operator()(const Connected&) const { return "connected"; }
    std::string operator()(const Sent& sent) const { return "sent " + printable(sent.text); }
    std::string operator()(const Received& received) const
    {
        return "received " + std::string(name(received.step)) + ' ' + std::to_string(received.reply.code());
    }
    std::string operator()(const Secured&) const { return "secured"; }
    std::string operator()(const Skipped& skipped) const
    {
        return "skipped " + std::string(name(skipped.step)) + ' ' + std::string(name(skipped.because));
    }
    std::string operator()(const Broken& broken) const
    {
        return "broken " + std::string(name(broken.step)) + ' ' + std::string(name(broken.fault.kind));
    }
};

std::string text_of(const Event& event) { return std::visit(EventText{}, event.what); }

/// Everything that one file is about.
struct Play {
    Conversation script;
    Facts facts;
    std::vector<std::string> troubles;

    void expect(bool holds, const std::string& what)
    {
        if (!holds)
            troubles.push_back(what);
    }
    /// The values of all headers of that key.
    std::vector<std::string> all(std::string_view key) const
    {
        std::vector<std::string> values;
        const auto [begin, end] = script.headers.equal_range(key);
        for (auto header = begin; header != end; ++header)
            values.push_back(header->second);
        return values;
    }
};

constexpr std::string_view kHeaders[] = {
    "title",       "target",        "to",          "from",           "tls",         "quit-after",
    "port",        "helo",          "protocol",    "connect",        "tls-chain",   "tls-name",
    "tls-dates",   "expect-event",  "expect-no",   "expect-breach",  "expect-note", "expect-verdict",
    "expect-lead", "expect-who",    "expect-exit", "expect-finding", "expect-step", "send",
    "verb",        "no-pipelining", "notify",      "requiretls"};

/// `HELP`, or `rcpt:HELP`.
void read_verb(Play& play, std::string_view text)
{
    ExtraVerb verb;
    if (const auto step = from_name<Step>(text.substr(0, text.find(':')))) {
        verb.after = *step;
        text.remove_prefix(text.find(':') + 1);
    }
    verb.line = text;
    play.facts.settings.verbs.push_back(std::move(verb));
}

void read_request(Play& play)
{
    for (const auto& [key, value] : play.script.headers)
        play.expect(std::find(std::begin(kHeaders), std::end(kHeaders), key) != std::end(kHeaders),
                    "no such header: " + key);
    const auto header = [&](std::string_view key) { return play.script.header(key); };

    auto& target = play.facts.target;
    target.text = header("target").empty() ? "example.com" : std::string(header("target"));
    target.name = target.shown_name = "example.com";
    if (target.text.find('@') != std::string::npos) {
        target.kind = TargetKind::mailbox;
        target.mailbox = target.text;
    } else if (target.text.starts_with("mx.")) {
        target.kind = TargetKind::host;
        target.name = target.shown_name = "mx.example.com";
    }

    auto& settings = play.facts.settings;
    settings.helo = header("helo");
    settings.to = play.all("to");
    if (play.script.headers.contains("from"))
        settings.from = header("from") == "<>" ? "" : header("from");
    if (const auto mode = header("tls"); !mode.empty()) {
        settings.tls = from_name<TlsMode>(mode);
        play.expect(settings.tls.has_value(), "tls: none, may, require or implicit");
    }
    if (const auto step = header("quit-after"); !step.empty()) {
        settings.quit_after = from_name<Step>(step);
        play.expect(settings.quit_after.has_value(), "quit-after: no such step");
    }
    if (const auto way = header("send"); !way.empty()) {
        settings.message.send = true;
        settings.message.transfer = from_name<Transfer>(way).value_or(Transfer::data);
    }
    settings.envelope.pipelining = header("no-pipelining").empty();
    settings.envelope.notify = header("notify");
    settings.envelope.require_tls = !header("requiretls").empty();
    for (const auto& verb : play.all("verb"))
        read_verb(play, verb);
    settings.port = parse_number<std::uint16_t>(header("port"));
}

void plan_facts(Play& play)
{
    auto& facts = play.facts;
    const auto address = IpAddress::v4({192, 0, 2, 1});
    Endpoint endpoint;
    endpoint.host = "mx.example.com";
    endpoint.address = address;
    endpoint.port = facts.settings.port.value_or(25);
    endpoint.protocol = play.script.header("protocol") == "lmtp" ? Protocol::lmtp : Protocol::smtp;
    endpoint.tls = facts.settings.tls.value_or(TlsMode::may);
    facts.target.protocol = endpoint.protocol;
    const bool by_mx = facts.target.kind != TargetKind::host;
    endpoint.preference = by_mx ? 10 : 0;

    Record record;
    record.owner = endpoint.host;
    record.ttl = 3600;
    record.address = address;
    Lookup lookup;
    lookup.name = endpoint.host;
    lookup.outcome = LookupOutcome::found;
    lookup.records = {record};
    lookup.ttl = 3600;
    if (by_mx) {
        Lookup mx = lookup;
        mx.name = "example.com";
        mx.type = mx.records[0].type = RecordType::mx;
        mx.records[0].owner = mx.name;
        mx.records[0].preference = 10;
        mx.records[0].name = endpoint.host;
        facts.lookups.push_back(mx);
    }
    facts.lookups.push_back(lookup);
    facts.route = {by_mx ? RouteKind::mx : RouteKind::host, "example.com", {}, {}, {}};
    facts.route.hosts.push_back({endpoint.host, endpoint.preference, {address}});
    facts.route.endpoints.push_back(endpoint);
    // A day in 2026: certificates are judged by it.
    facts.started = Instant(std::chrono::hours(24) * 365 * 56);
    facts.sessions.push_back({endpoint, NotTried::tried, {}, {}, {}});
}

void check_transcript(Play& play)
{
    const auto& transcript = play.facts.sessions[0].transcript;
    std::vector<std::string> events;
    std::vector<std::string> breaches;
    std::vector<std::string> notes;
    for (const auto& event : transcript) {
        events.push_back(text_of(event));
        const auto* received = std::get_if<Received>(&event.what);
        if (!received)
            continue;
        for (const auto breach : received->breaches)
            breaches.emplace_back(name(breach));
        if (received->step == Step::ehlo || received->step == Step::lhlo)
            for (const auto& note : parse_capabilities(received->reply).notes)
                notes.emplace_back(name(note.fault));
    }
    const auto contains = [](const std::vector<std::string>& all, const std::string& one) {
        return std::find(all.begin(), all.end(), one) != all.end();
    };
    for (const auto& wanted : play.all("expect-event"))
        play.expect(contains(events, wanted), "no event: " + wanted);
    for (const auto& unwanted : play.all("expect-no"))
        play.expect(!contains(events, unwanted), "there is the event: " + unwanted);

    // Breaches and notes are to be named one and all: an unexpected one is a fault too.
    const auto wanted_breaches = play.all("expect-breach");
    for (const auto& wanted : wanted_breaches)
        play.expect(contains(breaches, wanted), "no breach: " + wanted);
    for (const auto& breach : breaches)
        play.expect(contains(wanted_breaches, breach), "an unexpected breach: " + breach);
    const auto wanted_notes = play.all("expect-note");
    for (const auto& wanted : wanted_notes)
        play.expect(contains(notes, wanted), "no note on the capabilities: " + wanted);
    for (const auto& note : notes)
        play.expect(contains(wanted_notes, note), "an unexpected note on the capabilities: " + note);
}

#ifdef SMTPPROBE_HAVE_DIAGNOSIS
void check_diagnosis(Play& play, bool show)
{
    const auto diagnosis = diagnose(play.facts);
    const auto& findings = diagnosis.findings;
    const auto check = [&](std::string_view key, std::string_view is) {
        const auto wanted = play.script.header(key);
        play.expect(wanted.empty() || wanted == is,
                    std::string(key) + ": " + std::string(wanted) + ", but it is " + std::string(is));
    };
    check("expect-verdict", name(diagnosis.verdict));
    check("expect-who", name(diagnosis.who));
    check("expect-exit", std::to_string(static_cast<int>(diagnosis.outcome)));
    check("expect-lead", findings.empty() ? "nothing" : findings[0].id);
    check("expect-step", diagnosis.failed_step ? name(*diagnosis.failed_step) : "none");
    for (const auto& id : play.all("expect-finding"))
        play.expect(std::any_of(findings.begin(), findings.end(),
                                [&](const Finding& finding) { return finding.id == id; }),
                    "no finding: " + id);
    if (!show && play.troubles.empty())
        return;
    std::printf("%s, exit %d: %s\n", std::string(name(diagnosis.verdict)).c_str(),
                static_cast<int>(diagnosis.outcome), diagnosis.headline.c_str());
    for (const auto& finding : findings)
        std::printf("  %s %s (%s): %s\n", std::string(name(finding.severity)).c_str(), finding.id.c_str(),
                    std::string(name(finding.who)).c_str(), finding.title.c_str());
}
#else
void check_diagnosis(Play&, bool) {}
#endif

int run(const char* path, bool show)
{
    std::ifstream file(path, std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    auto script = parse_conversation(text);
    if (!file || !script) {
        std::printf("%s: %s\n", path, script ? "cannot be read" : script.error().c_str());
        return 2;
    }
    Play play{*std::move(script), {}, {}};
    read_request(play);
    plan_facts(play);
    auto& session = play.facts.sessions[0];
    Dialogue dialogue(plan_dialogue(session.endpoint, play.facts.settings, play.facts.target));
    Player player(play.script);
    const auto complaint = player.play(dialogue);
    play.expect(complaint.empty(), complaint);
    session.transcript = dialogue.transcript();
    session.took = play.facts.took = player.now();
    check_transcript(play);
    check_diagnosis(play, show);
    if (show || !play.troubles.empty())
        for (const auto& event : session.transcript)
            std::printf("  %s\n", text_of(event).c_str());
    for (const auto& trouble : play.troubles)
        std::printf("%s: %s\n", path, trouble.c_str());
    return play.troubles.empty() ? 0 : 1;
}

} // namespace

int main(int count, char** arguments)
{
    const bool show = count == 3 && std::string_view(arguments[1]) == "--show";
    if (count != 2 && !show) {
        std::printf("run_conversation [--show] FILE.smtp\n");
        return 2;
    }
    return run(arguments[count - 1], show);
}

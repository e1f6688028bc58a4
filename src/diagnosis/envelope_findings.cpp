// SPDX-License-Identifier: Apache-2.0
// The envelope's parameters, and further commands.
#include "diagnosis/envelope_findings.hpp"

#include <algorithm>

#include "base/printable.hpp"
#include "diagnosis/evidence.hpp"
#include "smtp/envelope_words.hpp"
#include "smtpprobe/explain.hpp"

namespace smtpprobe {
namespace {

constexpr std::size_t kMostShown = 60;

bool is_verb(Step step)
{
    return step == Step::noop || step == Step::vrfy || step == Step::expn || step == Step::help ||
           step == Step::etrn || step == Step::command || step == Step::xforward;
}

void find_left_out(const SessionView& view, const Settings& settings, Findings& findings)
{
    const auto& offered = view.after_tls ? view.after_tls : view.before_tls;
    if (view.mail == nullptr)
        return;
    EnvelopeNeeds needs;
    needs.encrypted = view.tls != nullptr;
    const auto words = envelope_words(settings.envelope, needs, offered.value_or(Capabilities())).not_offered;
    if (words.empty())
        return;
    std::string seen = "left out:";
    for (const auto& word : words)
        seen += (&word == &words.front() ? " " : ", ") + word.text();
    findings.add("envelope.not-offered", {Severity::warning, view.where(), std::move(seen), Step::mail});
}

void find_in_verbs(const SessionView& view, Findings& findings)
{
    const Sent* said = nullptr;
    for (const auto& event : view.session->transcript) {
        if (const auto* sent = std::get_if<Sent>(&event.what); sent != nullptr && is_verb(sent->step))
            said = sent;
        const auto* received = std::get_if<Received>(&event.what);
        if (received == nullptr || said == nullptr || received->step != said->step)
            continue;
        Observation observation{Severity::note, view.where(),
                                printable(said->text, kMostShown) + ": " + quoted(received->reply),
                                said->step};
        if (received->reply.code_class() == 2)
            findings.add("verb.answered", std::move(observation));
        else
            findings.add(explain(received->step, received->reply), std::move(observation));
        said = nullptr;
    }
}

} // namespace

void find_in_envelope(const SessionView& view, const Settings& settings, Findings& findings)
{
    find_left_out(view, settings, findings);
    find_in_verbs(view, findings);
}

} // namespace smtpprobe

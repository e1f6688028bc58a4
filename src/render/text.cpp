// SPDX-License-Identifier: Apache-2.0
#include "base/duration_text.hpp"
#include "base/printable.hpp"
#include "base/timestamp.hpp"
#include "render/text_parts.hpp"
#include "render/words.hpp"
#include "smtpprobe/render.hpp"

namespace smtpprobe {

void print_headline(Page& page, const Diagnosis& diagnosis)
{
    const auto lead = std::string(outcome_word(diagnosis.outcome)) + "  ";
    page.item(lead, outcome_tone(diagnosis.outcome), printable(diagnosis.headline), Tone::strong);
}

namespace {

void print_footer(Page& page, const Facts& facts)
{
    page.gap();
    auto text = "Probed " + date_text(facts.started) + " in " + duration_text(facts.took);
    if (!facts.version.empty())
        text += " by smtpprobe " + printable(facts.version);
    if (facts.interrupted)
        text += ". Interrupted: this is what was learnt until then";
    page.item("", Tone::plain, text + '.', Tone::faint);
}

} // namespace

std::string to_text(const Report& report, const TextStyle& style)
{
    Page page(style);
    print_headline(page, report.diagnosis);
    if (style.verbosity < 0)
        return page.take();
    if (report.facts.target.kind == TargetKind::self)
        print_sender(page, report.facts);
    else
        print_route(page, report.facts);
    print_message(page, report.facts);
    print_findings(page, report.diagnosis.findings, style.verbosity > 0);
    print_experiments(page, report.facts, style.verbosity > 0);
    if (style.verbosity > 0)
        print_transcripts(page, report.facts);
    print_footer(page, report.facts);
    return page.take();
}

} // namespace smtpprobe

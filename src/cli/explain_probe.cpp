// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/printable.hpp"
#include "cli/explain_parts.hpp"
#include "cli/output.hpp"
#include "cli/target_run.hpp"
#include "cli/terminal.hpp"
#include "diagnosis/standing.hpp"
#include "render/explanation.hpp"

namespace smtpprobe {
namespace {

/// A log can name thousands of recipients; nobody asked for that many probes.
constexpr std::size_t kMostProbes = 10;

void show(const CommandLine& line, const std::string& recipient, const Explanation& then, const Report& now)
{
    const Judgement judgement = judge_standing(then, now);
    if (line.format != Format::text) {
        print(standing_json(recipient, name(judgement.standing), judgement.words, to_json(now, -1)));
        return;
    }
    Page page(text_style(line.colour, line.verbosity));
    page.item("Now  ", Tone::strong, printable(recipient, 200) + ": " + judgement.words, Tone::strong);
    print('\n' + page.take() + '\n' + rendered(now, line));
}

} // namespace

int probe_again(const CommandLine& line, const std::vector<Told>& failures)
{
    if (const auto wrong = wrong_with_trust(line.settings)) {
        complain("smtpprobe: " + *wrong + '\n');
        return 3;
    }
    int status = 0;
    std::size_t probes = 0;
    std::vector<std::string> done;
    for (const auto& [recipient, entry] : failures) {
        if (std::find(done.begin(), done.end(), recipient) != done.end())
            continue;
        done.push_back(recipient);
        if (++probes > kMostProbes) {
            complain("smtpprobe: not all recipients were probed, only the first " +
                     std::to_string(kMostProbes) + '\n');
            break;
        }
        const auto target = parse_target(recipient);
        // A bounce says what it likes: only a mailbox of a domain is asked about, never a URL, a host or a
        // local name, and its domain is looked up like any other.
        if (!target || target->kind != TargetKind::mailbox) {
            complain("smtpprobe: " + printable(recipient, 200) +
                     " is no mailbox of a domain, so it is not probed\n");
            status = worse(3, status);
            continue;
        }
        const auto& address = recipient;
        const auto& then = *entry;
        status = worse(run_target(line, *target, [&](const Report& now) { show(line, address, then, now); }),
                       status);
        if (status == 130)
            break;
    }
    if (probes == 0) {
        complain("smtpprobe: no recipient that failed is named, so there is nothing to probe\n");
        return 3;
    }
    return status;
}

} // namespace smtpprobe

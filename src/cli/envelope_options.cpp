// SPDX-License-Identifier: Apache-2.0
// What MAIL and RCPT say beside the addresses, and further commands.
#include "cli/envelope_options.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "base/printable.hpp"
#include "cli/add_option.hpp"
#include "cli/values.hpp"

namespace smtpprobe {
namespace {

Expected<std::uint64_t, std::string> parse_octets(std::string_view text)
{
    if (const auto number = parse_number<std::uint64_t>(text))
        return *number;
    return Unexpected<std::string>('"' + printable(text, 80) + "\" is no number of octets");
}

void add_delivery_options(CLI::App& app, EnvelopeSettings& envelope)
{
    add_value(
        app, "--notify", "WHEN", parse_notify, [&](std::string when) { envelope.notify = std::move(when); },
        "NOTIFY=: ask for reports (DSN): never, or success,failure,delay");
    add_value(
        app, "--ret", "WHAT", parse_ret, [&](std::string what) { envelope.ret = std::move(what); },
        "RET=: what a report of failure returns: full or hdrs");
    add_value(
        app, "--envid", "ID", parse_envid, [&](std::string id) { envelope.envid = std::move(id); },
        "ENVID=: an id that reports repeat");
    add_value(
        app, "--orcpt", "[TYPE;]ADDRESS", parse_orcpt,
        [&](std::string recipient) { envelope.orcpt = std::move(recipient); },
        "ORCPT=: the original recipient");
    add_value(
        app, "--deliver-by", "SECONDS;MODE", parse_deliver_by,
        [&](std::string by) { envelope.deliver_by = std::move(by); },
        "BY=: within so many seconds, else return it (R) or tell (N)");
    auto* hold_for = add_value(
        app, "--hold-for", "TIME", parse_hold_for, [&](std::uint64_t time) { envelope.hold_for = time; },
        "HOLDFOR=: deliver it so much later");
    add_value(
        app, "--hold-until", "DATE", parse_hold_until,
        [&](std::string date) { envelope.hold_until = std::move(date); },
        "HOLDUNTIL=: deliver it then: 2026-12-24T18:00:00Z")
        ->excludes(hold_for);
}

/// The option that has no meaning without MAIL, or empty.
std::string option_about_mail(const EnvelopeSettings& envelope, const std::vector<ExtraVerb>& verbs)
{
    if (std::any_of(verbs.begin(), verbs.end(),
                    [](const ExtraVerb& verb) { return verb.after >= Step::mail; }))
        return "--verb behind mail or rcpt";
    auto neutral = envelope;
    neutral.pipelining = true;
    neutral.unoffered = false;
    return neutral == EnvelopeSettings() ? "" : "a parameter of MAIL or RCPT";
}

bool delivers(const ExtraVerb& verb)
{
    const auto words = words_of(verb.line);
    return equal_ignoring_case(words[0], "BURL");
}

} // namespace

void add_envelope_options(CLI::App& app, Settings& settings)
{
    auto& envelope = settings.envelope;
    app.option_defaults()->group("Envelope, said where the server offers it");
    add_value(
        app, "--mail-size", "OCTETS", parse_octets, [&](std::uint64_t size) { envelope.size = size; },
        "SIZE=: how large the message is said to be");
    add_value(
        app, "--body-type", "TYPE", parse_body_type,
        [&](std::string type) { envelope.body = std::move(type); }, "BODY=: 7bit, 8bitmime, binarymime");
    app.add_flag("--smtputf8", envelope.smtputf8, "SMTPUTF8, also where no address needs it");
    app.add_flag("--requiretls", envelope.require_tls, "REQUIRETLS: TLS all the way, or no delivery");
    add_value(
        app, "--mt-priority", "PRIORITY", parse_priority,
        [&](int priority) { envelope.mt_priority = priority; }, "MT-PRIORITY=: -9 to 9");
    add_value(
        app, "--mail-auth", "ADDRESS", parse_mailbox,
        [&](std::string mailbox) { envelope.auth = std::move(mailbox); },
        "AUTH=: who submitted the message; <> for nobody");
    add_delivery_options(app, envelope);
    app.add_flag("--unoffered", envelope.unoffered,
                 "say parameters and commands though the server does not offer them");
    app.add_flag_callback(
        "--no-pipelining", [&] { envelope.pipelining = false; },
        "wait for each reply, also where the server offers PIPELINING");
    add_values(
        app, "--verb", "[STEP:]LINE", parse_extra_verb,
        [&](ExtraVerb verb) { settings.verbs.push_back(std::move(verb)); },
        "say this, too: 'ETRN example.com', behind ehlo: (the default),\n"
        "auth:, mail: or rcpt:; repeatable, in this order");
}

std::string wrong_with_envelope(const CommandLine& line)
{
    const auto& settings = line.settings;
    const auto about_mail = option_about_mail(settings.envelope, settings.verbs);
    const bool has_mailbox = settings.from || !settings.to.empty();
    for (const auto& target : line.targets)
        if (!about_mail.empty() && !has_mailbox && target.mailbox.empty())
            return about_mail + " needs an envelope; say user@example.com as the target, --from or --to";
    if (settings.envelope.body == "BINARYMIME" && settings.message.send &&
        settings.message.transfer != Transfer::bdat)
        return "--body-type binarymime cannot go by DATA; say --bdat";
    if (!settings.message.send && std::any_of(settings.verbs.begin(), settings.verbs.end(), delivers))
        return "--verb BURL delivers a message, and nothing is delivered without --send; add it";
    return {};
}

} // namespace smtpprobe

// SPDX-License-Identifier: Apache-2.0
#include "cli/self_options.hpp"
#include "base/printable.hpp"
#include "cli/add_option.hpp"
#include "cli/values.hpp"
#include "net/own_name.hpp"

namespace smtpprobe {

void add_block_list_options(CLI::App& app, Settings& settings)
{
    const auto add = [&](std::string zone) {
        if (!settings.block_lists)
            settings.block_lists.emplace();
        settings.block_lists->push_back(std::move(zone));
    };
    add_values(app, "--block-list", "ZONE", parse_host_name, add,
               "look our own addresses up in this block list, instead of the default ones; repeatable");
    app.add_flag_callback("--no-block-lists", [&] { settings.block_lists.emplace(); }, "ask no block list");
}

CLI::App* add_self_command(CLI::App& app, Settings& settings)
{
    auto* self = app.add_subcommand("self", "how receivers see this machine: its names, SPF, block lists")
                     ->fallthrough();
    self->option_defaults()->group("Who sends");
    add_value(
        *self, "--as", "DOMAIN", parse_host_name, [&](std::string name) { settings.as = std::move(name); },
        "the domain that it sends as (default: that of --from, else the EHLO name)");
    add_values(
        *self, "--address", "ADDRESS", parse_address,
        [&](IpAddress address) { settings.addresses.push_back(address); },
        "look at this address instead of the ones that this machine sends from; repeatable");
    // Those of the program, once more: behind a sub-command they would be taken for negative numbers.
    self->add_flag_callback("-4", [&] { settings.families = Families::ipv4_only; })->group("");
    self->add_flag_callback("-6", [&] { settings.families = Families::ipv6_only; })->group("");
    return self;
}

Target self_target(const Settings& settings)
{
    Target target;
    target.text = "self";
    target.kind = TargetKind::self;
    target.name = !settings.as.empty()     ? settings.as
                  : !settings.helo.empty() ? settings.helo
                                           : own_host_name();
    target.shown_name = target.name;
    return target;
}

std::string wrong_with_self(const Settings& settings, const std::vector<std::string>& targets)
{
    if (!targets.empty())
        return "self looks at this machine, and takes no target; to send as " +
               printable(targets.front(), 80) + " say --as " + printable(targets.front(), 80);
    if (!settings.experiments)
        return "--no-experiments leaves nothing of self";
    if (settings.addresses.size() > kMaxSelfAddresses)
        return "--address may be given " + std::to_string(kMaxSelfAddresses) + " times at most";
    return {};
}

} // namespace smtpprobe

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/options.hpp"
#include "cli/way_options.hpp"

namespace smtpprobe {

/// Which options are declared.
enum class OptionFamilies : std::uint8_t {
    probe,   ///< route, conversation, TLS, times, output: of most probes
    command, ///< output, and the sub-commands
    all,
};

/// The options of the program, and what they fill. Not to be moved: the options point into it.
struct DeclaredOptions {
    /// `default_config` is read unless --config names another file; empty: there is none.
    DeclaredOptions(OptionFamilies which, const std::string& default_config);
    DeclaredOptions(const DeclaredOptions&) = delete;
    DeclaredOptions& operator=(const DeclaredOptions&) = delete;

    /// Do the arguments name no other options than those declared, and ask for no help and for no file? In
    /// doubt, no.
    bool knows_all(const std::vector<std::string>& arguments) const;

    CommandKind command() const;
    bool self_parsed() const;

    CommandLine line;
    std::vector<std::string> targets;
    WayChoice way;
    CLI::App app;

private:
    void add_families(OptionFamilies which);
    void add_commands();

    CLI::App* self_ = nullptr;
    CLI::App* explain_ = nullptr;
    CLI::App* render_ = nullptr;
    CLI::App* demo_ = nullptr;
};

/// Is one of the arguments the name of a sub-command? It may be meant otherwise.
bool name_a_command(const std::vector<std::string>& arguments);

} // namespace smtpprobe

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
    common, ///< route, conversation, TLS, times, output, and the sub-commands
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

    CommandLine line;
    std::vector<std::string> targets;
    WayChoice way;
    CLI::App app;
    CLI::App* self = nullptr;
    CLI::App* explain = nullptr;
    CLI::App* render = nullptr;
    CLI::App* demo = nullptr;

private:
    void add_families(OptionFamilies which);
    void add_commands();
};

} // namespace smtpprobe

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "extract/recognise.hpp"
#include "render/exit_status.hpp"
#include "smtpprobe/cause.hpp"
#include "smtpprobe/expected.hpp"
#include "smtpprobe/settings.hpp"
#include "smtpprobe/target.hpp"

namespace smtpprobe {

enum class Format { text, json, ndjson };
enum class Colour { automatic, always, never };
enum class CommandKind { probe, explain, render, demo };

/// Where the password of a login comes from; one of these at most.
struct PasswordSource {
    std::string file;
    std::optional<int> descriptor;
    std::string variable;
    std::string command;
    std::optional<std::string> netrc; ///< a path; empty: the user's own
};

/// What the command line asks for, checked.
struct CommandLine {
    CommandKind command = CommandKind::probe;
    std::vector<Target> targets;      ///< probe
    Settings settings;                ///< probe
    PasswordSource password_source;   ///< probe; nothing of it is read yet
    std::string expect_password_file; ///< probe: of the mailbox of --expect-in; not read yet
    std::string expect_password_variable;
    std::string proxy_password_variable; ///< it has been read
    std::vector<std::string> words;      ///< explain: what to explain, or a file
    std::string file;                    ///< render: a path, or `-`
    std::vector<std::string> situations; ///< demo
    bool serve = false;                  ///< demo
    bool list = false;                   ///< demo; explain: entries instead of a text
    std::optional<TextKind> input;       ///< explain: what the text is; none to recognise it
    bool all = false;                    ///< explain: what did not fail, too
    bool probe = false;                  ///< explain: go on to probe the recipients
    std::optional<Cause> only_class;     ///< explain --list
    std::string search;                  ///< explain --list: words that an entry must have
    Format format = Format::text;
    Colour colour = Colour::automatic;
    int verbosity = 0; ///< as TextStyle
    ExitStyle exit_style = ExitStyle::plain;
};

/// Text that answers the command line by itself, and the exit status that goes with it.
struct Answer {
    std::string text;    ///< with its line ends
    int exit_status = 0; ///< 0: for standard output (--help); else for standard error
};

/// Reads the arguments behind the program's name, and the file that --config names. Nothing is sent or
/// looked up. `default_config` is read where there is no --config; empty: none is.
Expected<CommandLine, Answer> parse_command_line(const std::vector<std::string>& arguments,
                                                 const std::string& default_config = {});

/// The user's own file, else the system's, else empty: $XDG_CONFIG_HOME/smtpprobe.conf (or
/// ~/.config/smtpprobe.conf), /etc/smtpprobe.conf.
std::string default_config_file();

} // namespace smtpprobe

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "extract/mention.hpp"
#include "render/page.hpp"
#include "smtpprobe/explain.hpp"
#include "smtpprobe/verb.hpp"

namespace smtpprobe {

/// One JSON object on one line (schema/explanation-1.schema.json), with its line end.
std::string explanation_json(const Mention& mention, const Explained& explained);

/// An entry by itself, likewise.
std::string entry_json(const Explanation& entry);

/// A command of SMTP, likewise.
std::string verb_json(const Verb& verb);

/// What a probe says of a cause now, with its report, on one line.
std::string standing_json(std::string_view recipient, std::string_view standing, std::string_view words,
                          std::string_view report);

/// The reply as the server said it, without what a log or a bounce puts around it; printable.
std::string quoted(const Mention& mention);

/// The reply as it was said, and what it means, as a block. `again`: that entry was printed before.
void print_explanation(Page& page, const Mention& mention, const Explained& explained, bool again);

/// The same of many mentions that one entry explains: the first of them, how many, and for whom.
void print_explanations(Page& page, const Mention& first, const Explained& explained, std::size_t count,
                        std::string_view recipients);

/// Meaning, cause, who acts and the steps that mend it.
void print_entry(Page& page, const Explanation& entry);
/// The whole of an entry by itself, under its title.
void print_whole_entry(Page& page, const Explanation& entry);
/// A command of SMTP, and what a server answers to it.
void print_verb(Page& page, const Verb& verb);

/// Class, id and sources of an entry.
void print_origin(Page& page, const Explanation& entry);

} // namespace smtpprobe

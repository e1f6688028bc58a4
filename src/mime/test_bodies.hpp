// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace smtpprobe {

/// The EICAR test file (eicar.org): harmless, and every virus scanner takes it for a virus.
std::string eicar_test_file();

/// The GTUBE string (SpamAssassin): every spam filter that knows it takes its message for spam.
std::string gtube_line();

} // namespace smtpprobe

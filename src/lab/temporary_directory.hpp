// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "smtpprobe/expected.hpp"

namespace smtpprobe {

/// A private directory that ends, with all that is in it, when this does.
class TemporaryDirectory {
public:
    /// Under $TMPDIR, else /tmp.
    static Expected<TemporaryDirectory, std::string> make();
    TemporaryDirectory() = default;
    TemporaryDirectory(TemporaryDirectory&& other) noexcept;
    TemporaryDirectory& operator=(TemporaryDirectory&& other) noexcept;
    ~TemporaryDirectory();

    /// Empty for none.
    const std::string& path() const { return path_; }
    void remove();

private:
    std::string path_;
};

} // namespace smtpprobe

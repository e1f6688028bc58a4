// SPDX-License-Identifier: Apache-2.0
#include "lab/temporary_directory.hpp"

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

namespace smtpprobe {

Expected<TemporaryDirectory, std::string> TemporaryDirectory::make()
{
    const char* parent = std::getenv("TMPDIR");
    std::string path = parent != nullptr && *parent != '\0' ? parent : "/tmp";
    path += "/smtpprobe-lab-XXXXXX";
    if (::mkdtemp(path.data()) == nullptr)
        return Unexpected<std::string>("cannot make the directory " + path + ": " +
                                       std::generic_category().message(errno));
    TemporaryDirectory directory;
    directory.path_ = std::move(path);
    return directory;
}

TemporaryDirectory::TemporaryDirectory(TemporaryDirectory&& other) noexcept
    : path_(std::exchange(other.path_, {}))
{
}

TemporaryDirectory& TemporaryDirectory::operator=(TemporaryDirectory&& other) noexcept
{
    std::swap(path_, other.path_);
    return *this;
}

TemporaryDirectory::~TemporaryDirectory() { remove(); }

void TemporaryDirectory::remove()
{
    if (path_.empty())
        return;
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
    path_.clear();
}

} // namespace smtpprobe

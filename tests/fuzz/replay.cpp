// SPDX-License-Identifier: Apache-2.0
// Runs a fuzz target over every file of the folders given, and over each file cut short: what
// libFuzzer once found stays found, in every build and with every compiler.

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int main(int argc, char** argv)
{
    std::size_t files = 0;
    for (int i = 1; i < argc; ++i) {
        for (const auto& entry : std::filesystem::recursive_directory_iterator(argv[i])) {
            if (!entry.is_regular_file())
                continue;
            std::ifstream in(entry.path(), std::ios::binary);
            const std::vector<char> bytes{std::istreambuf_iterator<char>(in), {}};
            std::vector<std::uint8_t> input(bytes.begin(), bytes.end());
            ++files;
            for (const std::size_t part : {16U, 8U, 7U, 6U, 5U, 4U, 3U, 2U, 1U}) {
                // A copy of exactly that size, so that a sanitizer sees a read past the end.
                const std::vector<std::uint8_t> cut(
                    input.begin(), input.begin() + static_cast<std::ptrdiff_t>(input.size() / part));
                LLVMFuzzerTestOneInput(cut.data(), cut.size());
            }
        }
    }
    std::printf("%zu inputs\n", files);
    return files > 0 ? 0 : 1;
}

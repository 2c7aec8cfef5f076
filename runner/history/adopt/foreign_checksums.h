// The digests that other tools keep of their files, byte for byte as they compute them. That of SHA-1, which a folder's
// own sums need, too, stands with the formats.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "runner/formats/digest.h"

namespace drydock {

std::uint32_t crc32(std::string_view bytes);
// Java's String.hashCode(). REQUIRES: ASCII.
std::int32_t java_hash(std::string_view text);

// Lower-case hex digits.
std::string sha256_hex(std::string_view bytes);
std::string sha384_hex(std::string_view bytes);

std::string base64(std::string_view bytes);
// The bytes that lower-case hex digits stand for.
std::string bytes_of_hex(std::string_view digits);

// SipHash-1-3 with a key of zeros.
std::uint64_t sip_hash_1_3(std::string_view bytes);

}  // namespace drydock

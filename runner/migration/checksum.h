// Two checksums say whether a migration that was applied is still the one in the folder:
// `text` is the SHA-256 of the file's text normalised for BOM and line endings; `tokens` that of its tokens without
// comments and white space. Same tokens under another text is a note; other tokens is a conflict.
#pragma once

#include <string>
#include <string_view>

namespace drydock {

struct Checksum {
  std::string text;    // "sha256:" and 64 lower-case hex digits
  std::string tokens;  // the same form; empty where it has not been computed
  bool operator==(const Checksum&) const = default;
};

// "sha256:<hex>" of the bytes.
std::string sha256(std::string_view bytes);

// The text without a UTF-8 byte order mark and with every CRLF and lone CR turned into LF.
std::string normalise_text(std::string_view bytes);

// The offset of the first byte that is not part of a well-formed UTF-8 sequence (RFC 3629), npos where there is none.
std::size_t first_invalid_utf8(std::string_view bytes);

}  // namespace drydock

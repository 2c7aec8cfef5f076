#include "runner/database/postgres_message.h"

#include <algorithm>

namespace drydock {

namespace {

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

// The byte at which character `number` (1-based) of UTF-8 text begins.
std::size_t byte_of_character(std::string_view text, int number) {
  std::size_t byte = 0;
  for (int passed = 1; byte < text.size(); ++byte) {
    if (continues_character(text[byte])) continue;
    if (passed == number) break;
    ++passed;
  }
  return byte;
}

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    auto lead = static_cast<unsigned char>(text[i]);
    std::size_t length = lead < 0x80                   ? 1
                         : lead >= 0xC2 && lead < 0xE0 ? 2
                         : (lead & 0xF0U) == 0xE0      ? 3
                         : lead >= 0xF0 && lead < 0xF5 ? 4
                                                       : 0;
    if (length == 0 || i + length > text.size()) return false;
    for (std::size_t k = 1; k < length; ++k) {
      if (!continues_character(text[i + k])) return false;
    }
    i += length;
  }
  return true;
}

}  // namespace

void PostgresMessage::add(std::string_view sql) {
  begins_.push_back(text_.size());
  text_ += sql;
  ends_.push_back(text_.size());
  // The newline ends a comment that may stand last in the piece.
  text_ += "\n;\n";
}

std::string_view PostgresMessage::piece(std::size_t index) const {
  return std::string_view(text_).substr(begins_[index], ends_[index] - begins_[index]);
}

// A syntax error "at end of input" stands behind its piece, in the separator.
std::optional<std::size_t> PostgresMessage::piece_at(std::size_t byte) const {
  auto behind = std::upper_bound(begins_.begin(), begins_.end(), byte);
  if (behind == begins_.begin()) return std::nullopt;
  return static_cast<std::size_t>(behind - begins_.begin()) - 1;
}

std::size_t PostgresMessage::locate(DatabaseError::Details& details, std::size_t completed) const {
  if (details.position > 0) {
    std::size_t byte = byte_of_character(text_, details.position);
    if (std::optional<std::size_t> index = piece_at(byte)) {
      std::string_view before = std::string_view(text_).substr(begins_[*index], byte - begins_[*index]);
      details.position = 1 + static_cast<int>(before.size() - static_cast<std::size_t>(std::count_if(
                                                                  before.begin(), before.end(), continues_character)));
      details.line = 1 + static_cast<int>(std::count(before.begin(), before.end(), '\n'));
      return *index;
    }
  }
  // The server looks at the encoding of the whole message before it runs any of it, and names no position.
  if (details.sqlstate == "22021" && completed == 0) {
    for (std::size_t index = 0; index < size(); ++index) {
      if (!is_utf8(piece(index))) return index;
    }
  }
  return completed;
}

}  // namespace drydock

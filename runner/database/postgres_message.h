// Several pieces of SQL that travel in one message of the simple protocol. The server answers each statement with one
// result and stops at the first error; what it says of a position counts characters from the start of the message.
// This class leads both back to the piece.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runner/database/error.h"

namespace drydock {

class PostgresMessage {
 public:
  // REQUIRES: no NUL in it.
  void add(std::string_view sql);

  const std::string& text() const { return text_; }
  std::size_t size() const { return begins_.size(); }

  // The piece that `details` speaks of, where `completed` pieces were answered before it. Makes its position and line
  // those within the piece.
  std::size_t locate(DatabaseError::Details& details, std::size_t completed) const;

 private:
  std::string_view piece(std::size_t index) const;
  std::optional<std::size_t> piece_at(std::size_t byte) const;

  std::string text_;
  std::vector<std::size_t> begins_, ends_;  // in bytes
};

}  // namespace drydock

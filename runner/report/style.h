// Whether a text is painted, and how: with the escape sequences of a terminal, or not at all.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace drydock {

enum class Paint { red, yellow, green, bold, dim };  // in the order of Style::sequences

struct Style {
  bool colours = false;

  // One for each Paint, and the one that ends it.
  static constexpr std::array<std::string_view, 6> sequences{"\033[1;31m", "\033[33m", "\033[32m",
                                                             "\033[1m",    "\033[2m",  "\033[0m"};

  std::string paint(Paint paint, std::string_view text) const {
    if (!colours || text.empty()) return std::string(text);
    return std::string(sequences[static_cast<std::size_t>(paint)]) + std::string(text) + std::string(sequences.back());
  }
};

}  // namespace drydock

// Whether a text is painted, and how: with the escape sequences of a terminal, or not at all.
#pragma once

#include <string>
#include <string_view>

namespace drydock {

enum class Paint { red, yellow, green, bold, dim };

struct Style {
  bool colours = false;

  std::string paint(Paint paint, std::string_view text) const {
    if (!colours || text.empty()) return std::string(text);
    return std::string(sequence(paint)) + std::string(text) + "\033[0m";
  }

 private:
  static std::string_view sequence(Paint paint) {
    switch (paint) {
      case Paint::red:
        return "\033[1;31m";
      case Paint::yellow:
        return "\033[33m";
      case Paint::green:
        return "\033[32m";
      case Paint::bold:
        return "\033[1m";
      case Paint::dim:
        return "\033[2m";
    }
    return {};
  }
};

}  // namespace drydock

#include "runner/report/quantity.h"

#include <array>
#include <cmath>
#include <cstdio>

namespace drydock {
namespace {

std::string with_decimal(double value, std::string_view unit) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), value < 10 ? "%.1f %.*s" : "%.0f %.*s", value, static_cast<int>(unit.size()),
                unit.data());
  return text.data();
}

std::string with_separators(std::int64_t number) {
  std::string text = std::to_string(number);
  const std::size_t first = number < 0 ? 1 : 0;
  for (std::size_t at = text.size(); at > first + 3;) text.insert(at -= 3, ",");
  return text;
}

}  // namespace

std::string count_of(std::int64_t number, std::string_view one, std::string_view many) {
  std::string text = with_separators(number) + " ";
  if (number == 1) return text + std::string(one);
  return text + (many.empty() ? std::string(one) + "s" : std::string(many));
}

std::string duration_text(double seconds) {
  if (seconds < 0.0095) return with_decimal(seconds * 1000, "ms");
  if (seconds < 0.9995) return std::to_string(std::lround(seconds * 1000)) + " ms";
  if (seconds < 99.5) return with_decimal(seconds, "s");
  return std::to_string(std::lround(seconds) / 60) + " min " + std::to_string(std::lround(seconds) % 60) + " s";
}

std::string size_text(std::int64_t bytes) {
  constexpr std::array<std::string_view, 5> units{"kB", "MB", "GB", "TB", "PB"};
  if (bytes < 1000) return count_of(bytes, "byte");
  double value = static_cast<double>(bytes) / 1000;
  std::size_t unit = 0;
  for (; value >= 999.5 && unit + 1 < units.size(); ++unit) value /= 1000;
  return with_decimal(value, units[unit]);
}

}  // namespace drydock

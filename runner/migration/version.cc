#include "runner/migration/version.h"

#include <algorithm>

namespace drydock {
namespace {

constexpr std::string_view digits = "0123456789";

bool is_number(std::string_view text) { return text.find_first_not_of(digits) == std::string_view::npos; }

bool is_dotted_number(std::string_view text) { return text.find_first_not_of("0123456789.") == std::string_view::npos; }

std::string_view without_leading_zeros(std::string_view number) {
  if (number.empty()) return number;
  return number.substr(std::min(number.find_first_not_of('0'), number.size() - 1));
}

// Numbers without leading zeros: the longer one is greater, and those of one length compare as text.
std::strong_ordering compare_numbers(std::string_view left, std::string_view right) {
  left = without_leading_zeros(left);
  right = without_leading_zeros(right);
  if (const auto by_length = left.size() <=> right.size(); by_length != 0) return by_length;
  return left <=> right;
}

std::string_view take_part(std::string_view& text) {
  const std::size_t dot = std::min(text.find('.'), text.size());
  const std::string_view part = text.substr(0, dot);
  text.remove_prefix(std::min(dot + 1, text.size()));
  return part;
}

// A part that one of them lacks counts as 0.
std::strong_ordering compare_dotted(std::string_view left, std::string_view right) {
  while (!left.empty() || !right.empty()) {
    const std::string_view left_part = left.empty() ? "0" : take_part(left);
    const std::string_view right_part = right.empty() ? "0" : take_part(right);
    if (const auto by_part = compare_numbers(left_part, right_part); by_part != 0) return by_part;
  }
  return std::strong_ordering::equal;
}

}  // namespace

std::string_view significant_digits(std::string_view text) {
  return is_number(text) ? without_leading_zeros(text) : text;
}

Version::Version(std::string_view text) : text_(text) {}

Version::Version(std::string_view text, std::size_t place) : text_(text), place_(place) {}

std::string_view Version::significant() const { return significant_digits(text_); }

std::strong_ordering Version::operator<=>(const Version& other) const {
  if (place_ != 0 && other.place_ != 0) return place_ <=> other.place_;
  if ((place_ != 0) != (other.place_ != 0))
    return place_ != 0 ? std::strong_ordering::less : std::strong_ordering::greater;
  if (text_.empty() || other.text_.empty()) return text_.size() <=> other.text_.size();
  const bool number = is_dotted_number(text_);
  const bool other_is_number = is_dotted_number(other.text_);
  if (number != other_is_number) return number ? std::strong_ordering::less : std::strong_ordering::greater;
  return number ? compare_dotted(text_, other.text_) : text_ <=> other.text_;
}

bool Version::operator==(const Version& other) const { return significant() == other.significant(); }

}  // namespace drydock

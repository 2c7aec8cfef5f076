#include "runner/cli/variables.h"

#include <array>
#include <cctype>
#include <cstdlib>

#include "runner/cli/config_file.h"

namespace drydock {
namespace {

bool is_name(std::string_view text) {
  if (text.empty() || std::isdigit(static_cast<unsigned char>(text.front())) != 0) return false;
  for (const char letter : text)
    if (letter != '_' && std::isalnum(static_cast<unsigned char>(letter)) == 0) return false;
  return true;
}

// "NAME" or "NAME:-default", as it stands in the braces.
std::string value_of(std::string_view reference, const Variables& variables) {
  const std::size_t colon = reference.find(":-");
  const std::string name(reference.substr(0, colon));
  if (!is_name(name))
    throw CannotExpand("${ is followed by a variable's name and }; where ${ stands for itself, write $${");
  std::optional<std::string> value = variables.find(name);
  if (colon != std::string_view::npos && (!value || value->empty())) return std::string(reference.substr(colon + 2));
  if (value) return *std::move(value);
  throw CannotExpand("the variable " + name +
                     " is not set: set it in the environment or in .env, or give a default: ${" + name + ":-default}");
}

bool is_encoded(std::string_view text) {
  const auto is_digit = [&](std::size_t at) { return std::isxdigit(static_cast<unsigned char>(text[at])) != 0; };
  return text.size() >= 3 && text[0] == '%' && is_digit(1) && is_digit(2);
}

// As the user or the password of an address. What is encoded already stays as it is.
std::string encoded(std::string_view value) {
  static constexpr std::array<char, 17> digits = {"0123456789ABCDEF"};
  std::string result;
  for (; !value.empty(); value.remove_prefix(1)) {
    const auto byte = static_cast<unsigned char>(value.front());
    const bool plain = std::isalnum(byte) != 0 || byte >= 0x80 ||
                       std::string_view("-._~!$&'()*+,;=").find(value.front()) != std::string_view::npos;
    if (plain || is_encoded(value))
      result += value.front();
    else
      result += {'%', digits[byte >> 4U], digits[byte & 15U]};
  }
  return result;
}

// Where the user and the password of an address stand, as it is written: none, where it names no user.
struct UserPart {
  std::size_t begin = 0, end = 0;
  bool holds(std::size_t at) const { return at >= begin && at < end; }
};

UserPart user_part_of(std::string_view address) {
  const std::size_t slashes = address.find("://"), dollar = address.find("${");
  if (slashes == std::string_view::npos || dollar < slashes) return {};
  std::size_t at = slashes + 3, end = 0;
  while (at < address.size() && address[at] != '/' && address[at] != '?') {
    if (address[at] == '@') end = at;
    const std::size_t closed = address.substr(at).starts_with("${") ? address.find('}', at) : at;
    at = closed == std::string_view::npos ? address.size() : closed + 1;
  }
  return {slashes + 3, end};
}

}  // namespace

std::optional<std::string> Variables::find(const std::string& name) const {
  if (const char* value = std::getenv(name.c_str())) return value;
  const auto found = file_.find(name);
  return found == file_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::string> Variables::setting(const std::string& name) const {
  std::optional<std::string> value = find(name);
  return value && value->empty() ? std::nullopt : value;
}

Variables read_variables() {
  const std::filesystem::path file = ".env";
  std::error_code error;
  // A folder of that name is a virtual environment of Python's.
  if (!std::filesystem::is_regular_file(file, error)) return {};
  const std::optional<std::string> text = read_config_text(file);
  return Variables(parse_environment_file(text.value_or(""), file));
}

std::string expand(const std::string& text, const Variables& variables, Expanding what) {
  const UserPart user = what == Expanding::address ? user_part_of(text) : UserPart{};
  const std::string_view whole = text;
  std::string result;
  for (std::size_t at = 0; at < whole.size();) {
    if (whole.substr(at).starts_with("$${")) {
      result += "${";
      at += 3;
    } else if (whole.substr(at).starts_with("${")) {
      const std::size_t end = whole.find('}', at);
      if (end == std::string_view::npos) throw CannotExpand("${ is opened and never closed");
      const std::string value = value_of(whole.substr(at + 2, end - at - 2), variables);
      result += user.holds(at) ? encoded(value) : value;
      at = end + 1;
    } else {
      result += whole[at++];
    }
  }
  return result;
}

}  // namespace drydock

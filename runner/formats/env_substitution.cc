#include "runner/formats/env_substitution.h"

#include <algorithm>
#include <stdexcept>

namespace drydock {
namespace {

using Variable = std::function<std::optional<std::string>(const std::string&)>;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::string take_name(std::string_view& text) {
  std::size_t size = 0;
  while (size < text.size() &&
         (is_letter(text[size]) || (size > 0 && (text[size] == '_' || (text[size] >= '0' && text[size] <= '9')))))
    ++size;
  const std::string name(text.substr(0, size));
  text.remove_prefix(size);
  if (name.empty())
    throw std::runtime_error(
        "a dollar must be followed by the name of a variable here; $$ stands for one dollar, and "
        "-- +goose ENVSUB OFF ends the replacing");
  return name;
}

std::string value_or_refuse(const std::string& name, const Variable& variable, const std::string& message) {
  if (const std::optional<std::string> value = variable(name)) return *value;
  throw std::runtime_error("the environment variable " + name + " is not set" + message);
}

// REQUIRES: "${" is taken.
std::string take_braces(std::string_view& text, const Variable& variable) {
  const std::string name = take_name(text);
  const std::size_t end = text.find('}');
  if (end == std::string_view::npos) throw std::runtime_error("${" + name + " has no closing brace");
  std::string_view rest = text.substr(0, end);
  text.remove_prefix(end + 1);
  if (rest.find('$') != std::string_view::npos)
    throw std::runtime_error("${" + name + "} has another variable inside, which drydock does not replace");
  if (rest.empty()) return value_or_refuse(name, variable, "");
  if (rest.starts_with('?')) return value_or_refuse(name, variable, ": " + std::string(rest.substr(1)));
  const bool also_empty = rest.starts_with(":-");
  if (!also_empty && !rest.starts_with('-'))
    throw std::runtime_error("${" + name + std::string(rest) + "} is a form that drydock does not replace");
  const std::optional<std::string> value = variable(name);
  return value && !(also_empty && value->empty()) ? *value : std::string(rest.substr(also_empty ? 2 : 1));
}

}  // namespace

std::string substitute_variables(std::string_view line, const Variable& variable) {
  std::string text;
  while (!line.empty()) {
    const std::size_t plain = std::min(line.find_first_of("$\\"), line.size());
    text += line.substr(0, plain);
    line.remove_prefix(plain);
    if (line.size() < 2) break;
    const std::string_view two = line.substr(0, 2);
    if (two == "$$" || two == "\\$") {
      text += '$';
      line.remove_prefix(2);
    } else if (two == "${") {
      line.remove_prefix(2);
      text += take_braces(line, variable);
    } else if (line.front() == '$' && two != "$(") {
      line.remove_prefix(1);
      text += value_or_refuse(take_name(line), variable, "");
    } else {
      text += two;
      line.remove_prefix(2);
    }
  }
  return text += line;
}

}  // namespace drydock

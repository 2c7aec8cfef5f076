#include "runner/cli/options.h"

#include <CLI/CLI.hpp>

namespace drydock {
namespace {

// What a script passes on from a variable that nobody set must not count as not given.
CLI::Option* with_a_value(CLI::Option* option, const std::string& placeholder) {
  option->check(CLI::Validator(
      [](const std::string& value) { return value.empty() ? std::string("an empty value was given") : std::string(); },
      ""));
  return option->option_text(placeholder);
}

}  // namespace

Option& Option::required() {
  option_->required();
  return *this;
}

Option& Option::one_of(const std::vector<std::string>& words) {
  option_->check(CLI::IsMember(words));
  return *this;
}

Option& Option::between(int lowest, int highest) {
  option_->check(CLI::Range(lowest, highest));
  return *this;
}

Option& Option::one_each() {
  option_->allow_extra_args(false);
  return *this;
}

Option& Option::needs(const std::string& other) {
  option_->needs(other);
  return *this;
}

Option& Option::excludes(const std::string& other) {
  option_->excludes(other);
  return *this;
}

Option Options::option(const std::string& name, const std::string& placeholder, std::string& value,
                       const std::string& about) {
  return Option(with_a_value(app_.add_option(name, value, about), placeholder));
}

Option Options::option(const std::string& name, const std::string& placeholder, std::optional<std::string>& value,
                       const std::string& about) {
  return Option(with_a_value(app_.add_option(name, value, about), placeholder));
}

Option Options::option(const std::string& name, const std::string& placeholder, std::vector<std::string>& values,
                       const std::string& about) {
  return Option(with_a_value(app_.add_option(name, values, about), placeholder));
}

Option Options::option(const std::string& name, const std::string& placeholder, std::size_t& value,
                       const std::string& about) {
  return Option(with_a_value(app_.add_option(name, value, about), placeholder));
}

Option Options::option(const std::string& name, const std::string& placeholder, std::optional<std::int64_t>& value,
                       const std::string& about) {
  return Option(with_a_value(app_.add_option(name, value, about), placeholder));
}

Option Options::flag(const std::string& name, bool& value, const std::string& about) {
  return Option(app_.add_flag(name, value, about));
}

Option Options::argument(const std::string& name, std::string& value, const std::string& about) {
  return Option(app_.add_option(name, value, about));
}

Option Options::argument(const std::string& name, std::optional<std::string>& value, const std::string& about) {
  return Option(app_.add_option(name, value, about));
}

Option Options::argument(const std::string& name, std::vector<std::string>& values, const std::string& about) {
  return Option(app_.add_option(name, values, about));
}

Option Options::argument(const std::string& name, std::vector<std::int64_t>& values, const std::string& about) {
  return Option(app_.add_option(name, values, about));
}

}  // namespace drydock

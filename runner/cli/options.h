// The options of a command, as its declare() lists them. They are CLI11's: this stands before it because its headers
// take a compiler ten seconds to read, and nearly every file of this folder has an option or two.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace drydock {

// What more is said of an option. Valid while declare() runs.
class Option {
 public:
  explicit Option(CLI::Option* option) : option_(option) {}

  Option& required();
  Option& one_of(const std::vector<std::string>& words);
  Option& between(int lowest, int highest);
  // Each time it is named it takes one value, so that an argument may follow.
  Option& one_each();
  // By name, "--roles": declared already.
  Option& needs(const std::string& other);
  Option& excludes(const std::string& other);

 private:
  CLI::Option* option_;
};

// A value is written when the command line is parsed: it must live until then.
class Options {
 public:
  explicit Options(CLI::App& app) : app_(app) {}

  // --to VERSION: the placeholder is what --help shows for the value.
  Option option(const std::string& name, const std::string& placeholder, std::string& value, const std::string& about);
  Option option(const std::string& name, const std::string& placeholder, std::optional<std::string>& value,
                const std::string& about);
  Option option(const std::string& name, const std::string& placeholder, std::vector<std::string>& values,
                const std::string& about);
  Option option(const std::string& name, const std::string& placeholder, std::size_t& value, const std::string& about);
  Option option(const std::string& name, const std::string& placeholder, std::optional<std::int64_t>& value,
                const std::string& about);
  Option flag(const std::string& name, bool& value, const std::string& about);
  // By its place: FILE.
  Option argument(const std::string& name, std::string& value, const std::string& about);
  Option argument(const std::string& name, std::optional<std::string>& value, const std::string& about);
  Option argument(const std::string& name, std::vector<std::string>& values, const std::string& about);
  Option argument(const std::string& name, std::vector<std::int64_t>& values, const std::string& about);

 private:
  CLI::App& app_;
};

}  // namespace drydock

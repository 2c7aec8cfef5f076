// The variables that settings are taken from: those of the environment, and of the file .env where the environment does
// not have them.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>

#include "runner/cli/environment_file.h"

namespace drydock {

class Variables {
 public:
  Variables() = default;
  explicit Variables(EnvironmentFile file) : file_(std::move(file)) {}

  // nullopt where there is none. A variable of the environment hides the file's, an empty one too.
  std::optional<std::string> find(const std::string& name) const;
  // As a setting: an empty one is as none.
  std::optional<std::string> setting(const std::string& name) const;

 private:
  EnvironmentFile file_;
};

// With those of the file .env in the current directory, where there is one. Throws Failure (exit 2).
Variables read_variables();

// Why a text cannot be expanded; names the variable, never a value.
struct CannotExpand : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// ${NAME} stands for a variable, ${NAME:-text} for the text where it is not set or empty, $${ for ${. In an address
// what is put between :// and @ is percent-encoded where it has to be. Throws CannotExpand.
enum class Expanding { text, address };
std::string expand(const std::string& text, const Variables& variables, Expanding what);

}  // namespace drydock

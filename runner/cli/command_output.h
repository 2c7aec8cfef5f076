// What another tool's command prints. It may hold values of rows, so that it is nobody's by default: it is shown with
// --show-values on a terminal, and written to --command-log FILE, which then is its owner's alone.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace drydock {

class CommandOutput {
 public:
  // Throws Failure (exit 1) where the file cannot be written.
  CommandOutput(const std::optional<std::string>& log, bool show);
  ~CommandOutput();
  CommandOutput(const CommandOutput&) = delete;
  CommandOutput& operator=(const CommandOutput&) = delete;

  // Where the command's output is to be appended; empty: nowhere.
  const std::filesystem::path& path() const { return path_; }
  // Shows on standard error what has come since the last call, where it is to be shown.
  void show();
  // A sentence that says where to find it.
  std::string where() const;

 private:
  std::optional<std::string> log_;
  bool show_;
  std::filesystem::path path_;
  int file_ = -1;
  long shown_ = 0;
};

}  // namespace drydock

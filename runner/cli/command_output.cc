#include "runner/cli/command_output.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdio>

#include "runner/cli/exit_code.h"

namespace drydock {

// Without a log it is kept in memory alone: nothing of it is to be left on a disk.
CommandOutput::CommandOutput(const std::optional<std::string>& log, bool show) : log_(log), show_(show) {
  if (log_) {
    file_ = ::open(log_->c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (file_ < 0 || ::fchmod(file_, 0600) != 0)
      throw Failure(ExitCode::unexpected, "the command's output cannot be written to " + *log_ + "; nothing was run");
    shown_ = ::lseek(file_, 0, SEEK_END);
    path_ = std::filesystem::absolute(*log_);
  } else if (show_) {
    file_ = ::memfd_create("drydock-command-output", MFD_CLOEXEC);
    path_ = "/proc/self/fd/" + std::to_string(file_);
  }
}

CommandOutput::~CommandOutput() {
  if (file_ >= 0) ::close(file_);
}

void CommandOutput::show() {
  if (!show_ || file_ < 0) return;
  std::array<char, 4096> part{};
  for (ssize_t got = 0; (got = ::pread(file_, part.data(), part.size(), shown_)) > 0; shown_ += got)
    std::fwrite(part.data(), 1, static_cast<std::size_t>(got), stderr);
}

std::string CommandOutput::where() const {
  if (log_) return "what it printed is in " + *log_;
  if (show_) return "what it printed stands above";
  return "what it printed is not shown, since it may hold values of rows: --show-values shows it on a terminal, "
         "--command-log FILE writes it to a file of yours alone";
}

}  // namespace drydock

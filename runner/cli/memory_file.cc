#include "runner/cli/memory_file.h"

#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <system_error>

namespace drydock {

MemoryFile::MemoryFile(const std::string& text) : file_(::memfd_create("drydock", MFD_CLOEXEC)) {
  if (file_ < 0) throw std::system_error(errno, std::generic_category(), "memfd_create");
  for (std::size_t at = 0; at < text.size();) {
    const ssize_t written = ::write(file_, text.data() + at, text.size() - at);
    if (written < 0) {
      ::close(file_);
      throw std::system_error(errno, std::generic_category(), "cannot write to memory");
    }
    at += static_cast<std::size_t>(written);
  }
  ::lseek(file_, 0, SEEK_SET);
}

MemoryFile::~MemoryFile() { ::close(file_); }

void MemoryFile::become(int descriptor) const { ::dup2(file_, descriptor); }

std::string MemoryFile::text() const {
  std::string text;
  std::array<char, 65536> buffer{};
  for (off_t at = 0;;) {
    const ssize_t got = ::pread(file_, buffer.data(), buffer.size(), at);
    if (got <= 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(got));
    at += got;
  }
}

}  // namespace drydock

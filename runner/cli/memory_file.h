// What a child process reads or writes, kept in memory: no pipe that could fill up, no file that could stay.
#pragma once

#include <string>

namespace drydock {

class MemoryFile {
 public:
  // Throws std::system_error.
  explicit MemoryFile(const std::string& text = "");
  ~MemoryFile();
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  // In a child, before it becomes another program: this is its standard input, output or error, at the beginning.
  void become(int descriptor) const;
  // All that stands in it by now.
  std::string text() const;

 private:
  int file_ = -1;
};

}  // namespace drydock

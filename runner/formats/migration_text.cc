#include "runner/formats/migration_text.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "runner/formats/sections.h"
#include "runner/sql/splitter.h"

namespace drydock {
namespace {

// Closes itself; a migration's file is read once and whole.
class ReadOnlyFile {
 public:
  explicit ReadOnlyFile(const std::filesystem::path& path) : descriptor_(open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  ReadOnlyFile(const ReadOnlyFile&) = delete;
  ReadOnlyFile& operator=(const ReadOnlyFile&) = delete;
  ~ReadOnlyFile() {
    if (descriptor_ >= 0) close(descriptor_);
  }

  bool is_open() const { return descriptor_ >= 0; }

  // Its bytes; false with errno set where it cannot be read. Two reads are all that a small file takes.
  bool read_all(std::string& bytes) const {
    std::array<char, 16384> block;
    for (;;) {
      const ssize_t count = read(descriptor_, block.data(), block.size());
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) return count == 0;
      bytes.append(block.data(), static_cast<std::size_t>(count));
    }
  }

 private:
  int descriptor_;
};

int line_of(std::string_view bytes, std::size_t offset) {
  return 1 + static_cast<int>(std::ranges::count(bytes.substr(0, offset), '\n'));
}

void read_header(MigrationFile& file) try {
  file.baseline = read_baseline_header(file.text);
  if (!file.baseline) return;
  file.kind = MigrationKind::baseline;
  file.version = file.baseline->through;
} catch (const SqlTextError& error) {
  throw MigrationError(file.file, error.line, error.what());
}

}  // namespace

std::string bytes_of_file(const std::filesystem::path& path, const std::string& file) {
  std::string bytes;
  if (const ReadOnlyFile opened(path); !opened.is_open() || !opened.read_all(bytes))
    throw MigrationError(file, 0, std::string("cannot be read: ") + std::strerror(errno));
  if (const std::size_t offset = first_invalid_utf8(bytes); offset != std::string_view::npos)
    throw MigrationError(file, line_of(bytes, offset),
                         "is not UTF-8 at byte offset " + std::to_string(offset) + ": save it as UTF-8");
  if (const std::size_t offset = bytes.find('\0'); offset != std::string::npos)
    throw MigrationError(file, line_of(bytes, offset),
                         "holds a NUL byte at byte offset " + std::to_string(offset) + ", which no SQL text may");
  return bytes;
}

std::string text_of_file(const std::filesystem::path& path, const std::string& file) {
  return normalise_text(bytes_of_file(path, file));
}

MigrationFile file_in(const std::filesystem::path& folder, const std::string& file) {
  MigrationFile migration;
  migration.path = folder / file;
  migration.file = file;
  return migration;
}

void set_text(MigrationFile& file, std::string text) {
  file.text = std::move(text);
  file.text_checksum = sha256(file.text);
}

void read_text(MigrationFile& file) {
  set_text(file, text_of_file(file.path, file.file));
  read_header(file);
}

bool holds_line(const std::filesystem::path& path, const std::function<bool(std::string_view line)>& wanted) {
  std::string bytes;
  if (const ReadOnlyFile opened(path); !opened.is_open() || !opened.read_all(bytes)) return false;
  const std::string text = normalise_text(bytes);
  LineReader lines(text);
  while (const std::optional<Line> line = lines.next())
    if (wanted(line->text)) return true;
  return false;
}

MigrationFile undo_of(const MigrationFile& migration) {
  const UndoScript& undo = *migration.undo;
  MigrationFile file;
  file.kind = MigrationKind::undo;
  file.version = migration.version;
  file.name = migration.name;
  file.path = undo.path;
  file.file = undo.file;
  set_text(file, undo.text ? *undo.text : text_of_file(undo.path, undo.file));
  file.transaction_none = undo.transaction_none;
  return file;
}

}  // namespace drydock

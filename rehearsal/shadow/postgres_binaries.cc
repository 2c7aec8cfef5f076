#include "rehearsal/shadow/postgres_binaries.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <regex>
#include <set>
#include <sstream>

#include "rehearsal/shadow/child_process.h"

namespace drydock {

namespace fs = std::filesystem;

namespace {

std::string output_of(const std::vector<std::string>& arguments) {
  int memory = ::memfd_create("output", MFD_CLOEXEC);
  if (memory < 0) return {};
  Program program;
  program.arguments = arguments;
  program.output = "/proc/self/fd/" + std::to_string(memory);
  int status = run_program(program);
  std::string text(4096, '\0');
  ssize_t size = ::pread(memory, text.data(), text.size(), 0);
  ::close(memory);
  text.resize(status == 0 && size > 0 ? static_cast<std::size_t>(size) : 0);
  return text;
}

bool is_complete(const fs::path& directory, Programs needed) {
  std::vector<std::string> names = {"pg_dump", "pg_restore"};
  if (needed == Programs::server) names.insert(names.end(), {"postgres", "initdb"});
  for (const std::string& name : names) {
    if (::access((directory / name).c_str(), X_OK) != 0) return false;
  }
  return true;
}

std::optional<PostgresBinaries> binaries_in(const fs::path& directory, Programs needed) {
  std::error_code error;
  fs::path real = fs::canonical(directory, error);
  if (error || !is_complete(real, needed)) return std::nullopt;
  // "pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", "pg_dump (PostgreSQL) 18beta1"
  static const std::regex pattern(R"(\(PostgreSQL\) ((\d+)[^ \n]*))");
  std::string text = output_of({(real / "pg_dump").string(), "--version"});
  std::smatch match;
  if (!std::regex_search(text, match, pattern)) return std::nullopt;
  return PostgresBinaries{real, match[1], std::stoi(match[2])};
}

std::vector<fs::path> usual_directories() {
  std::vector<fs::path> directories;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", error)) {
    directories.push_back(entry.path() / "bin");
  }
  const char* variable = std::getenv("PATH");
  std::istringstream path(variable == nullptr ? "" : variable);
  for (std::string directory; std::getline(path, directory, ':');) {
    if (directory.starts_with('/')) directories.emplace_back(directory);
  }
  return directories;
}

}  // namespace

std::vector<PostgresBinaries> installed_binaries(const std::optional<std::string>& setting, Programs needed) {
  std::vector<PostgresBinaries> found;
  std::set<fs::path> seen;
  for (const fs::path& directory : setting ? std::vector<fs::path>{*setting} : usual_directories()) {
    std::optional<PostgresBinaries> binaries = binaries_in(directory, needed);
    if (binaries && seen.insert(binaries->directory).second) found.push_back(std::move(*binaries));
  }
  return found;
}

std::optional<PostgresBinaries> binaries_for(int source_major, const std::vector<PostgresBinaries>& installed) {
  std::optional<PostgresBinaries> best;
  for (const PostgresBinaries& candidate : installed) {
    if (candidate.major < source_major) continue;
    if (!best || candidate.major < best->major) best = candidate;
  }
  return best;
}

}  // namespace drydock

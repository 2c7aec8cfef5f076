// Opens a SQLite file. SQLite itself makes a file where there is none, opens a protected one read-only without a word
// and finds out about the directory at the first write: each of that is said here, before anything is done.
#include <unistd.h>

#include <cstring>
#include <filesystem>

#include "runner/database/sqlite_connection.h"
#include "runner/database/sqlite_error.h"

namespace drydock {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const DatabaseUrl& url, std::string code, const std::string& reason,
                         const std::string& advice) {
  DatabaseError::Details details;
  details.sqlstate = std::move(code);
  details.message = reason;
  throw ConnectionError(std::move(details),
                        "cannot open " + url.display() + ": " + reason + "\nnothing was changed; " + advice);
}

fs::path directory_of(const fs::path& file) {
  fs::path parent = file.parent_path();
  return parent.empty() ? fs::path(".") : parent;
}

void check_file(const DatabaseUrl& url, const OpenOptions& options) {
  fs::path file = url.database();
  std::error_code error;
  fs::file_status status = fs::status(file, error);
  if (status.type() == fs::file_type::not_found && !options.create) {
    refuse(url, "SQLITE_CANTOPEN", "there is no such file",
           "check the path (a relative one starts at " + fs::current_path(error).string() + ")");
  }
  if (fs::is_directory(status)) refuse(url, "SQLITE_CANTOPEN_ISDIR", "it is a directory", "name the file in it");
  if (status.type() == fs::file_type::none) {
    refuse(url, "SQLITE_CANTOPEN", error.message(), "check the path and the permissions of its directories");
  }
  if (fs::exists(status) && access(file.c_str(), R_OK) != 0) {
    refuse(url, "SQLITE_PERM", "the file cannot be read: " + std::string(std::strerror(errno)),
           "check its permissions");
  }
  if (options.access == OpenOptions::Access::read_only) return;
  if (!fs::is_directory(directory_of(file), error)) {
    refuse(url, "SQLITE_CANTOPEN", "its directory does not exist", "make the directory, or check the path");
  }
  if (fs::exists(status) && access(file.c_str(), W_OK) != 0) {
    refuse(url, "SQLITE_READONLY", "the file is read-only: " + std::string(std::strerror(errno)),
           "check its permissions");
  }
  if (access(directory_of(file).c_str(), W_OK) != 0) {
    refuse(url, "SQLITE_READONLY_DIRECTORY",
           "its directory is read-only, and SQLite keeps its journal there: " + std::string(std::strerror(errno)),
           "check the directory's permissions");
  }
}

// SQLite counts what it allocates, under a lock, for functions that nothing here calls: in a migration of many small
// statements that is a tenth of the time. To be said before SQLite is used at all; too late it has no effect.
void count_no_memory() { [[maybe_unused]] static const int once = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }

// Debian's SQLite takes file:... for a URI with options.
std::string as_plain_path(const std::string& path) { return path.starts_with('/') ? path : "./" + path; }

}  // namespace

SqliteHandle open_sqlite(const DatabaseUrl& url, const OpenOptions& options) {
  check_file(url, options);
  count_no_memory();
  int flags = SQLITE_OPEN_READWRITE | (options.create ? SQLITE_OPEN_CREATE : 0);
  if (options.access == OpenOptions::Access::read_only) flags = SQLITE_OPEN_READONLY;
  flags |= SQLITE_OPEN_NOMUTEX;  // a connection belongs to one thread
  sqlite3* raw = nullptr;
  int code = sqlite3_open_v2(as_plain_path(url.database()).c_str(), &raw, flags, nullptr);
  SqliteHandle handle(raw);
  if (raw == nullptr) throw std::bad_alloc();
  sqlite3_extended_result_codes(raw, 1);
  if (code != SQLITE_OK) {
    refuse(url, sqlite_code_name(code), sqlite3_errmsg(raw), "check the path and its permissions");
  }
  bool fell_back = options.access == OpenOptions::Access::read_write && sqlite3_db_readonly(raw, "main") == 1;
  if (fell_back) refuse(url, "SQLITE_READONLY", "the file is read-only", "check its permissions and its file system");
  // A migration must not write into the file's pages by way of sqlite_dbpage or writable_schema.
  sqlite3_db_config(raw, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(raw, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, nullptr);
  return handle;
}

}  // namespace drydock

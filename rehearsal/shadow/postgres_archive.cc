#include "rehearsal/shadow/postgres_archive.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "rehearsal/shadow/child_process.h"
#include "rehearsal/shadow/postgres_client_program.h"
#include "rehearsal/shadow/shadow_directory.h"
#include "runner/database/error.h"

namespace drydock {

namespace fs = std::filesystem;

namespace {

// A backup holds more than a shadow is given.
bool belongs_on_a_shadow(std::string_view entry) {
  return std::ranges::none_of(
      std::initializer_list<std::string_view>{"SUBSCRIPTION ", "SECURITY LABEL ", "BLOB", "MATERIALIZED VIEW DATA "},
      [&](std::string_view kind) { return entry.starts_with(kind); });
}

}  // namespace

PostgresArchive::PostgresArchive(PostgresSource& source, const PostgresBinaries& binaries, fs::path directory,
                                 const std::optional<fs::path>& kept)
    : binaries_(binaries),
      directory_(std::move(directory)),
      file_(kept.value_or(directory_ / "schema")),
      holds_rows_(kept.has_value()),
      needed_bytes_(source.facts().bytes) {
  const ClientAddress address(source.url(), directory_);
  Program dump;
  dump.arguments = {binaries_.program("pg_dump"),    "--format=custom", "--snapshot=" + source.snapshot(),
                    "--lock-wait-timeout=60s",       "--no-password",   "--file=" + file_.string(),
                    "--dbname=" + address.conninfo()};
  if (!kept) {
    dump.arguments.insert(dump.arguments.end(), {"--compress=0", "--schema-only", "--no-subscriptions",
                                                 "--no-security-labels", "--exclude-schema=drydock_kept"});
  }
  dump.before_exec = [] { ::umask(077); };
  dump.variables = address.variables();
  dump.output = directory_ / "pg_dump.log";
  if (run_program(dump) != 0) {
    throw failure("pg_dump " + binaries_.version + " could not read " + (kept ? "all" : "the schema") + " of " +
                      source.url().display(),
                  dump.output);
  }

  Program list;
  list.arguments = {binaries_.program("pg_restore"), "--list", file_.string()};
  list.output = directory_ / "contents";
  if (run_program(list) != 0) throw CannotRehearse("pg_restore could not list the schema's dump");
  std::ifstream contents(list.output);
  for (std::string line; std::getline(contents, line);) {
    if (!line.empty() && line.front() != ';' && belongs_on_a_shadow(described(line))) contents_.push_back(line);
  }
}

CannotRehearse PostgresArchive::failure(const std::string& what, const fs::path& output) const {
  // A file that could be extended by a part of a block only is told without the system's error.
  const std::string said = last_lines(output, 40);
  const bool full =
      said.find(std::strerror(ENOSPC)) != std::string::npos || said.find(": wrote only ") != std::string::npos;
  return full ? disk_full(directory_.parent_path(), needed_bytes_) : CannotRehearse(what + ":" + errors_in(output));
}

void PostgresArchive::leave_out(const std::vector<std::string>& extensions) {
  std::erase_if(contents_, [&](const std::string& entry) {
    std::string_view text = described(entry);
    if (text.starts_with("USER MAPPING ")) return true;
    return std::ranges::any_of(extensions, [&](const std::string& name) {
      return text.starts_with("EXTENSION - " + name + " ") || text.starts_with("COMMENT - EXTENSION " + name + " ");
    });
  });
}

void PostgresArchive::leave_out_protection() {
  std::erase_if(contents_, [](const std::string& entry) {
    const std::string_view text = described(entry);
    return text.starts_with("EVENT TRIGGER - drydock_protect ") ||
           text.starts_with("COMMENT - EVENT TRIGGER drydock_protect ") ||
           (text.starts_with("TRIGGER ") && text.find(" drydock_protect_truncate ") != std::string_view::npos);
  });
}

std::vector<std::string> PostgresArchive::entries(Section section) const {
  std::vector<std::string> result;
  for (const std::string& entry : contents_) {
    bool is_trigger =
        described(entry).starts_with("EVENT TRIGGER ") || described(entry).starts_with("COMMENT - EVENT TRIGGER ");
    if (is_trigger == (section == Section::event_triggers)) result.push_back(entry);
  }
  return result;
}

void PostgresArchive::restore(Section section, const DatabaseUrl& shadow, Ownership ownership) {
  fs::path list = directory_ / "list";
  {
    std::ofstream file(list, std::ios::trunc);
    for (const std::string& entry : entries(section)) file << entry << "\n";
  }
  const ClientAddress address(shadow, directory_);
  Program restore;
  restore.arguments = {binaries_.program("pg_restore"),
                       "--use-list=" + list.string(),
                       "--exit-on-error",
                       "--no-tablespaces",
                       "--no-password",
                       "--dbname=" + address.conninfo()};
  if (section == Section::before_rows) restore.arguments.emplace_back("--section=pre-data");
  if (section == Section::rows) restore.arguments.insert(restore.arguments.end(), {"--section=data", "--jobs=2"});
  if (section == Section::after_rows) {
    restore.arguments.insert(restore.arguments.end(), {"--section=post-data", "--jobs=2"});
  }
  if (ownership == Ownership::dropped) {
    restore.arguments.insert(restore.arguments.end(), {"--no-owner", "--no-privileges"});
  }
  restore.arguments.push_back(file_.string());
  restore.variables = address.variables();
  restore.output = directory_ / "pg_restore.log";
  fs::remove(restore.output);
  if (run_program(restore) != 0) {
    throw failure("the source's schema could not be restored on the shadow", restore.output);
  }
}

}  // namespace drydock

// A repository of pgBackRest's: its newest backup is restored by its own program. The log that a server has to replay
// is fetched here, segment by segment, so that the confined server needs to run nothing.
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>

#include "rehearsal/backup/kinds.h"
#include "rehearsal/backup/postgres_backup_server.h"
#include "rehearsal/backup/postgres_cluster_copy.h"
#include "rehearsal/shadow/child_process.h"
#include "runner/sql/joined.h"

namespace drydock {

namespace fs = std::filesystem;

namespace {

using Json = nlohmann::json;

// Of the newest backup: the first and the last segment of log that it needs.
struct NeededLog {
  std::string first, last;
};

class Repository {
 public:
  Repository(const fs::path& path, fs::path data, fs::path log)
      : path_(fs::absolute(path)), data_(std::move(data)), log_(std::move(log)) {
    stanza_ = only_stanza();
  }

  NeededLog needed_log() const {
    const fs::path output = log_.parent_path() / "info.json";
    run({"--output=json", "info"}, output, false);
    std::ifstream stream(output);
    const Json info = Json::parse(stream, nullptr, false);
    try {
      const Json archive = info.at(0).at("backup").back().at("archive");
      return {archive.at("start"), archive.at("stop")};
    } catch (const Json::exception&) {
      throw BackupRefused(path_.string() + " holds no backup of the stanza " + stanza_);
    }
  }

  void restore() const {
    const fs::path tablespaces = log_.parent_path() / "tablespaces";
    run({"--pg1-path=" + data_.string(), "--type=none", "--tablespace-map-all=" + tablespaces.string(), "restore"},
        log_, true);
  }

  void fetch(const std::string& segment) const {
    run({"--pg1-path=" + data_.string(), "archive-get", segment, (data_ / "pg_wal" / segment).string()}, log_, true);
  }

 private:
  std::string only_stanza() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(path_ / "backup"))
      names.push_back(entry.path().filename().string());
    if (names.size() == 1) return names.front();
    std::ranges::sort(names);
    throw BackupRefused(path_.string() + " holds several stanzas (" + joined(names) +
                        "), and drydock reads a repository of one: restore the one that is meant by pgbackrest, and "
                        "check the directory");
  }

  void run(std::vector<std::string> words, const fs::path& output, bool with_stanza_only) const {
    const std::string scratch = log_.parent_path().string();
    Program program;
    program.arguments = {"/usr/bin/env",
                         "pgbackrest",
                         "--no-config",
                         "--stanza=" + stanza_,
                         "--repo1-path=" + path_.string(),
                         "--log-level-file=off",
                         std::string("--log-level-console=") + (with_stanza_only ? "warn" : "off"),
                         "--log-level-stderr=off"};
    if (with_stanza_only) program.arguments.insert(program.arguments.end(), {"--lock-path=" + scratch});
    for (std::string& word : words) program.arguments.push_back(std::move(word));
    program.output = output;
    const int status = run_program(program);
    if (status == 127)
      throw CannotRehearse(
          "to restore a repository of pgBackRest's it takes the program pgbackrest: install it (apt "
          "install pgbackrest)");
    if (status != 0)
      throw BackupRefused(path_.string() + " could not be restored by pgbackrest:\n" +
                          without_values(last_lines(output, 5)));
  }

  fs::path path_, data_, log_;
  std::string stanza_;
};

// The name of the segment after that one: timeline, log and segment, eight hexadecimal digits each; a log file of
// 4 GiB holds so many segments as fit into it.
std::string after(const std::string& segment, unsigned segments_in_log) {
  unsigned timeline = 0, log = 0, number = 0;
  std::sscanf(segment.c_str(), "%8X%8X%8X", &timeline, &log, &number);
  if (++number >= segments_in_log) {
    number = 0;
    ++log;
  }
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%08X%08X%08X", timeline, log, number);
  return text.data();
}

unsigned segments_in_log(const fs::path& first_segment) {
  constexpr std::uint64_t log = std::uint64_t{1} << 32U;
  const std::uint64_t size = fs::file_size(first_segment);
  return size == 0 ? 256 : static_cast<unsigned>(log / size);
}

class PostgresPgBackRestKind final : public BackupKind {
 public:
  std::string_view name() const override { return "pgBackRest repository"; }

  bool recognises(const BackupFile& file) const override {
    return file.is_directory && fs::is_directory(file.path / "backup") && fs::is_directory(file.path / "archive");
  }

  std::unique_ptr<RestoredBackup> restore(const RestoreRequest& request) const override {
    return restore_cluster(request, [&](const fs::path& data, const fs::path& log) {
      const Repository repository(request.file, data, log);
      const NeededLog needed = repository.needed_log();
      fs::create_directory(data);
      repository.restore();
      repository.fetch(needed.first);
      const unsigned in_log = segments_in_log(data / "pg_wal" / needed.first);
      for (std::string segment = needed.first; segment < needed.last;)
        repository.fetch(segment = after(segment, in_log));
    });
  }
};

}  // namespace

std::unique_ptr<BackupKind> postgres_pgbackrest_kind() { return std::make_unique<PostgresPgBackRestKind>(); }

}  // namespace drydock

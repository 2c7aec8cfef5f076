#include "rehearsal/backup/check_record.h"

#include <fstream>
#include <nlohmann/json.hpp>

#include "rehearsal/backup/restored_backup.h"

namespace drydock {

namespace fs = std::filesystem;

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* schema = "drydock.backup-checks/1";
constexpr std::size_t most_checks = 100;

Json json_of(const BackupEvidence& check) {
  return {{"database_id", check.database_id},
          {"proved_by", check.proved_by},
          {"backup", check.backup},
          {"kind", check.kind},
          {"taken_at", check.taken_at},
          {"proved_at", check.proved_at},
          {"history", check.history},
          {"newest", check.newest},
          {"tables", check.tables},
          {"rows", check.rows},
          {"restore_seconds", check.restore_seconds},
          {"contents", Json::parse(check.contents)}};
}

// Throws Json::exception.
BackupEvidence evidence_of(const Json& json) {
  return {json.at("database_id"), json.at("proved_by"), json.at("backup"),          json.at("kind"),
          json.at("taken_at"),    json.at("proved_at"), json.at("history"),         json.at("newest"),
          json.at("tables"),      json.at("rows"),      json.at("restore_seconds"), json.at("contents").dump()};
}

fs::path beside(const fs::path& backup) {
  fs::path path = fs::absolute(backup).lexically_normal();
  if (!path.has_filename()) path = path.parent_path();
  return path.parent_path() / check_record_name;
}

}  // namespace

CheckRecord::CheckRecord(const fs::path& backup) : file_(beside(backup)) {
  std::error_code error;
  if (!fs::exists(file_, error)) return;
  std::ifstream stream(file_);
  try {
    const Json document = Json::parse(stream);
    for (const Json& check : document.at("checks")) checks_.push_back(evidence_of(check));
  } catch (const Json::exception&) {
    throw BackupRefused("the record of earlier checks, " + file_.string() +
                        ", cannot be read, so that nothing can be compared with them; put it right, or move it away to "
                        "begin anew");
  }
}

std::optional<BackupEvidence> CheckRecord::newest(const std::string& database_id, const std::string& until) const {
  std::optional<BackupEvidence> newest;
  for (const BackupEvidence& check : checks_)
    if (check.database_id == database_id && check.taken_at <= until && (!newest || newest->taken_at <= check.taken_at))
      newest = check;
  return newest;
}

bool CheckRecord::add(const BackupEvidence& evidence) {
  checks_.push_back(evidence);
  if (checks_.size() > most_checks) checks_.erase(checks_.begin());
  Json document{{"schema", schema}, {"checks", Json::array()}};
  for (const BackupEvidence& check : checks_) document["checks"].push_back(json_of(check));
  const fs::path made = file_.string() + ".new";
  std::ofstream stream(made, std::ios::trunc);
  stream << document.dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
  stream.close();
  std::error_code error;
  if (stream) fs::rename(made, file_, error);
  return stream && !error;
}

}  // namespace drydock

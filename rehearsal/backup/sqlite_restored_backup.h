// A SQLite database of drydock's own, in a directory that goes with it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "rehearsal/backup/restored_backup.h"

namespace drydock {

class SqliteRestoredBackup final : public RestoredBackup {
 public:
  explicit SqliteRestoredBackup(const RestoreRequest& request)
      : directory_(shadow_base(request.shadow_directory, std::nullopt), std::nullopt, size_below(request.file)) {}

  Database& database() override { return *database_; }
  std::string address() const override { return "sqlite:" + file().string(); }
  const std::vector<std::string>& notes() const override { return notes_; }

  // Where the file is to be put, or made.
  std::filesystem::path file() const { return directory_.path() / "backup.db"; }
  void open() { database_ = open_database(DatabaseUrl::of_file(file().string()), {.create = true}); }

 private:
  ShadowDirectory directory_;
  std::unique_ptr<Database> database_;  // goes before its file
  std::vector<std::string> notes_;
};

}  // namespace drydock

// Folders in which a migration is <digits>_<name>.up.sql, and what takes it back lies beside it as
// <digits>_<name>.down.sql: golang-migrate and sqlx.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "runner/formats/format.h"

namespace drydock {

enum class Direction { up, down };

struct DirectedName {
  std::string version;  // the digits, leading zeros included
  std::string name;
  Direction direction = Direction::up;
};

// nullopt for any other name; the name between may be empty, as "1_.up.sql".
std::optional<DirectedName> parse_directed(std::string_view file);

// "0007_add_email.down.sql" of "0007_add_email.up.sql".
std::string down_file_of(std::string_view up_file);

// Whether the folder holds what only drydock's own format has: an undo file, a repeatable migration, what a squash has
// put aside. A migration named 0007_scale.up.sql makes no other format of it.
bool is_surely_native(const Folder& folder);

// An undo is that of the migration of the same version, whatever its name. Throws MigrationError for two of one
// version, and for an undo without a migration.
class UpAndDown {
 public:
  explicit UpAndDown(const std::filesystem::path& folder) : folder_(folder) {}
  void add(const std::string& file, const DirectedName& name);
  // In the order of the versions; the object is empty afterwards.
  std::vector<MigrationFile> take();

 private:
  const std::filesystem::path& folder_;
  std::vector<MigrationFile> migrations_, undos_;
};

// "0005_add_index.up.sql" and its undo.
std::vector<NewFile> next_up_and_down(const std::string& version, std::string_view name);

}  // namespace drydock

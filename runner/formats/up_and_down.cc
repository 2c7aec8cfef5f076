#include "runner/formats/up_and_down.h"

#include <algorithm>

#include "runner/formats/folder_listing.h"
#include "runner/formats/migration_text.h"
#include "runner/formats/next_version.h"
#include "runner/formats/numbered_name.h"
#include "runner/formats/whole_file.h"
#include "runner/migration/baseline_files.h"

namespace drydock {
namespace {

constexpr std::string_view up = ".up.sql", down = ".down.sql";

}  // namespace

std::optional<DirectedName> parse_directed(std::string_view file) {
  if (!file.ends_with(up) && !file.ends_with(down)) return std::nullopt;
  const Direction direction = file.ends_with(up) ? Direction::up : Direction::down;
  const auto parsed = parse_numbered(file);  // with ".up" for a name where there is none
  if (!parsed) return std::nullopt;
  const std::size_t ending = (direction == Direction::up ? up : down).size() - std::string_view(".sql").size();
  const std::string_view name = parsed->name.substr(0, parsed->name.size() - ending);
  return DirectedName{std::string(parsed->version), std::string(name), direction};
}

std::string down_file_of(std::string_view up_file) {
  return std::string(up_file.substr(0, up_file.size() - (up_file.ends_with(up) ? up.size() : 0))) + std::string(down);
}

bool is_surely_native(const Folder& folder) {
  std::error_code error;
  if (std::filesystem::is_directory(folder.path() / squashed_folder, error)) return true;
  const auto own = [](std::string_view file) {
    return file.ends_with(".undo.sql") || (file.starts_with(repeatable_prefix) && ends_in_sql(file));
  };
  return folder.any_file(own).has_value();
}

void UpAndDown::add(const std::string& file, const DirectedName& name) {
  MigrationFile migration = file_in(folder_, file);
  migration.version = Version(name.version);
  migration.name = name.name;
  migration.recorded_as = as_number(name.version);
  if (name.direction == Direction::down) {
    undos_.push_back(std::move(migration));
    return;
  }
  set_text(migration, text_of_file(migration.path, file));
  accept_whole_file(migration);
  migrations_.push_back(std::move(migration));
}

std::vector<MigrationFile> UpAndDown::take() {
  put_in_order(folder_, migrations_);
  put_in_order(folder_, undos_);
  auto migration = migrations_.begin();
  for (MigrationFile& undo : undos_) {
    while (migration != migrations_.end() && migration->version < undo.version) ++migration;
    if (migration == migrations_.end() || migration->version != undo.version)
      throw MigrationError(folder_.string(), 0,
                           undo.file + " undoes version " + undo.recorded_as + ", whose " + undo.version.text() +
                               "_*.up.sql is not there: put it back, or make an empty one where it has nothing to run");
    migration->undo = UndoScript{.path = std::move(undo.path), .file = std::move(undo.file), .text = {}};
  }
  undos_.clear();
  return std::move(migrations_);
}

std::vector<NewFile> next_up_and_down(const std::string& version, std::string_view name) {
  const std::string stem = version + "_" + file_name_of(name);
  return {{.file = stem + std::string(up), .text = "-- " + std::string(name) + "\n\n"},
          {.file = stem + std::string(down), .text = "-- Takes it back: " + std::string(name) + "\n\n"}};
}

}  // namespace drydock

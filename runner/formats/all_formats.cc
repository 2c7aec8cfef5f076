// The table of formats. A new one is a file beside this one, a declaration and a row. The order is that in which a
// folder is looked at: what is told by its content or by its layout comes first, native last.
#include <algorithm>

#include "runner/formats/atlas.h"
#include "runner/formats/dbmate.h"
#include "runner/formats/diesel.h"
#include "runner/formats/flyway.h"
#include "runner/formats/folder_listing.h"
#include "runner/formats/format.h"
#include "runner/formats/golang_migrate.h"
#include "runner/formats/goose.h"
#include "runner/formats/graphile_migrate.h"
#include "runner/formats/liquibase.h"
#include "runner/formats/native.h"
#include "runner/formats/node_pg_migrate.h"
#include "runner/formats/pop.h"
#include "runner/formats/prisma.h"
#include "runner/formats/rails.h"
#include "runner/formats/refinery.h"
#include "runner/formats/sqitch.h"
#include "runner/formats/sql_migrate.h"
#include "runner/formats/sqlx.h"
#include "runner/formats/tern.h"

namespace drydock {

const std::vector<std::unique_ptr<Format>>& all_formats() {
  static const std::vector<std::unique_ptr<Format>> formats = [] {
    std::vector<std::unique_ptr<Format>> all;
    all.push_back(std::make_unique<PrismaFormat>());
    all.push_back(std::make_unique<DieselFormat>());
    all.push_back(std::make_unique<AtlasFormat>());
    all.push_back(std::make_unique<SqitchFormat>());
    all.push_back(std::make_unique<LiquibaseFormat>());
    all.push_back(std::make_unique<GraphileMigrateFormat>());
    all.push_back(std::make_unique<NodePgMigrateFormat>());
    all.push_back(std::make_unique<RailsFormat>());
    all.push_back(std::make_unique<PopFormat>());
    all.push_back(std::make_unique<RefineryFormat>());
    all.push_back(std::make_unique<FlywayFormat>());
    all.push_back(std::make_unique<GooseFormat>());
    all.push_back(std::make_unique<DbmateFormat>());
    all.push_back(std::make_unique<SqlMigrateFormat>());
    all.push_back(std::make_unique<TernFormat>());
    all.push_back(std::make_unique<SqlxFormat>());
    all.push_back(std::make_unique<GolangMigrateFormat>());
    all.push_back(std::make_unique<NativeFormat>());
    return all;
  }();
  return formats;
}

std::vector<MigrationFile> Format::read_squashed(const std::filesystem::path& /*folder*/) const { return {}; }

std::vector<std::string> Format::remarks(const std::filesystem::path& /*folder*/) const { return {}; }

const Format* find_format(std::string_view name, const Folder& folder) {
  for (const auto& format : all_formats())
    if (name.empty() ? format->recognises(folder) : format->name() == name) return format.get();
  return name.empty() ? all_formats().back().get() : nullptr;
}

}  // namespace drydock

// What all_adopt_readers.cc lists, each made in the file of its name.
#pragma once

#include <memory>

#include "runner/history/adopt/adopt_reader.h"

namespace drydock {

std::unique_ptr<AdoptReader> make_alembic_reader();
std::unique_ptr<AdoptReader> make_atlas_reader();
std::unique_ptr<AdoptReader> make_dbmate_reader();
std::unique_ptr<AdoptReader> make_diesel_reader();
std::unique_ptr<AdoptReader> make_django_reader();
std::unique_ptr<AdoptReader> make_flyway_reader();
std::unique_ptr<AdoptReader> make_golang_migrate_reader();
std::unique_ptr<AdoptReader> make_goose_reader();
std::unique_ptr<AdoptReader> make_graphile_migrate_reader();
std::unique_ptr<AdoptReader> make_liquibase_reader();
std::unique_ptr<AdoptReader> make_node_pg_migrate_reader();
std::unique_ptr<AdoptReader> make_prisma_reader();
std::unique_ptr<AdoptReader> make_rails_reader();
std::unique_ptr<AdoptReader> make_refinery_reader();
std::unique_ptr<AdoptReader> make_sql_migrate_reader();
std::unique_ptr<AdoptReader> make_sqitch_reader();
std::unique_ptr<AdoptReader> make_sqlx_reader();
std::unique_ptr<AdoptReader> make_tern_reader();

}  // namespace drydock

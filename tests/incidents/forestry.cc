// Forestry, 2017: Rails migrations were squashed into one, whose version production had never recorded. There it ran,
// and its `force: :cascade` dropped every table and made them again, empty. It had run in development, on an empty
// database, without a sign. Here it runs by the real ActiveRecord. The squash that drydock makes itself, with people's
// mistakes around it, is in tests/scenarios/squash/forestry.cc.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>

#include "fixtures/postgres_server.h"
#include "fixtures/project.h"

namespace drydock {
namespace {

constexpr const char* everybody = "12503";

// What `bin/rails db:migrate` does, without the rest of an application.
constexpr const char* rails_db_migrate = R"(#!/usr/bin/ruby
require "active_record"
ActiveRecord::Base.establish_connection(ENV.fetch("DATABASE_URL"))
ActiveRecord::Migration.verbose = false
ActiveRecord::MigrationContext.new("db/migrate", ActiveRecord::SchemaMigration).migrate
)";

constexpr const char* create_users = R"(class CreateUsers < ActiveRecord::Migration[6.1]
  def change
    create_table(:users) { |t| t.string :email }
    create_table(:sites) { |t| t.references :user, foreign_key: true }
  end
end
)";

constexpr const char* add_plan = R"(class AddPlan < ActiveRecord::Migration[6.1]
  def change
    add_column :users, :plan, :string
  end
end
)";

// schema.rb of that day, made a migration of.
constexpr const char* squashed = R"(class Squashed < ActiveRecord::Migration[6.1]
  def change
    create_table(:users, force: :cascade) { |t| t.string :email; t.string :plan }
    create_table(:sites, force: :cascade) { |t| t.references :user }
    add_foreign_key :sites, :users
  end
end
)";

constexpr const char* add_theme = R"(class AddTheme < ActiveRecord::Migration[6.1]
  def change
    add_column :sites, :theme, :string
    add_index :users, :email
  end
end
)";

struct Rails : Project {
  Rails() : Project(Project::Kind::postgres) {
    write("rails_db_migrate", rails_db_migrate);
    std::filesystem::permissions(folder() / "rails_db_migrate", std::filesystem::perms(0755));
    write("db/migrate/20150301000000_create_users.rb", create_users);
    write("db/migrate/20160501000000_add_plan.rb", add_plan);
  }
  // As it was deployed before: by itself.
  bool migrate_alone() const {
    const DatabaseUrl database = DatabaseUrl::parse(url());
    const std::string host = fixtures::PostgresServer::instance().directory().string();
    return std::system(("cd '" + folder().string() + "' && PGHOST='" + host + "' PGUSER=postgres DATABASE_URL='" +
                        "postgresql:///" + database.database() + "' ./rails_db_migrate >rails.log 2>&1")
                           .c_str()) == 0;
  }
  void squash() const {
    std::filesystem::remove(folder() / "db/migrate/20150301000000_create_users.rb");
    std::filesystem::remove(folder() / "db/migrate/20160501000000_add_plan.rb");
    write("db/migrate/20170731000000_squashed.rb", squashed);
  }
  std::string users() const { return value("SELECT count(*) FROM users"); }
};

// Production, before the squash.
void deploy(const Rails& rails) {
  REQUIRE(rails.migrate_alone());
  rails.sql(
      "INSERT INTO users (email, plan) SELECT 'user' || n || '@example.org', 'free' FROM generate_series(1, 12503) n; "
      "INSERT INTO sites (user_id) SELECT id FROM users");
  REQUIRE(rails.users() == everybody);
}

TEST_CASE("without a rehearsal the squashed migration gives no sign on an empty database, and empties a full one") {
  const Rails development, production;
  development.squash();
  CHECK(development.migrate_alone());
  deploy(production);
  production.squash();
  CHECK(production.migrate_alone());
  CHECK(production.users() == "0");
}

TEST_CASE("drydock rehearses Rails' command on the rows there are, refuses it, and every row is there") {
  const Rails production;
  deploy(production);
  production.squash();
  const Ran ran = production.drydock({"migrate", "--", "./rails_db_migrate"});
  INFO(ran.out, ran.err);
  CHECK(ran.code == 3);
  CHECK(ran.says("table-recreated  public.users  12,503 rows"));
  CHECK(ran.says("table-recreated  public.sites  12,503 rows"));
  CHECK_FALSE(ran.says("example.org"));
  CHECK(production.users() == everybody);
  CHECK(production.value("SELECT count(*) FROM sites") == everybody);
  CHECK(production.value("SELECT count(*) FROM schema_migrations WHERE version = '20170731000000'") == "0");
}

TEST_CASE("Rails' next migration, which loses nothing, goes through drydock to production") {
  const Rails production;
  deploy(production);
  production.write("db/migrate/20170801000000_add_theme.rb", add_theme);
  const Ran ran = production.drydock({"migrate", "--", "./rails_db_migrate"});
  INFO(ran.out, ran.err);
  CHECK(ran.code == 0);
  CHECK(production.users() == everybody);
  CHECK(production.value("SELECT count(*) FROM schema_migrations WHERE version = '20170801000000'") == "1");
}

}  // namespace
}  // namespace drydock

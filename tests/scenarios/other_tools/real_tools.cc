// Alembic, Django and Rails themselves, as Debian packages them: a migration that loses rows is refused, and a harmless
// one goes through. Each has run its first migration on the database by itself, as people come with it.
#include <doctest/doctest.h>

#include <filesystem>

#include "fixtures/project.h"

namespace drydock {
namespace {

using Kind = Project::Kind;

struct RealTool {
  std::string name;
  std::vector<std::string> command;
  void (*write)(const Project&);  // its settings, and a first migration that makes users(id, email)
  std::string users;              // what the table is called
  std::string losing_file, losing, kind;
  std::string harmless_file, harmless;
};

// Python and Ruby spell the address of a SQLite file in ways of their own.
constexpr const char* alembic_environment = R"(import os
from alembic import context
from sqlalchemy import create_engine
url = os.environ["DATABASE_URL"]
if url.startswith("sqlite:"):
    url = "sqlite:///" + url[len("sqlite:"):]
with create_engine(url).connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
)";

std::string revision(const std::string& id, const std::string& before, const std::string& upgrade) {
  return "from alembic import op\nimport sqlalchemy as sa\nrevision = \"" + id + "\"\ndown_revision = " + before +
         "\ndef upgrade():\n    " + upgrade + "\n";
}

void write_alembic(const Project& project) {
  project.write("alembic.ini", "[alembic]\nscript_location = alembic\n");
  project.write("alembic/env.py", alembic_environment);
  project.write("alembic/versions/1.py",
                revision("a1", "None",
                         "op.create_table(\"users\", sa.Column(\"id\", sa.Integer, primary_key=True), "
                         "sa.Column(\"email\", sa.Text))"));
}

constexpr const char* django_settings = R"(import os, sys
from django.conf import settings
if "PGDATABASE" in os.environ:
    database = {"ENGINE": "django.db.backends.postgresql", "NAME": os.environ["PGDATABASE"],
                "USER": os.environ.get("PGUSER", ""), "HOST": os.environ.get("PGHOST", ""),
                "PORT": os.environ.get("PGPORT", "")}
else:
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["DATABASE_URL"][len("sqlite:"):]}
settings.configure(DATABASES={"default": database}, INSTALLED_APPS=["shop"], USE_TZ=True,
                   DEFAULT_AUTO_FIELD="django.db.models.AutoField")
from django.core.management import execute_from_command_line
execute_from_command_line(sys.argv)
)";

std::string django_migration(const std::string& before, const std::string& operation) {
  return "from django.db import migrations, models\nclass Migration(migrations.Migration):\n    dependencies = [" +
         before + "]\n    operations = [" + operation + "]\n";
}

void write_django(const Project& project) {
  project.write("manage.py", django_settings);
  project.write("shop/__init__.py", "");
  project.write("shop/migrations/__init__.py", "");
  project.write("shop/migrations/0001_initial.py",
                django_migration("",
                                 "migrations.CreateModel(\"User\", fields=[(\"id\", models.AutoField("
                                 "primary_key=True)), (\"email\", models.TextField(null=True))])"));
}

constexpr const char* rails_runner = R"(require "active_record"
ActiveRecord::Base.establish_connection(ENV["DATABASE_URL"].sub(/\Asqlite:/, "sqlite3:"))
ActiveRecord::Migration.verbose = false
ActiveRecord::MigrationContext.new("db/migrate", ActiveRecord::SchemaMigration).migrate
)";

std::string rails_migration(const std::string& name, const std::string& change) {
  return "class " + name + " < ActiveRecord::Migration[6.1]\n  def change\n    " + change + "\n  end\nend\n";
}

void write_rails(const Project& project) {
  project.write("migrate.rb", rails_runner);
  project.write("db/migrate/20200101000000_create_users.rb",
                rails_migration("CreateUsers", "create_table(:users) { |t| t.text :email }"));
}

const RealTool real_tools[] = {
    {"alembic",
     {"/usr/bin/alembic", "upgrade", "head"},
     write_alembic,
     "users",
     "alembic/versions/2.py",
     revision("a2", "\"a1\"", "op.drop_table(\"users\")"),
     "table-dropped",
     "alembic/versions/2.py",
     revision("a2", "\"a1\"", "op.add_column(\"users\", sa.Column(\"plan\", sa.Text))")},
    {"django",
     {"/usr/bin/python3", "manage.py", "migrate", "--verbosity", "0"},
     write_django,
     "shop_user",
     "shop/migrations/0002_next.py",
     django_migration("(\"shop\", \"0001_initial\")", "migrations.DeleteModel(\"User\")"),
     "table-dropped",
     "shop/migrations/0002_next.py",
     django_migration("(\"shop\", \"0001_initial\")",
                      "migrations.AddField(\"User\", \"plan\", models.TextField(null=True))")},
    {"rails",
     {"/usr/bin/ruby", "migrate.rb"},
     write_rails,
     "users",
     // What a squash leaves behind: a version that no database has recorded, which makes everything anew.
     "db/migrate/20200201000000_squashed.rb",
     rails_migration("Squashed", "create_table(:users, force: :cascade) { |t| t.text :email; t.text :plan }"),
     "table-recreated",
     "db/migrate/20200301000000_add_plan.rb",
     rails_migration("AddPlan", "add_column :users, :plan, :text")},
};

std::vector<std::string> words_of(const std::vector<std::string>& first, const RealTool& tool) {
  std::vector<std::string> words = first;
  words.emplace_back("--");
  words.insert(words.end(), tool.command.begin(), tool.command.end());
  return words;
}

void check_run(const Project& project, const RealTool& tool) {
  // Compiled files would be written beside the migrations by root, and be older than the next text of one.
  const Variables variables{{"PYTHONDONTWRITEBYTECODE", "1"}};
  tool.write(project);
  const Ran first = project.drydock(words_of({"migrate", "--command-log", "log"}, tool), variables);
  INFO(first.out, first.err, project.read("log"));
  REQUIRE(first.code == 0);
  project.sql("INSERT INTO " + tool.users + " (email) VALUES ('ann@example.org'), ('bob@example.org'), (NULL)");
  const std::string before = project.state();

  project.write(tool.losing_file, tool.losing);
  const Ran refused = project.drydock(words_of({"migrate"}, tool), variables);
  INFO(refused.out, refused.err);
  CHECK(refused.code == 3);
  CHECK(refused.says(tool.kind + "  " + project.table(tool.users) + "  3 rows"));
  CHECK(refused.says("the command was not run there"));
  CHECK_FALSE(refused.says("example.org"));
  CHECK(project.state() == before);

  std::filesystem::remove(project.folder() / tool.losing_file);
  project.write(tool.harmless_file, tool.harmless);
  const Ran done = project.drydock(words_of({"migrate", "--command-log", "log"}, tool), variables);
  INFO(done.out, done.err, project.read("log"));
  CHECK(done.code == 0);
  CHECK(done.says("Safe: "));
  CHECK(project.value("SELECT count(*) FROM " + tool.users + " WHERE plan IS NULL") == "3");
}

TEST_CASE("Alembic, Django and Rails lose no row unasked, and go through where nothing is lost") {
  for (const Kind kind : both_kinds)
    for (const RealTool& tool : real_tools) {
      INFO(tool.name, kind == Kind::sqlite ? " on sqlite" : " on postgres");
      const Project project(kind);
      check_run(project, tool);
    }
}

TEST_CASE("what a tool in another language recorded is not adopted: drydock says how to go on") {
  for (const RealTool& tool : {real_tools[0], real_tools[1]}) {
    INFO(tool.name);
    const Project project;
    tool.write(project);
    REQUIRE(project.drydock(words_of({"migrate"}, tool)).code == 0);
    project.write("migrations/0001_more.sql", "CREATE TABLE more (id integer);\n");
    for (const char* command : {"migrate", "adopt"}) {
      const std::string before = project.state();
      const Ran ran = project.drydock({command});
      INFO(ran.out, ran.err);
      CHECK(ran.code == 4);
      CHECK(ran.says(tool.name));
      CHECK(project.state() == before);
    }
    CHECK(project.drydock({"adopt"}).says("drydock migrate -- "));
  }
}

}  // namespace
}  // namespace drydock

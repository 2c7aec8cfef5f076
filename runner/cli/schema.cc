// `drydock schema dump` and `drydock schema diff`: the canonical text of a database's or a folder's schema; their
// difference. A folder is replayed in a throw-away database, and what is compared is only read.
#include <nlohmann/json.hpp>

#include "runner/cli/command.h"
#include "runner/cli/squashing.h"
#include "runner/cli/target.h"
#include "runner/report/json_text.h"
#include "squash/difference.h"
#include "squash/replay.h"
#include "squash/snapshot.h"

namespace drydock {
namespace {

using Json = nlohmann::ordered_json;

std::string display_of(const std::string& side) {
  return is_database_url(side) ? DatabaseUrl::parse(side).display() : side;
}

Json json_of(const SnapshotObject& object) {
  Json json{{"kind", object.kind}, {"identity", object.identity}, {"properties", Json::object()}};
  for (const auto& [name, value] : object.properties) json["properties"][name] = value;
  return json;
}

std::string_view name_of(Difference::Change change) {
  switch (change) {
    case Difference::Change::only_left:
      return "only-in-a";
    case Difference::Change::only_right:
      return "only-in-b";
    case Difference::Change::changed:
      break;
  }
  return "changed";
}

Json json_of(const Difference& difference) {
  return {{"change", name_of(difference.change)}, {"kind", difference.kind}, {"identity", difference.identity},
          {"property", difference.property},      {"a", difference.left},    {"b", difference.right}};
}

class SchemaCommand final : public Command {
 public:
  std::string_view name() const override { return "schema"; }
  std::string_view summary() const override { return "dump: a schema as text; diff A B: what two differ in"; }
  void declare(Options& options) override {
    options.argument("ACTION", action_, "dump or diff").required().one_of({"dump", "diff"});
    options.argument("A", left_, "a database's address, or a folder of migrations, which is replayed");
    options.argument("B", right_, "diff: what A is compared with");
    options_.declare(options);
  }

  ExitCode run(const Settings& settings, Terminal& terminal) override {
    return action_ == "dump" ? dump(settings, terminal) : diff(settings, terminal);
  }

 private:
  ExitCode dump(const Settings& settings, Terminal& terminal) {
    if (right_) throw Failure(ExitCode::usage, "schema dump takes one address or folder, not two");
    const bool of_folder = left_ && !is_database_url(*left_);
    const Snapshot snapshot = of_folder ? schema_of_folder(*left_, settings)
                                        : schema_of_database(left_ ? DatabaseUrl::parse(*left_) : settings.database());
    if (!terminal.json()) {
      terminal.pass_on(snapshot.text());
      return ExitCode::done;
    }
    Json json{{"schema", "drydock.schema/1"},
              {"server", snapshot.server},
              {"hash", snapshot.schema_hash()},
              {"objects", Json::array()}};
    for (const SnapshotObject& object : snapshot.objects) json["objects"].push_back(json_of(object));
    terminal.print(json_text(json));
    return ExitCode::done;
  }

  ExitCode diff(const Settings& settings, Terminal& terminal) {
    if (!left_ || !right_)
      throw Failure(ExitCode::usage, "schema diff takes two: each is a database's address or a folder of migrations");
    if (is_database_url(*left_) && is_database_url(*right_) &&
        DatabaseUrl::parse(*left_).dialect() != DatabaseUrl::parse(*right_).dialect())
      throw Failure(ExitCode::usage, "schema diff compares two of one kind, and one of these is a SQLite file");
    // Databases first: a folder is replayed on a server of their version.
    Snapshot left, right;
    for (const bool of_database : {true, false}) {
      if (is_database_url(*left_) == of_database) left = schema_of(*left_, settings);
      if (is_database_url(*right_) == of_database) right = schema_of(*right_, settings);
    }
    if (left.server != right.server)
      terminal.warn("A is of " + left.server + ", B of " + right.server +
                    ": versions write views and expressions each in their own way");
    const std::vector<Difference> found = differences(left, right);
    print(found, terminal);
    return found.empty() ? ExitCode::done : ExitCode::conflict;
  }

  void print(const std::vector<Difference>& found, Terminal& terminal) const {
    if (terminal.json()) {
      Json json{{"schema", "drydock.schema-diff/1"},
                {"a", display_of(*left_)},
                {"b", display_of(*right_)},
                {"equal", found.empty()},
                {"differences", Json::array()}};
      for (const Difference& difference : found) json["differences"].push_back(json_of(difference));
      terminal.print(json_text(json));
    } else if (found.empty()) {
      terminal.say("The schemas are equal.");
    } else {
      terminal.print(describe(found, display_of(*left_), display_of(*right_)));
    }
  }

  Snapshot schema_of(const std::string& side, const Settings& settings) {
    return is_database_url(side) ? schema_of_database(DatabaseUrl::parse(side)) : schema_of_folder(side, settings);
  }

  Snapshot schema_of_database(const DatabaseUrl& url) {
    OpenOptions options;
    options.access = OpenOptions::Access::read_only;
    options.application = "drydock schema";
    const std::unique_ptr<Database> database = open_database(url, options);
    like_ = url;
    if (url.dialect() == Dialect::postgres) major_ = database->server_version() / 10000;
    return take_snapshot(*database, SnapshotScope::schema);
  }

  // Replayed in a database like the one on the other side, where there is one.
  Snapshot schema_of_folder(const std::string& folder, const Settings& settings) {
    const Dialect dialect = like_ ? like_->dialect() : options_.chosen_dialect(settings);
    if (!throwaways_) {
      ThrowawayRequest request =
          like_ ? options_.request(settings, dialect, like_) : options_.request(settings, dialect);
      request.major = major_;
      throwaways_ = make_throwaways(request);
    }
    Settings of_folder = settings;
    of_folder.migrations = folder;
    const std::vector<MigrationFile> files = read_folder(of_folder, dialect);
    return take_snapshot(replay(parse_all(files, dialect), *throwaways_)->reader(), SnapshotScope::schema);
  }

  std::string action_;
  std::optional<std::string> left_, right_;
  ThrowawayOptions options_;
  std::optional<DatabaseUrl> like_;
  std::optional<int> major_;
  std::unique_ptr<Throwaways> throwaways_;
};

}  // namespace

std::unique_ptr<Command> make_schema_command() { return std::make_unique<SchemaCommand>(); }

}  // namespace drydock

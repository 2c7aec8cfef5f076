#include "runner/cli/plan_document.h"

namespace drydock {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const Step& step, Dialect dialect) {
  Json parts = Json::array();
  for (std::size_t index = step.first_part; index < step.parts.size(); ++index) {
    const Part& part = step.parts[index];
    const bool alone = part.mode == Part::Mode::alone;
    Json statements = Json::array();
    for (const std::size_t number : part.statements) {
      const Statement& statement = step.migration.statements[number];
      statements.push_back({{"line", statement.line}, {"sql", statement.text}});
    }
    parts.push_back({{"transaction", !alone},
                     {"begin", alone ? Json(nullptr) : Json(begin_of(part, dialect))},
                     {"statements", std::move(statements)}});
  }
  return {{"version", step.migration.id()},
          {"name", step.migration.source.name},
          {"file", step.migration.source.file},
          {"checksum", step.migration.checksum.text},
          {"action", step.action == Step::Action::record ? "record" : "run"},
          {"parts", std::move(parts)}};
}

}  // namespace

std::string begin_of(const Part& part, Dialect dialect) {
  if (!part.begin_options.empty()) return "BEGIN " + part.begin_options;
  return dialect == Dialect::sqlite ? "BEGIN IMMEDIATE" : "BEGIN";
}

nlohmann::ordered_json plan_document(const Plan& plan, const DatabaseUrl& database) {
  Json json{{"schema", "drydock.plan/1"}, {"database", database.display()}, {"hash", plan.hash()}};
  json["migrations"] = Json::array();
  for (const Step& step : plan.steps) json["migrations"].push_back(json_of(step, database.dialect()));
  json["notes"] = plan.notes;
  return json;
}

}  // namespace drydock

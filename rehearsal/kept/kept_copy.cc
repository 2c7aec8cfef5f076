#include "rehearsal/kept/kept_copy.h"

#include <nlohmann/json.hpp>

namespace drydock {

std::string to_text(const CopiedTable& table) {
  nlohmann::ordered_json json{{"schema", table.schema},
                              {"table", table.name},
                              {"columns", nlohmann::ordered_json::array()},
                              {"key", table.key},
                              {"column", table.column}};
  for (const CopiedColumn& each : table.columns)
    json["columns"].push_back({{"name", each.name}, {"type", each.type}, {"generated", each.generated}});
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

CopiedTable copied_table_from(const std::string& text) {
  const nlohmann::json json = nlohmann::json::parse(text);
  CopiedTable table;
  table.schema = json.at("schema");
  table.name = json.at("table");
  for (const auto& each : json.at("columns"))
    table.columns.push_back({each.at("name"), each.at("type"), each.at("generated")});
  table.key = json.at("key").get<std::vector<std::string>>();
  table.column = json.at("column");
  return table;
}

std::string_view to_string(KeptCopy::State state) {
  switch (state) {
    case KeptCopy::State::unconfirmed:
      return "unconfirmed";
    case KeptCopy::State::kept:
      return "kept";
    case KeptCopy::State::purged:
      return "purged";
  }
  return "";
}

}  // namespace drydock

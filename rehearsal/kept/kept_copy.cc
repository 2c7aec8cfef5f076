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

std::vector<KeptCopy> kept_copies_from(const Rows& rows) {
  constexpr std::size_t confirmed_at = 12;
  std::vector<KeptCopy> copies;
  for (std::size_t i = 0; i < rows.rows.size(); ++i) {
    KeptCopy copy;
    copy.id = rows.integer(i, 0);
    copy.version = rows.text(i, 1);
    copy.kind = loss_kind_from(rows.text(i, 2)).value_or(LossKind::rows_deleted);
    copy.object = rows.text(i, 3);
    copy.place = rows.text(i, 4);
    copy.table = copied_table_from(rows.text(i, 5));
    copy.rows = rows.integer(i, 6);
    copy.made_at = rows.text(i, 7);
    copy.until = rows.text(i, 8);
    copy.expired = rows.integer(i, 9) != 0;
    copy.restored = rows.integer(i, 11) != 0;
    if (rows.columns.size() > confirmed_at && rows.integer(i, confirmed_at) == 0)
      copy.state = KeptCopy::State::unconfirmed;
    if (rows.integer(i, 10) != 0) copy.state = KeptCopy::State::purged;
    copies.push_back(std::move(copy));
  }
  return copies;
}

}  // namespace drydock

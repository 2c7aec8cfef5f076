#include "rehearsal/receipt.h"

#include <nlohmann/json.hpp>

#include "runner/migration/checksum.h"
#include "runner/sql/joined.h"

namespace drydock {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* schema_name = "drydock.receipt/1";

Json to_json(const TouchedTable& table) {
  return {{"migration", table.id}, {"part", table.part},       {"table", table.table},
          {"rows", table.rows},    {"columns", table.columns}, {"lock", table.lock_mode}};
}

TouchedTable touched_from(const Json& json) {
  return {.id = json.at("migration"),
          .part = json.at("part"),
          .table = json.at("table"),
          .rows = json.at("rows"),
          .columns = json.at("columns"),
          .lock_mode = json.at("lock")};
}

Json to_json(const Receipt& receipt) {
  Json touched = Json::array();
  for (const TouchedTable& table : receipt.touched) touched.push_back(to_json(table));
  return {{"schema", schema_name},
          {"verdict", receipt.verdict},
          {"plan", {{"hash", receipt.plan_hash}, {"migrations", receipt.migrations}}},
          {"based_on", {{"history", receipt.based_on.history}, {"schema", receipt.based_on.schema}}},
          {"database_id", receipt.database_id},
          {"source", receipt.source},
          {"shadow", {{"provider", receipt.provider}, {"taken_at", receipt.taken_at}}},
          {"tool_version", receipt.tool_version},
          {"touched", touched}};
}

Receipt from_json(const Json& json) {
  Receipt receipt{
      .plan_hash = json.at("plan").at("hash"),
      .migrations = json.at("plan").at("migrations"),
      .based_on = {.history = json.at("based_on").at("history"), .schema = json.at("based_on").at("schema")},
      .database_id = json.at("database_id"),
      .verdict = json.at("verdict"),
      .source = json.at("source"),
      .provider = json.at("shadow").at("provider"),
      .taken_at = json.at("shadow").at("taken_at"),
      .tool_version = json.at("tool_version"),
      .touched = {}};
  for (const Json& table : json.at("touched")) receipt.touched.push_back(touched_from(table));
  return receipt;
}

std::string dump(const Json& json) { return json.dump(2, ' ', false, Json::error_handler_t::replace); }

}  // namespace

Receipt receipt_of(const Rehearsal& rehearsal, const Plan& plan, const std::string& database_id,
                   const std::string& tool_version) {
  return {.plan_hash = rehearsal.plan_hash,
          .migrations = rehearsal.migrations,
          .based_on = plan.based_on,
          .database_id = database_id,
          .verdict = std::string(to_string(rehearsal.verdict.level)),
          .source = rehearsal.source,
          .provider = rehearsal.provider,
          .taken_at = rehearsal.taken_at,
          .tool_version = tool_version,
          .touched = rehearsal.touched};
}

std::string to_text(const Receipt& receipt) {
  Json json = to_json(receipt);
  json["checksum"] = sha256(dump(json));
  return dump(json) + "\n";
}

Receipt receipt_from(const std::string& text) try {
  Json json = Json::parse(text);
  if (json.at("schema") != schema_name)
    throw ReceiptError("is a receipt of another version of drydock, or none of drydock's");
  const std::string checksum = json.at("checksum");
  json.erase("checksum");
  if (checksum != sha256(dump(json))) throw ReceiptError("has been changed since drydock wrote it");
  return from_json(json);
} catch (const Json::exception&) {
  throw ReceiptError("is no receipt of drydock's, or only a part of one");
}

std::string misfit(const Receipt& receipt, const Plan& plan, const std::string& database_id) {
  if (receipt.database_id.empty()) return "nothing tells which database it was written for: run `drydock init` on it";
  if (receipt.database_id != database_id) return "it was written for another database";
  if (receipt.based_on.history != plan.based_on.history) return "the history of the database has changed since";
  if (receipt.plan_hash != plan.hash())
    return "it is about another plan: " + joined(receipt.migrations, ", ", "nothing") +
           ", of which the files may have changed since";
  if (receipt.based_on.schema != plan.based_on.schema) return "the schema of the database has changed since";
  return {};
}

}  // namespace drydock

// The few documents that every writer is tried on.
#pragma once

#include <string>

#include "runner/report/document.h"

namespace drydock {

inline bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

inline ReportedMigration migration(const std::string& version, const std::string& name, const std::string& verdict) {
  ReportedMigration result;
  result.version = version;
  result.name = name;
  result.file = version + "_" + name + ".sql";
  result.checksum = "sha256:" + version;
  result.verdict = verdict;
  result.seconds = 0.012;
  return result;
}

inline ReportedLoss loss(const std::string& kind, const std::string& object, std::int64_t rows, int line) {
  ReportedLoss result;
  result.kind = kind;
  result.object = object;
  result.rows = rows;
  result.line = line;
  result.consent_line =
      "-- drydock:consent " + kind + " " + object + " rows<=" + std::to_string(rows + 2) + " reason=\"...\"";
  return result;
}

inline Document safe_document() {
  Document document;
  document.verdict = "safe";
  document.plan_hash = "sha256:abc";
  document.plan = {"0002"};
  document.source = {"postgresql://app@db/app", 12, 120331, 9123456};
  document.shadow = ReportedShadow{"private", "/run/shadow-1", "2026-11-20T10:30:00Z", 12, 120331, 1.9, {}};
  document.migrations = {migration("0002", "add_email", "safe")};
  return document;
}

inline Document rejected_document() {
  Document document = safe_document();
  document.verdict = "rejected";
  document.plan = {"0002", "0003"};
  document.shadow->notes = {"The foreign server 'archive' was cut off."};
  ReportedMigration drop = migration("0003", "drop_legacy", "rejected");
  drop.losses = {loss("table-dropped", "public.legacy", 3, 4)};
  document.migrations.push_back(drop);
  return document;
}

inline Document consented_document() {
  Document document = rejected_document();
  document.verdict = "consented";
  document.migrations[1].verdict = "consented";
  document.migrations[1].losses[0].consented = true;
  document.migrations[1].losses[0].reason = "exported to the archive, OPS-12";
  document.migrations[1].losses[0].consent_line.clear();
  document.migrations[1].unused_consents = {{"rows-deleted public.users (line 2)", 2}};
  return document;
}

inline Document failed_document() {
  Document document = safe_document();
  document.verdict = "failed";
  document.plan = {"0002", "0003"};
  document.migrations[0].verdict = "failed";
  document.migrations[0].error = "0002_add_email.sql:3: column '…' already exists (42701)";
  document.migrations[0].error_line = 3;
  document.migrations[0].sqlstate = "42701";
  return document;
}

inline Document vacuous_document() {
  Document document = safe_document();
  document.verdict = "vacuous";
  document.vacuous_because = "public.users holds 0 of 40 rows";
  document.migrations.clear();
  return document;
}

// What no name should be, and some are.
inline const std::string hostile_name =
    "a\"b' <script>alert(1)</script> &amp; ]]> {{x}} [y](z) \x01\x1b[31m\x7f\n\t\xC2\x85 \xC3\xA9 "
    "\xE6\xBC\xA2 \xEF\xBF\xBF \xff";

// Such a name wherever a document holds one.
inline Document hostile_document() {
  Document document = rejected_document();
  document.source.database = document.folder = document.tool_version = document.plan_hash = hostile_name;
  document.shadow->provider = document.shadow->place = document.shadow->taken_at = hostile_name;
  document.shadow->notes = {hostile_name};
  document.plan.push_back(hostile_name);
  ReportedMigration& dropping = document.migrations[1];
  dropping.name = dropping.file = dropping.error = hostile_name;
  ReportedLoss lost = loss("rows-deleted", hostile_name, 1, 2);
  lost.consent_line = lost.too_many = hostile_name;
  dropping.losses.push_back(lost);
  lost.consented = true;
  lost.reason = hostile_name;
  dropping.losses.push_back(lost);
  dropping.unused_consents = {{hostile_name, 1}};
  dropping.findings = {{hostile_name, hostile_name, hostile_name, hostile_name, hostile_name, 3}};
  dropping.statements = {{4, 0.004, 0, 8312, {{hostile_name, hostile_name, 0.01}}, {hostile_name}}};
  dropping.undo = ReportedUndo{false, "", {hostile_name}};
  return document;
}

}  // namespace drydock

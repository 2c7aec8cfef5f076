#include "runner/formats/sqitch_project.h"

#include <algorithm>
#include <map>

#include "runner/formats/migration_folders.h"
#include "runner/formats/migration_text.h"
#include "runner/formats/sections.h"

namespace drydock {
namespace {

namespace fs = std::filesystem;

constexpr const char* conf_file = "sqitch.conf";
constexpr const char* plan_file = "sqitch.plan";

using Settings = std::map<std::string, std::string>;  // "core.engine", "engine.pg.top_dir", in lower case

std::string lowered(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return result;
}

// [engine "pg"] -> "engine.pg."
std::string section_of(std::string_view line) {
  line = line.substr(1, line.find(']') - 1);
  const std::string_view name = take_word(line);
  std::string section = lowered(name) + ".";
  const std::string_view sub = trimmed(line);
  if (sub.size() > 2) section += std::string(sub.substr(1, sub.size() - 2)) + ".";
  return section;
}

Settings read_settings(const fs::path& file) {
  Settings settings;
  if (!is_file(file)) return settings;
  const std::string text = text_of_file(file, conf_file);
  std::string section;
  LineReader lines(text);
  while (const std::optional<Line> line = lines.next()) {
    const std::string_view content = trimmed(line->text);
    if (content.empty() || content.starts_with('#') || content.starts_with(';')) continue;
    if (content.starts_with('[')) {
      section = section_of(content);
      continue;
    }
    const std::size_t equals = content.find('=');
    if (equals == std::string_view::npos) continue;
    std::string_view value = trimmed(content.substr(equals + 1));
    if (value.size() > 1 && value.starts_with('"') && value.ends_with('"')) value = value.substr(1, value.size() - 2);
    settings[section + lowered(trimmed(content.substr(0, equals)))] = value;
  }
  return settings;
}

// What the engine's own section says goes before [core].
std::string setting(const Settings& settings, const std::string& key, const std::string& otherwise) {
  if (const auto engine = settings.find("core.engine"); engine != settings.end())
    if (const auto found = settings.find("engine." + engine->second + "." + key); found != settings.end())
      return found->second;
  const auto found = settings.find("core." + key);
  return found == settings.end() ? otherwise : found->second;
}

void refuse_folders_of_reworked(const Settings& settings) {
  for (const auto& [key, value] : settings)
    if (key.find(".reworked_") != std::string::npos)
      throw MigrationError(conf_file, 0,
                           key + " is set: scripts of reworked changes are looked for beside the others only");
}

SqitchProject project_in(const fs::path& root) {
  const Settings settings = read_settings(root / conf_file);
  refuse_folders_of_reworked(settings);
  SqitchProject project;
  const fs::path top = root / setting(settings, "top_dir", ".");
  const auto folder = [&](const std::string& key, const char* name) {
    const std::string set = setting(settings, key, "");
    return (set.empty() ? top / name : root / set).lexically_normal();
  };
  project.deploy = folder("deploy_dir", "deploy");
  project.revert = folder("revert_dir", "revert");
  project.verify = folder("verify_dir", "verify");
  project.plan = folder("plan_file", plan_file);
  project.extension = setting(settings, "extension", project.extension);
  const auto engine = settings.find("core.engine");
  if (engine == settings.end()) return project;
  if (engine->second != "pg" && engine->second != "sqlite")
    throw MigrationError(conf_file, 0, "the project is for " + engine->second + ", and not for PostgreSQL or SQLite");
  project.engine = engine->second == "pg" ? Dialect::postgres : Dialect::sqlite;
  return project;
}

bool is_same_folder(const fs::path& left, const fs::path& right) {
  std::error_code ignored;
  return fs::equivalent(left, right, ignored);
}

// Reads a plan from top to bottom.
class PlanReader {
 public:
  explicit PlanReader(std::string file) : file_(std::move(file)) {}

  void read(const Line& line) {
    std::string_view content = trimmed(line.text);
    if (content.empty() || content.starts_with('#')) return;
    if (content.starts_with('%')) return read_pragma(content.substr(1));
    if (content.starts_with('@')) {
      tags_.emplace_back(take_word(content), changes_.size());
      return;
    }
    if (content.starts_with('-')) fail(line, "takes a change back inside the plan, which cannot be honoured");
    if (content.starts_with('+')) content = trimmed(content.substr(1));
    const std::string name(take_word(content));
    if (content.starts_with('[')) check_dependencies(line, name, content.substr(1, content.find(']') - 1));
    add(line, name);
  }

  std::vector<SqitchChange> take() { return std::move(changes_); }

 private:
  [[noreturn]] void fail(const Line& line, const std::string& why) const {
    throw MigrationError(file_, line.number, why);
  }

  void read_pragma(std::string_view pragma) {
    constexpr std::string_view key = "project=";
    if (pragma.starts_with(key)) project_ = trimmed(pragma.substr(key.size()));
  }

  bool has_tag(std::string_view tag) const {
    return std::ranges::any_of(tags_, [&](const auto& each) { return each.first == tag; });
  }

  bool is_planned(std::string_view change) const {
    const std::size_t at = change.find('@');
    const std::string_view name = change.substr(0, at);
    if (at != std::string_view::npos && !has_tag(change.substr(at))) return false;
    return name.empty() || std::ranges::any_of(changes_, [&](const SqitchChange& each) { return each.name == name; });
  }

  void check_dependencies(const Line& line, const std::string& name, std::string_view list) const {
    list = trimmed(list);
    while (!list.empty()) {
      std::string_view change = take_word(list);
      const bool conflict = change.starts_with('!');
      const std::string shown(change);
      if (change.starts_with('!') || change.starts_with(':')) change.remove_prefix(1);
      if (const std::size_t colon = change.find(':'); colon != std::string_view::npos) {
        if (change.substr(0, colon) != project_)
          fail(line, name + " depends on " + shown + " of another project, which cannot be looked up here");
        change.remove_prefix(colon + 1);
      }
      if (conflict == is_planned(change))
        fail(line, name + (conflict ? " conflicts with " + shown.substr(1) + ", which is planned before it"
                                    : " requires " + shown + ", which is not planned before it"));
    }
  }

  void add(const Line& line, const std::string& name) {
    SqitchChange change{.name = name, .line = line.number, .rework_tags = {}, .reworked_since = {}};
    const auto earlier =
        std::find_if(changes_.rbegin(), changes_.rend(), [&](const SqitchChange& each) { return each.name == name; });
    if (earlier != changes_.rend()) {
      const auto after = static_cast<std::size_t>(changes_.rend() - earlier);
      for (const auto& [tag, place] : tags_)
        if (place >= after) earlier->rework_tags.push_back(tag);
      if (earlier->rework_tags.empty())
        fail(line,
             name + " is planned twice without a tag between (first on line " + std::to_string(earlier->line) + ")");
      change.reworked_since = earlier->rework_tags.back();
    }
    changes_.push_back(std::move(change));
  }

  std::string file_, project_;
  std::vector<SqitchChange> changes_;
  std::vector<std::pair<std::string, std::size_t>> tags_;  // "@v1", and how many changes stand before it
};

}  // namespace

std::optional<SqitchProject> find_sqitch_project(const fs::path& folder) {
  const fs::path below = (folder / ".").lexically_normal();
  for (const fs::path& root : {below, (below / "..").lexically_normal()}) {
    if (!is_file(root / conf_file) && !is_file(root / plan_file)) continue;
    SqitchProject project = project_in(root.empty() ? fs::path(".") : root);
    if (!is_file(project.plan)) continue;
    if (root == below || is_same_folder(project.deploy, folder) || is_same_folder(project.plan.parent_path(), folder))
      return project;
  }
  return std::nullopt;
}

std::vector<SqitchChange> read_sqitch_plan(const fs::path& plan) {
  const std::string file = plan.filename().string();
  const std::string text = text_of_file(plan, file);
  PlanReader reader(file);
  LineReader lines(text);
  while (const std::optional<Line> line = lines.next()) reader.read(*line);
  return reader.take();
}

std::string numbered_change(const std::string& name, int time) {
  return time == 1 ? name : name + "#" + std::to_string(time);
}

}  // namespace drydock

// `drydock status`: every version with its state.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "runner/cli/command.h"
#include "runner/cli/many.h"
#include "runner/cli/policy_in_force.h"
#include "runner/cli/proved_backup.h"
#include "runner/cli/server_wait.h"
#include "runner/cli/target.h"
#include "runner/report/json_text.h"
#include "runner/report/quantity.h"

namespace drydock {
namespace {

using State = VersionState::State;

struct Overview {
  std::vector<VersionState> states;
  std::vector<Conflict> conflicts;

  std::int64_t count(State state) const {
    return std::ranges::count_if(states, [&](const VersionState& each) { return each.state == state; });
  }
};

Paint paint_of(State state) {
  if (state == State::applied || state == State::replaced) return Paint::green;
  return state == State::pending ? Paint::yellow : Paint::red;
}

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

std::string table_of(const Overview& overview, Style style) {
  std::size_t id_width = 0;
  for (const VersionState& each : overview.states) id_width = std::max(id_width, each.id.size());
  std::string text;
  for (const VersionState& each : overview.states)
    text += style.paint(paint_of(each.state), padded(std::string(to_string(each.state)), 12)) + "  " +
            padded(each.id, id_width) + "  " + each.name +
            (each.applied_at.empty() ? "" : "  " + style.paint(Paint::dim, each.applied_at)) +
            (each.text_only_changed ? "  (comments or layout changed since)" : "") + "\n";
  return text;
}

std::string conflicts_text(const std::vector<Conflict>& conflicts) {
  std::string text;
  for (const Conflict& conflict : conflicts)
    text += "\n" + conflict.message + "\n" + conflict.diff +
            (conflict.diff.empty() || conflict.diff.ends_with('\n') ? "" : "\n");
  return text;
}

std::string text_of(const Overview& overview, const Target& target, Style style) {
  const std::string where = " in " + target.url().display() + (target.exists() ? "" : ", which does not exist yet");
  if (overview.states.empty()) return "No migrations" + where + ".\n";
  const std::int64_t failed = overview.count(State::failed);
  return table_of(overview, style) + conflicts_text(overview.conflicts) + "\n" +
         count_of(overview.count(State::applied), "migration") + " applied, " +
         (failed > 0 ? std::to_string(failed) + " failed, " : "") + std::to_string(overview.count(State::pending)) +
         " pending" + where + ".\n";
}

nlohmann::ordered_json json_of(const Overview& overview, const Target& target, const Settings& settings) {
  const auto& stamp = target.state().stamp;
  nlohmann::ordered_json json{{"schema", "drydock.status/1"},
                              {"database", target.url().display()},
                              {"project", stamp ? stamp->project : settings.project},
                              {"environment", stamp ? stamp->environment : settings.environment},
                              {"backup", proved_backup_json(target.state())},
                              {"policy", nullptr},
                              {"migrations", nlohmann::ordered_json::array()},
                              {"conflicts", nlohmann::ordered_json::array()}};
  if (const auto& minimum = target.state().policy) json["policy"] = policy_json(minimum->policy);
  const auto or_null = [](const std::string& text) {
    return text.empty() ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(text);
  };
  for (const VersionState& each : overview.states)
    json["migrations"].push_back({{"version", each.id},
                                  {"name", each.name},
                                  {"file", or_null(each.file)},
                                  {"state", to_string(each.state)},
                                  {"kind", each.kind},
                                  {"applied_at", or_null(each.applied_at)},
                                  {"checksum", or_null(each.checksum)}});
  for (const Conflict& conflict : overview.conflicts)
    json["conflicts"].push_back(
        {{"version", conflict.id}, {"message", conflict.message}, {"diff", or_null(conflict.diff)}});
  return json;
}

class StatusCommand final : public Command {
 public:
  std::string_view name() const override { return "status"; }
  std::string_view summary() const override { return "every version with its state"; }
  void declare(Options& options) override {
    options.flag("--check", check_, "exit 9 where versions are pending or half applied, 4 where there is a conflict");
    wait_.declare(options);
    many_.declare(options);
  }

  ExitCode run(const Settings& settings, Terminal& terminal) override {
    if (many_.asked_for()) return status_of_many(settings, terminal);
    wait_.wait_for_server(settings, terminal);
    Target target(settings, OpenOptions::Access::read_only, "drydock status");
    Overview overview;
    overview.states = version_states(target.files(), target.state().rows, target.url().dialect(), target.originals());
    overview.conflicts = target.conflicts();
    if (terminal.json())
      terminal.print(json_text(json_of(overview, target, settings)));
    else
      terminal.print(text_of(overview, target, terminal.style()) + lines_below(target, settings));
    if (!check_) return ExitCode::done;
    if (!overview.conflicts.empty()) return ExitCode::conflict;
    // What a run left half done is as much still to do as what has not begun.
    return overview.count(State::pending) + overview.count(State::failed) > 0 ? ExitCode::pending : ExitCode::done;
  }

 private:
  static std::string lines_below(const Target& target, const Settings& settings) {
    const std::optional<std::string> line = proved_backup_line(target.state(), settings);
    const auto& minimum = target.state().policy;
    return (line ? *line + "\n" : "") +
           (minimum ? "policy in the stamp: " + describe(minimum->policy) + "\n" : std::string());
  }

  ExitCode status_of_many(const Settings& settings, Terminal& terminal) const {
    const ManyCommand command{"status", "pending", pending_in};
    const std::vector<std::string> words(check_ ? 1 : 0, "--check");
    return many_.run(command, {words, "", wait_}, settings, terminal);
  }

  static ManyWords pending_in(const nlohmann::ordered_json& document) {
    ManyWords words{"up-to-date", {}};
    for (const auto& migration : document.at("migrations"))
      if (migration.at("state") == "pending" || migration.at("state") == "failed")
        words.versions.push_back(migration.at("version"));
    if (!words.versions.empty()) words.result = "pending";
    if (!document.at("conflicts").empty()) words.result = "conflict";
    return words;
  }

  WaitOption wait_;
  ManyOptions many_{ManyOptions::Changes::nothing};
  bool check_ = false;
};

}  // namespace

std::unique_ptr<Command> make_status_command() { return std::make_unique<StatusCommand>(); }

}  // namespace drydock

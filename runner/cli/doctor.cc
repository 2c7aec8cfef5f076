// `drydock doctor`: who and where the target is, and what will go wrong some day, each with the command that mends it.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "runner/cli/command.h"
#include "runner/cli/place_warnings.h"
#include "runner/cli/policy_in_force.h"
#include "runner/cli/target.h"
#include "runner/identity/identity.h"
#include "runner/report/json_text.h"

namespace drydock {
namespace {

std::string_view to_string(Symptom::Level level) {
  switch (level) {
    case Symptom::Level::note:
      return "note";
    case Symptom::Level::warning:
      return "warning";
    case Symptom::Level::error:
      return "error";
  }
  return "";
}

class DoctorCommand final : public Command {
 public:
  std::string_view name() const override { return "doctor"; }
  std::string_view summary() const override {
    return "checks the target, its identity and where its files lie; changes nothing";
  }

  ExitCode run(const Settings& settings, Terminal& terminal) override {
    std::unique_ptr<Target> target;
    Patient patient = patient_of(settings);
    std::vector<Symptom> findings;
    ExitCode code = ExitCode::done;
    try {
      target =
          std::make_unique<Target>(settings, OpenOptions::Access::read_only, "drydock doctor", Target::Files::none);
      Settings held = settings;
      hold_to_policy(held, target->state(), terminal);
      patient = patient_of(held);
      patient.state = target->state();
      if (target->exists()) patient.database = &target->database();
    } catch (const WrongTarget& wrong) {
      // What can be seen without it is looked at all the same.
      findings.push_back({Symptom::Level::error, "identity", wrong.what(), "as it says"});
      code = ExitCode::wrong_target;
    }
    for (Symptom& finding : examine(patient, Checks::all)) findings.push_back(std::move(finding));
    const bool any_error =
        std::ranges::any_of(findings, [](const Symptom& each) { return each.level == Symptom::Level::error; });
    if (code == ExitCode::done && any_error) code = ExitCode::cannot_rehearse;
    terminal.json() ? print_json(patient, findings, terminal) : print_text(patient, findings, terminal);
    return code;
  }

 private:
  static std::string server_of(const Patient& patient) {
    return patient.database != nullptr ? patient.database->server() : std::string();
  }

  static void print_text(const Patient& patient, const std::vector<Symptom>& findings, Terminal& terminal) {
    const std::optional<Stamp>& stamp = patient.state.stamp;
    terminal.say("target       " + patient.url.display());
    if (patient.database != nullptr) terminal.say("server       " + server_of(patient));
    if (patient.database == nullptr && !patient.is_postgres()) terminal.say("server       not opened, or no file yet");
    terminal.say("environment  " + patient.environment + (patient.is_protected ? ", protected" : ""));
    if (stamp) terminal.say("stamp        " + stamp->database_id + ", " + stamp->environment + " of " + stamp->project);
    terminal.say("");
    for (const Symptom& finding : findings)
      terminal.print(std::string(to_string(finding.level)) + "  " + finding.check + ": " + finding.message +
                     "\n  mend it: " + finding.remedy);
    if (findings.empty()) terminal.say("All is well.");
  }

  static void print_json(const Patient& patient, const std::vector<Symptom>& findings, Terminal& terminal) {
    const std::optional<Stamp>& stamp = patient.state.stamp;
    nlohmann::ordered_json json{{"schema", "drydock.doctor/1"},
                                {"database", patient.url.display()},
                                {"server", server_of(patient)},
                                {"environment", patient.environment},
                                {"protected", patient.is_protected},
                                {"id", stamp ? nlohmann::ordered_json(stamp->database_id) : nullptr},
                                {"findings", nlohmann::ordered_json::array()}};
    for (const Symptom& finding : findings)
      json["findings"].push_back({{"check", finding.check},
                                  {"level", to_string(finding.level)},
                                  {"message", finding.message},
                                  {"remedy", finding.remedy}});
    terminal.print(json_text(json));
  }
};

}  // namespace

std::unique_ptr<Command> make_doctor_command() { return std::make_unique<DoctorCommand>(); }

}  // namespace drydock

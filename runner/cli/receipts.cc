#include "runner/cli/receipts.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "runner/cli/exit_code.h"
#include "runner/cli/replace_file.h"
#include "runner/cli/version.h"
#include "runner/identity/identity.h"
#include "runner/plan/fingerprint.h"

namespace drydock {
namespace {

// A file that is not there yet has none; nothing can be lost in it.
std::string identity(Target& target) { return target.exists() ? identity_of(target.database(), target.state()) : ""; }

// Throws ReceiptError, a sentence's end.
Receipt read_receipt(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  if (stream) text << stream.rdbuf();
  if (!stream) throw ReceiptError("cannot be read");
  return receipt_from(text.str());
}

// Throws ReceiptError where it proves nothing about the plan.
Receipt read_fitting(const std::string& file, const Plan& plan, Target& target) {
  Receipt receipt = read_receipt(file);
  if (const std::string why = misfit(receipt, plan, identity(target)); !why.empty())
    throw ReceiptError("proves nothing here: " + why);
  return receipt;
}

std::string said_of(const Receipt& receipt, const std::string& file) {
  return "No shadow is made: " + file + " is the receipt of a rehearsal of this plan on " + receipt.source +
         ", whose shadow (" + receipt.provider + ") was taken at " + receipt.taken_at + "; its verdict was " +
         receipt.verdict + ".";
}

}  // namespace

void write_receipt(const std::filesystem::path& file, const Rehearsal& rehearsal, const Plan& plan, Target& target,
                   Terminal& terminal) {
  if (rehearsal.verdict.allows_migrate()) {
    replace_file(file, to_text(receipt_of(rehearsal, plan, identity(target), std::string(version()))));
    terminal.say("wrote the receipt " + file.string());
    return;
  }
  std::error_code error;
  const bool was_there = std::filesystem::remove(file, error);
  if (error)
    throw Failure(ExitCode::unexpected, "the verdict is " + std::string(to_string(rehearsal.verdict.level)) +
                                            ", and the receipt of an earlier rehearsal cannot be removed from " +
                                            file.string() + " (" + error.message() + "): remove it");
  terminal.progress("no receipt is written" +
                    (was_there ? ", and the earlier one is removed from " + file.string() : std::string()));
}

std::optional<Receipt> fitting_receipt(const Settings& settings, const std::optional<std::string>& file, Plan& plan,
                                       Target& target, Terminal& terminal) {
  const bool nothing_else = settings.target.rehearsal == RehearsalPolicy::receipt;
  const auto refuse = [&](const std::string& why) {
    throw CannotRehearse("environments." + settings.environment + ".rehearsal is 'receipt', and " + why +
                         "; nothing was changed. Write one with `drydock rehearse --receipt FILE` where a shadow can "
                         "be made, and run `drydock migrate --receipt FILE` with it");
  };
  if (!file) {
    if (nothing_else) refuse("none was given");
    return std::nullopt;
  }
  plan.based_on.schema = schema_fingerprint(target.database());
  try {
    Receipt receipt = read_fitting(*file, plan, target);
    terminal.say(said_of(receipt, *file));
    return receipt;
  } catch (const ReceiptError& error) {
    const std::string why = "the receipt " + *file + " " + error.what();
    if (nothing_else) refuse(why);
    terminal.warn(why + "; a shadow is made instead");
    return std::nullopt;
  }
}

void require_fitting(const Receipt& receipt, Plan& plan, Target& target) {
  if (plan.based_on.schema.empty()) plan.based_on.schema = schema_fingerprint(target.database());
  if (const std::string why = misfit(receipt, plan, identity(target)); !why.empty())
    throw CannotRehearse("the receipt proves nothing any more: " + why +
                         "; this run changed nothing. Rehearse again, and migrate with the new receipt");
}

nlohmann::ordered_json receipt_json(const std::optional<Receipt>& receipt) {
  if (!receipt) return nullptr;
  return {{"verdict", receipt->verdict},
          {"plan_hash", receipt->plan_hash},
          {"provider", receipt->provider},
          {"taken_at", receipt->taken_at}};
}

}  // namespace drydock

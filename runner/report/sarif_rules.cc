#include "runner/report/sarif_rules.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace drydock {
namespace {

constexpr std::string_view consent_or_change =
    "Change the migration so that nothing is lost, or, if the loss is meant, add the consent that the message spells "
    "out, with a reason.";
constexpr std::string_view mend_undo = "Put the undo script right before it is needed.";

constexpr std::array rules = {
    SarifRule{"table-dropped", "A table that holds rows is gone after the migration.", consent_or_change},
    SarifRule{"table-recreated",
              "Another table has a table's name after the migration, and does not hold all its rows.",
              consent_or_change},
    SarifRule{"table-truncated", "Rows are gone after the migration, and a TRUNCATE took part.", consent_or_change},
    SarifRule{"rows-deleted", "Rows are gone after the migration.", consent_or_change},
    SarifRule{"column-dropped", "A column that holds values is gone after the migration.", consent_or_change},
    SarifRule{"values-changed", "A change of type left values that cannot be cast back to what they were.",
              consent_or_change},
    SarifRule{"values-erased", "Values are NULL after the migration.", consent_or_change},
    SarifRule{migration_failed_rule, "A migration does not run to its end on a copy of the data.",
              "Mend the statement that fails, or the data that it fails on, and rehearse again."},
    SarifRule{unused_consent_rule, "A consent allows a loss that the migration does not cause.",
              "Take the consent out, or correct its kind or its object."},
    SarifRule{vacuous_shadow_rule, "The shadow does not hold what the source holds, so that nothing is proved.",
              "Give the rehearsal a source, or a shadow, that holds the rows of the target."},
    SarifRule{"undo-differs", "The undo of a migration does not give back what was there before it.", mend_undo},
    SarifRule{"undo-fails", "The undo of a migration does not run to its end.", mend_undo},
};

}  // namespace

const SarifRule* sarif_rule(std::string_view id) {
  const auto* found = std::ranges::find(rules, id, &SarifRule::id);
  return found == rules.end() ? nullptr : found;
}

std::string sentence_of_rule(std::string_view id) {
  std::string text(id);
  std::ranges::replace(text, '-', ' ');
  if (!text.empty()) text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  return text + ".";
}

}  // namespace drydock

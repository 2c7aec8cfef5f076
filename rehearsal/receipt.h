// The receipt of a rehearsal: what `migrate` takes instead of a shadow of its own, where the shadow was made elsewhere,
// on a CI machine that may copy production, say. It names exactly one plan, and the state of the database that this
// plan was made from; for anything else it proves nothing. It allows no loss: the guard judges the target's own
// transactions by the consents in the migrations, as after any rehearsal.
//
// It is no signature. Whoever can write the receipt can leave the rehearsal out; all that is then left is the guard,
// and what runs outside a transaction is not watched by it. Take it from where only the rehearsal can put it.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "rehearsal/observe/loss_watcher.h"
#include "rehearsal/rehearse.h"
#include "runner/plan/plan.h"

namespace drydock {

struct ReceiptError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Receipt {
  std::string plan_hash;
  std::vector<std::string> migrations;  // ids of the plan
  Fingerprint based_on;                 // of the target when it was rehearsed
  std::string database_id;              // identity_of() the target
  std::string verdict;                  // "safe" or "consented"
  std::string source;                   // display URL
  std::string provider, taken_at;       // of the shadow
  std::string tool_version;
  std::vector<TouchedTable> touched;  // for the guard
};

// REQUIRES: the verdict allows the plan.
Receipt receipt_of(const Rehearsal& rehearsal, const Plan& plan, const std::string& database_id,
                   const std::string& tool_version);

// "drydock.receipt/1", a JSON document that holds no value of any row. It ends with a checksum of the rest, so that one
// which was cut off or edited is none.
std::string to_text(const Receipt& receipt);
// Throws ReceiptError, a sentence's end: "is no receipt of drydock's".
Receipt receipt_from(const std::string& text);

// Why it proves nothing about this plan on this database, a clause; empty where it does. REQUIRES: plan.based_on has
// both fingerprints.
std::string misfit(const Receipt& receipt, const Plan& plan, const std::string& database_id);

}  // namespace drydock

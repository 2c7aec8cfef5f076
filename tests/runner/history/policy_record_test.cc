#include "runner/history/policy_record.h"

#include "fixtures/test_database.h"
#include "runner/history/history.h"

namespace drydock {
namespace {

using fixtures::each_dialect;
using fixtures::TestDatabase;

const Policy loose{false, RehearsalPolicy::guard, {}};
const Policy strict{true, RehearsalPolicy::required, {std::chrono::hours(24), 90}};

void stamp(History& history, const std::string& environment, History::Replacing replacing) {
  history.write_stamp({std::string(32, 'a'), environment, "shop", ""}, replacing);
}

TEST_CASE("The newest policy of the stamp that counts is read with it; a replaced stamp's is not.") {
  each_dialect([](TestDatabase& target) {
    const auto database = target.open();
    History history(*database);
    history.create();
    stamp(history, "production", History::Replacing::no);
    CHECK_FALSE(history.read().policy);  // a database of an earlier version has no such table

    CHECK(record_policy(*database, {loose, 1, "", "deploy@ci"}));
    CHECK(record_policy(*database, {strict, 2, "", "deploy@ci"}));
    const RecordedPolicy read = history.read().policy.value();
    CHECK(read.policy == strict);
    CHECK(read.number == 2);
    CHECK(history.read().stamp->environment == "production");

    stamp(history, "staging", History::Replacing::yes);
    CHECK_FALSE(history.read().policy);
    CHECK(record_policy(*database, {loose, 1, "", "deploy@ci"}));
    CHECK(history.read().policy->policy == loose);
  });
}

TEST_CASE("Of two who compared with the same policy only one writes the next.") {
  each_dialect([](TestDatabase& target) {
    const auto database = target.open();
    History history(*database);
    history.create();
    stamp(history, "production", History::Replacing::no);
    CHECK(record_policy(*database, {strict, 1, "", "one@ci"}));
    CHECK_FALSE(record_policy(*database, {loose, 1, "", "other@ci"}));
    CHECK(history.read().policy->policy == strict);
  });
}

}  // namespace
}  // namespace drydock

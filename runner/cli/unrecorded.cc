#include "runner/cli/unrecorded.h"

#include <algorithm>

#include "runner/cli/exit_code.h"
#include "runner/plan/recorded.h"

namespace drydock {
namespace {

bool is_baseline(const AdoptedVersion& version) { return version.kind == to_string(MigrationKind::baseline); }

// The tool has run a repeatable file once more, with the text that it has now.
bool ran_again(const AdoptedVersion& version, const Recorded& recorded) {
  return version.kind == to_string(MigrationKind::repeatable) && version.source != nullptr &&
         version.checked == AdoptedVersion::Checked::verified &&
         recorded.newest_applied->checksum.text != version.source->text_checksum;
}

bool taken_back(const Recorded& recorded) {
  return recorded.newest->kind == to_string(MigrationKind::undo) && recorded.newest_applied == nullptr;
}

// The ids whose rows say so, in order.
std::vector<std::string> adopted_from(Target& target, const std::string& tool) {
  if (target.state().rows.empty()) return {};
  const std::string how = "adopted from " + tool;
  const Rows rows = target.database().query("SELECT version FROM " + History(target.database()).table() +
                                            " WHERE rehearsal = " + literal(how) + " OR rehearsal LIKE " +
                                            literal(how + ",%") + " ORDER BY sequence");
  std::vector<std::string> ids;
  for (std::size_t row = 0; row < rows.rows.size(); ++row) ids.push_back(rows.text(row, 0));
  return ids;
}

[[noreturn]] void refuse(const Target& target, const std::string& why) {
  throw Failure(ExitCode::conflict, target.url().display() + ": " + why);
}

[[noreturn]] void refuse_taken_back(const Target& target, const std::string& id, const std::string& tool) {
  const std::string otherwise =
      tool.empty() ? "" : ". Where " + tool + " has not, run `drydock adopt --release`, which tells it so";
  refuse(target, "drydock took " + id + " back, so that it is not adopted; nothing was changed. Where " +
                     (tool.empty() ? "somebody" : tool) + " has applied it again since, run `drydock repair " + id +
                     " --mark-applied`" + otherwise);
}

}  // namespace

std::vector<AdoptedVersion> unrecorded(const Target& target, std::vector<AdoptedVersion> versions,
                                       const std::string& tool) {
  const RecordedHistory history = gather(target.state().rows);
  std::erase_if(versions, [&](AdoptedVersion& version) {
    const std::string_view key = recorded_key(version.id);
    const Recorded* own = is_baseline(version) ? history.baseline(key) : history.migration(key);
    version.attempt = history.next_attempt(key, 0);
    if (own == nullptr) return history.replacement(key) != nullptr;
    if (own->complete()) return !ran_again(version, *own);
    if (taken_back(*own)) refuse_taken_back(target, version.id, tool);
    if (own->undo_begun() || own->applied_parts() > 0 || own->unknown_part())
      refuse(target, version.id +
                         " is half applied by drydock, so that it is not adopted; nothing was changed. Run `drydock "
                         "migrate`, or `drydock repair " +
                         version.id + " --mark-applied` where it is whole");
    return false;
  });
  return versions;
}

std::vector<std::string> remarks_on_withdrawn(Target& target, const std::vector<AdoptedVersion>& versions,
                                              const std::string& tool) {
  const RecordedHistory history = gather(target.state().rows);
  std::vector<std::string> remarks;
  for (const std::string& id : adopted_from(target, tool)) {
    const Recorded* recorded = history.migration(recorded_key(id));
    const auto is_it = [&](const AdoptedVersion& version) { return recorded_key(version.id) == recorded_key(id); };
    if (recorded == nullptr || !recorded->complete() || std::ranges::any_of(versions, is_it)) continue;
    remarks.push_back(id + " was adopted from " + tool + ", whose table has it no longer: if " + tool +
                      " took it back, let " + tool + " run it again, since drydock counts it as applied");
  }
  return remarks;
}

}  // namespace drydock

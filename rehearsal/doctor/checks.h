// Each in the file of its name.
#pragma once

#include "rehearsal/doctor/check.h"

namespace drydock {

std::unique_ptr<Check> make_stamp_check();
std::unique_ptr<Check> make_backup_evidence_check();
std::unique_ptr<Check> make_sqlite_file_check();
std::unique_ptr<Check> make_cluster_directory_check();
std::unique_ptr<Check> make_compose_volume_check();
std::unique_ptr<Check> make_several_servers_check();
std::unique_ptr<Check> make_owning_role_check();
std::unique_ptr<Check> make_protection_check();
std::unique_ptr<Check> make_pooler_check();
std::unique_ptr<Check> make_clocks_check();
std::unique_ptr<Check> make_shadow_check();
std::unique_ptr<Check> make_extensions_check();
std::unique_ptr<Check> make_leftovers_check();

}  // namespace drydock

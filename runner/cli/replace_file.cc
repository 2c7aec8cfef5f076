#include "runner/cli/replace_file.h"

#include <fstream>

#include "runner/cli/exit_code.h"

namespace drydock {

void replace_file(const std::filesystem::path& file, const std::string& text) {
  const std::filesystem::path fresh = file.string() + ".new";
  std::ofstream stream(fresh, std::ios::binary | std::ios::trunc);
  stream << text;
  stream.close();
  std::error_code error;
  if (stream) std::filesystem::rename(fresh, file, error);
  if (!stream || error) throw Failure(ExitCode::unexpected, "cannot write " + file.string() + "; it is as it was");
}

}  // namespace drydock

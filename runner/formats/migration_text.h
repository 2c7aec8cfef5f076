// Reads one file of a folder as text that every format can rely on.
#pragma once

#include "runner/migration/migration.h"

namespace drydock {

// Fills in text and text_checksum from the file at `path`. Throws MigrationError, naming `file`, where the file cannot
// be read, is not UTF-8 (with line and offset), or holds a NUL byte. A file whose first line says so becomes a
// baseline, with the version of its header, whatever its name says; throws MigrationError where that header does not
// fit.
void read_text(MigrationFile& file);

}  // namespace drydock

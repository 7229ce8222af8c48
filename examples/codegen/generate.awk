# Writes NAME.h and NAME.cc for a schema: a line `type field` for each field, `#` before comments.
# Variables: `name` of the record, `out`, the folder.
/^#/ || NF == 0 { next }
NF != 2 { printf "%s: %d: a field is `type name`, not `%s`\n", FILENAME, FNR, $0 > "/dev/stderr"; exit failed = 1 }
{ types[++count] = $1; fields[count] = $2 }
END {
  if (failed) exit 1
  header = out "/" name ".h"; source = out "/" name ".cc"
  print "// Generated: the record `" name "`.\n#pragma once\n\n#include <string>\n\nstruct " name " {" > header
  for (i = 1; i <= count; ++i) print "  " types[i] " " fields[i] "{};" > header
  print "};\n\nstd::string toText(const " name "& value);" > header
  print "// Generated: the record `" name "` as text.\n#include \"" name ".h\"\n\n#include <sstream>\n" > source
  print "std::string toText(const " name "& value) {\n  std::ostringstream text;" > source
  for (i = 1; i <= count; ++i) print "  text << " (i > 1 ? "\",\" << " : "") "value." fields[i] ";" > source
  print "  return text.str();\n}" > source
}

# What the scenarios of large programs share: text by the mile.

# repeat COUNT TEXT: the text, that often, with nothing between.
repeat() {
  awk -v count="$1" -v text="$2" 'BEGIN { for (i = 0; i < count; i++) printf "%s", text }'
}

# numbered COUNT FORMAT: the format, printed for 0, 1, … with that number in place of every `%d`.
numbered() {
  awk -v count="$1" -v format="$2" 'BEGIN {
    for (i = 0; i < count; i++) {
      line = format
      gsub(/%d/, i, line)
      print line
    }
  }'
}

# What the scenarios of large programs share: text by the mile.

# repeat COUNT TEXT: the text, that often, with nothing between.
repeat() {
  awk -v count="$1" -v text="$2" 'BEGIN { for (i = 0; i < count; i++) printf "%s", text }'
}

# numbered COUNT FORMAT: a line for each of 0, 1, …, which stands for every `%d` of the format.
numbered() {
  awk -v count="$1" -v format="$2" 'BEGIN { for (i = 0; i < count; i++) printf format "\n", i, i, i }'
}

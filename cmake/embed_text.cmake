# embed_text(<file> <variable>): the bytes of the file as the elements of a C array, with a final 0.
# As numbers, because a string literal has a limited length and escapes of its own.
function(embed_text file variable)
  file(READ ${file} hex HEX)
  string(REGEX REPLACE "(................................)" "\\1\n" hex "${hex}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${hex}")
  set(${variable} "${bytes}0" PARENT_SCOPE)
endfunction()

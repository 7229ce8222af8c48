# Layers are put on top of each other: whiteouts and opaque folders remove what is below, links and
# modes stay, and what a step must not have is taken away.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/image/lib.bash"

layout layout <<'END'
layer
busybox
dir lib
file lib/gone "below"
file lib/kept "below"
dir full
file full/old "below"
file replaced "below"
file bin/tool "#!/bin/sh\necho old" mode=0755
link usr bin
layer tar
file lib/.wh.gone ""
file full/.wh..wh..opq ""
file full/new "above"
file replaced "above"
hard again replaced
hard tool bin/tool
file set "s" mode=4755 uid=0
file private "p" mode=0400 uid=7 gid=7
file attribute "a" xattr=user.note:x
fifo pipe
char dev/mem 1 1
char null2 1 3
link out /etc/shadow
link up ../../../../../..
file .wh.absent ""
file .wh..wh.plnk ""
END
cat >p.pipe <<'END'
use std.oci
build look(img: Image) -> File {
  image = img
  run sh"""
    {
      find /lib /full | sort
      cat /replaced; echo
      cat /again; echo
      /tool
      /usr/tool
      cat /private; echo
      stat -c '%n %a %F' /set /null2 /attribute
      readlink /out
      readlink /up
      [ ! -e /dev/mem ]
      [ ! -e /pipe ]
      [ ! -e /.wh..wh.plnk ]
    } >${out}
    """
}
pipeline p() {
  let img  = oci.layout(dir("layout"))
  let seen = look(img)
  out seen = seen
}
END
pipec 0 build p
expect 'what the step sees' '/full
/full/new
/lib
/lib/kept
above
above
old
old
p
/set 755 regular file
/null2 644 regular empty file
/attribute 644 regular file
/etc/shadow
../../../../../..' "$(cat .pipec/out/p/seen)"

# A step sees the image's files and none of the machine's, the image's variables but for those of
# the user, and the step's own places.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/image/lib.bash"

layout layout <<'END'
layer
busybox
dir own
file own/hello "#!/bin/sh\necho hello from the image" mode=0755
dir root
file root/secret "of the image"
dir w
file w/hidden "of the image"
file etc/passwd "root:x:0:0::/root:/bin/sh\nwww:x:33:33::/:/bin/false\n"
env PATH=/own:/bin
env GREETING=hello=there
env EMPTY=
env OVERRIDDEN=image
env HOME=/root
env TMPDIR=/own
env USER=root
END
cat >p.pipe <<'END'
use std.oci
build look(img: Image) -> Dir {
  image = img
  env   = ["OVERRIDDEN": "step"]
  run sh"""
    mkdir ${out}
    hello >${out}/hello
    env | sort >${out}/env
    id >${out}/id
    grep -c . /etc/passwd >${out}/accounts
    grep -q ^www: /etc/passwd
    for name in /usr/bin/gcc /usr/bin/env /usr/bin/python3 /etc/debian_version /etc/os-release /lib /usr /sys /home /opt /var; do
      [ ! -e $name ] || echo $name
    done >${out}/of_the_machine
    ls -A /w >${out}/w
    touch /tmp/x /w/x "$HOME/x"
    for place in / /bin /own /etc; do
      ! touch $place/x 2>>/tmp/refused
    done
  """
}
pipeline p() {
  let img  = oci.layout(dir("layout"))
  let seen = look(img)
  out seen = seen
}
END
pipec 0 build p
cd .pipec/out/p/seen
expect 'the program of the image' 'hello from the image' "$(cat hello)"
expect 'what is the machine'\''s' '' "$(cat of_the_machine)"
expect 'the working folder' '' "$(cat w)"
expect 'who the step is' 'uid=1000(pipec) gid=1000(pipec)' "$(cut -d' ' -f1,2 id)"
expect 'the accounts' 3 "$(cat accounts)"
for variable in PATH=/own:/bin GREETING=hello=there EMPTY= OVERRIDDEN=step HOME=/tmp/home TMPDIR=/tmp USER=pipec; do
  grep -qx "$variable" env || fail "the step's environment lacks $variable: $(cat env)"
done

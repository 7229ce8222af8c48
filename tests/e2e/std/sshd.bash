# A real sshd on $ssh_port of 127.0.0.1, with keys made for the scenario: the user's is the secret
# `key`, the host's is in $known_hosts. servers.bash comes before it.

ssh_port=$(free_port)
mkdir "$work/ssh"
ssh-keygen -q -t ed25519 -N '' -f "$work/ssh/host" </dev/null
ssh-keygen -q -t ed25519 -N '' -f "$work/ssh/user" </dev/null
cat >"$work/ssh/config" <<END
ListenAddress 127.0.0.1
Port $ssh_port
HostKey $work/ssh/host
AuthorizedKeysFile $work/ssh/user.pub
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
LogLevel VERBOSE
END
# A root's sshd wants this folder, which its service would make.
((EUID)) || mkdir -p /run/sshd
serve "$ssh_port" /usr/sbin/sshd -D -e -f "$work/ssh/config"

known_hosts="[127.0.0.1]:$ssh_port $(cut -d' ' -f1,2 "$work/ssh/host.pub")"
# Without its last newline, as a secret often is.
PIPEC_SECRET_KEY=$(<"$work/ssh/user")
export PIPEC_SECRET_KEY

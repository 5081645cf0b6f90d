#!/bin/sh
# What a container runs: secrets become settings, the settings are checked, the memory is waited for, and then the
# server takes the place of this process, so that it gets the signals itself.
#
#   start.sh [SECONDS]    how long the memory is waited for; 60 without it
#
# A secret is a file in /run/secrets named like the variable that it is: MASSAGE_ID_KEY, say, or PGPASSWORD, which
# PostgreSQL's own client reads where the address holds no password. PORT is the port to listen on; 8321 without it.
set -eu

for file in "${SECRETS_FOLDER:-/run/secrets}"/*; do
    name=${file##*/}
    case $name in
        MASSAGE_* | PGPASSWORD)
            value=$(cat "$file") || { echo "start: the user $(id -u) cannot read the secret $file" >&2; exit 2; }
            export "$name=$value"
            ;;
    esac
done

# A shell waits in vain for signals while a program runs in its foreground.
waiting=
trap 'kill "$waiting" 2>/dev/null && wait "$waiting"; exit 143' TERM INT
python -m skill.server.ready "${1:-60}" &
waiting=$!
wait "$waiting"
trap - TERM INT

exec massage serve --production --host 0.0.0.0 --port "${PORT:-8321}"
